"""The desktop's server: the org, the routes under /desktop, the addresses of tabs, and the pages.

desktop = Desktop(org)                the application is `desktop.app`
with serve(desktop) as server:        on a free port of this machine, at `server.url`
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from cotab_kit.desktop.chat import ENGLISH, Chat, Clock, Side, local_time
from cotab_kit.desktop.context import Contexts, Given, Rows
from cotab_kit.desktop.feed import Feed
from cotab_kit.desktop.requests import Body, RequestRefusedError, answer, answering, content_of, read
from cotab_kit.desktop.solutions import Solutions
from cotab_kit.desktop.tabs import read_token
from cotab_kit.desktop.traffic import Sleep, Traffic
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.webresources import WebResources, policies
from cotab_kit.serving import TYPES, Served, TypedFiles

ZIP = ("application/zip", "application/x-zip-compressed")
MAX_ZIP = 100 * 1024 * 1024
HOSTS = ["127.0.0.1", "localhost"]
PAGES = {"/": "index.html", "/admin": "admin.html", "/window": "window.html"}

ShopChat = Literal["widget", "plain"]
"""Whether the chat of the customer's site has the JavaScript API of Omnichannel's widget."""

Line = Annotated[str, Field(min_length=1, max_length=100)]


class _Opening(Body):
    widget: Line
    customer: Line
    language: Annotated[int, Field(ge=1, le=65_535)] = ENGLISH
    context: Given = Field(default_factory=dict)


class _Posted(Body):
    sender: Annotated[Side, Field(alias="from")]
    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class _Settings(Body):
    max_upload: Annotated[int, Field(ge=1024, le=2**31 - 1)] | None = None
    policy: str | None = None
    shop_policy: Literal["strict", "trusted", "none"] | None = None
    shop_chat: ShopChat | None = None
    context_rows: Rows | None = None


class Desktop:
    """A local Omnichannel on an org. `shop`, `provider` and `pages` may be set until the first request.

    `policy` names the org's Content-Security-Policy, `shop_policy` that of the customer's site; `pages` is the folder
    of the built pages; `likeness` has what the desktop's switches begin with, by their names.
    """

    def __init__(  # noqa: PLR0913 - all but the org have defaults
        self,
        org: LocalOrg,
        *,
        policy: str = "default",
        frame_sources: tuple[str, ...] = (),
        pages: Path | None = None,
        clock: Clock = local_time,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.org, self.feed = org, Feed()
        self.chat = Chat(org, self.feed, clock)
        self.contexts = Contexts(org, sleep)
        self.shop_chat: ShopChat = "widget"
        self.solutions = Solutions(org, self.feed)
        self.pages, self.shop, self.provider = pages, "", ""
        self.likeness: dict[str, str] = {}
        self.restart = ""  # why it must be started again, if it must
        self._sleep = sleep
        self._build: dict[str, JsonValue] = {"state": "ok", "message": ""}
        self.allow_frames(frame_sources)
        self.policy, self.shop_policy = "", "strict"
        self.set_policy(policy)
        self.traffic = Traffic(Starlette(routes=self._routes()), org, self.feed, clock=clock, sleep=sleep)
        self.app: ASGIApp = TrustedHostMiddleware(self.traffic, HOSTS)

    @property
    def token(self) -> str:
        """The digits of the version token."""
        return self.org.token.strip("{}")

    @property
    def settings(self) -> dict[str, JsonValue]:
        """The org's settings that a page may change."""
        (found,) = self.org.rows("organization")
        return {
            "max_upload": found["maxuploadfilesize"],
            "policy": self.policy,
            "shop_policy": self.shop_policy,
            "shop_chat": self.shop_chat,
            "context_rows": self.contexts.rows,
        }

    def allow_frames(self, sources: tuple[str, ...]) -> None:
        """Let the strict policies have these in frame-src, as an administrator does."""
        self._policies = policies(sources)

    def set_policy(self, name: str) -> None:
        """Set the policy of the org, by name. Raises RequestRefusedError."""
        if name not in self._policies:
            raise RequestRefusedError(f"There is no policy {name[:50]!r}; there are {', '.join(self._policies)}.")
        self.org.seed_settings(policy=self._policies[name] or "")
        self.policy = name

    def set_build(self, state: str, message: str = "", **facts: JsonValue) -> None:
        """Publish how the last build went: "building", "ok" or "failed"; and why the preview must be started again."""
        restart: dict[str, JsonValue] = {"restart": self.restart} if self.restart else {}
        self._build = {"state": state, "message": message, **restart}
        self.feed.publish("build", **self._build, token=self.token, **facts)

    def _routes(self) -> list[Route | Mount]:
        handlers = [
            ("about", "GET", self._about),
            ("events", "GET", self._events),
            ("conversations", "GET", self._conversations),
            ("conversations", "POST", self._open),
            ("conversations/{id}/messages", "POST", self._post),
            ("conversations/{id}/close", "POST", self._close),
            ("solutions", "POST", self._upload),
            ("solutions/{name}", "DELETE", self._uninstall),
            ("contents/{name}", "GET", self._contents),
            ("residue/{name}", "GET", self._residue),
            ("settings", "GET", self._settings),
            ("settings", "PUT", self._change_settings),
            ("calls", "GET", self._calls),
        ]
        own = [Route(f"/desktop/{path}", answering(handler), methods=[verb]) for path, verb, handler in handlers]
        pages = [Route(path, answering(self._page)) for path in PAGES]
        return [
            *own,
            *pages,
            Route("/favicon.ico", _no_icon),
            Route("/desktop/static/{name:path}", self._static),
            Route("/main.aspx", self._redirect),
            Route("/{token}/WebResources/{name:path}", self._versioned),
            Mount("/", self.org.app),
        ]

    async def _about(self, _request: Request) -> Response:
        return answer(
            {
                "token": self.token,
                "policies": list(self._policies),
                "policy": self.policy,
                "shop": self.shop,
                "settings": self.settings,
                "provider": self.provider or None,
                "build": self._build,
                "likeness": dict(self.likeness),
            }
        )

    async def _events(self, _request: Request) -> Response:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self.feed.stream(), media_type="text/event-stream", headers=headers)

    async def _conversations(self, _request: Request) -> Response:
        return answer([conversation.as_json() for conversation in self.chat.all()])

    async def _open(self, request: Request) -> Response:
        given = await read(request, _Opening)
        made = self.chat.open(given.widget, given.customer, given.language)
        return answer(made.as_json(), HTTPStatus.CREATED, self.contexts.bring(made.id, given.context))

    async def _post(self, request: Request) -> Response:
        given = await read(request, _Posted)
        message = self.chat.post(request.path_params["id"], given.sender, given.text)
        return answer(message.model_dump(by_alias=True), HTTPStatus.CREATED)

    async def _close(self, request: Request) -> Response:
        await read(request, Body)
        return answer(self.chat.close(request.path_params["id"]).as_json())

    async def _upload(self, request: Request) -> Response:
        return answer({"job": self.solutions.upload(await content_of(request, ZIP, MAX_ZIP))}, HTTPStatus.ACCEPTED)

    async def _uninstall(self, request: Request) -> Response:
        return answer(await self.solutions.uninstall(request.path_params["name"]))

    async def _contents(self, request: Request) -> Response:
        return answer(self.solutions.contents(request.path_params["name"]))

    async def _residue(self, request: Request) -> Response:
        return answer(self.solutions.residue(request.path_params["name"]))

    async def _settings(self, _request: Request) -> Response:
        return answer(self.settings)

    async def _change_settings(self, request: Request) -> Response:
        given = await read(request, _Settings)
        if given.policy is not None:
            self.set_policy(given.policy)
        self.shop_policy = given.shop_policy or self.shop_policy
        self.shop_chat = given.shop_chat or self.shop_chat
        self.contexts.rows = given.context_rows or self.contexts.rows
        if given.max_upload is not None:
            self.org.seed_settings(max_upload=given.max_upload)
        return answer(self.settings)

    async def _calls(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        if not re.fullmatch(r"[0-9]{1,15}", since):
            raise RequestRefusedError(f"since={since[:50]!r} is no number.")
        return answer(self.traffic.since(int(since)))

    async def _versioned(self, request: Request) -> Response:
        """Answer with a web resource, under a token that may name a policy and a latency."""
        token = read_token(request.path_params["token"])
        name = (token.policy if token else "") or self.policy
        if token is None or name not in self._policies:
            return Response(
                "This is no version token, or it names no policy.", HTTPStatus.NOT_FOUND, media_type="text/plain"
            )
        if token.latency:
            await self._sleep(token.latency / 1000)
        request.path_params["token"] = token.plain
        resources = WebResources(self.org.store, lambda: self._policies[name])
        return await run_in_threadpool(resources.versioned, request)

    def _redirect(self, request: Request) -> Response:
        return WebResources(self.org.store, lambda: None).redirect(request)

    async def _page(self, request: Request) -> Response:
        if self.pages is None:
            raise RequestRefusedError("The desktop's pages are not built.", status=HTTPStatus.NOT_FOUND)
        page = self.pages / PAGES[request.scope["path"]]
        return FileResponse(page, media_type=TYPES[".html"], headers={"cache-control": "no-cache"})

    async def _static(self, request: Request) -> Response:
        if self.pages is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return await TypedFiles(self.pages).get_response(request.path_params["name"], request.scope)


class Running(Served):
    """A desktop that is served."""

    def __init__(self, desktop: Desktop, port: int) -> None:
        self.desktop = desktop
        super().__init__(desktop.app, port=port)

    def close(self) -> None:
        """Stop serving, the open streams first."""
        self.desktop.feed.close()
        super().close()


def serve(desktop: Desktop, *, port: int = 0) -> Running:
    """Serve a desktop on this machine until it is closed; port 0 takes a free one. Raises DesktopError."""
    return Running(desktop, port)


async def _no_icon(_request: Request) -> Response:
    """Answer browsers, which ask for it by themselves; a 404 would be an error on the console."""
    return Response(status_code=HTTPStatus.NO_CONTENT)
