"""The customer's site: a small made-up shop with forms, private data and the chat of the conversation.

It needs a port of its own, so that its origin is not the org's; the provider's script stands on every page. Its
policy is strict, unless the desktop's switch says otherwise: what the script needs beside its own origin does not work,
as on many a real site.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from pydantic import Field
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from cotab_kit.desktop.chat import ENGLISH
from cotab_kit.desktop.context import Given
from cotab_kit.desktop.requests import Body, RequestRefusedError, answer, answering, read
from cotab_kit.desktop.server import HOSTS, Desktop
from cotab_kit.emulator.tables.omnichannel import CHAT_WIDGET
from cotab_kit.serving import TYPES, TypedFiles

FILES = Path(__file__).parent
MENU = (("/", "Shop"), ("/cart", "Cart"), ("/account", "Account"))
TRUSTED = "require-trusted-types-for 'script'"
PAGES = {"/": "home.html", "/cart": "cart.html", "/account": "account.html", "/thanks": "thanks.html"}


@dataclass(frozen=True)
class Product:
    """Something to buy."""

    slug: str
    name: str
    text: str
    price: str


PRODUCTS = (
    Product("harbour", "Harbour blend", "Dark, with a little smoke; good in the morning.", "€ 8.90"),
    Product("orchard", "Orchard", "Light and fruity, for filters.", "€ 11.50"),
    Product("night-shift", "Night shift", "Without caffeine, and nobody has noticed yet.", "€ 9.80"),
    Product("green-hill", "Green hill", "A tea from high up, in leaves.", "€ 6.40"),
)


class _Opening(Body):
    customer: Annotated[str, Field(min_length=1, max_length=100)]
    widget: Annotated[str, Field(max_length=100)] | None = None
    language: Annotated[int, Field(ge=1, le=65_535)] = ENGLISH
    context: Given = Field(default_factory=dict)


class _Posted(Body):
    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class Shop:
    """The site; the application is `app`, `embed` sets the provider's `script`, `packages` are scripts by path."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self._templates = Environment(loader=FileSystemLoader(FILES), autoescape=True)
        self.embed("", {}, "")
        self.packages: Mapping[str, bytes] = {}
        pages = [Route(path, self._page) for path in PAGES]
        routes = [
            *pages,
            Route("/cart", _ordered, methods=["POST"]),
            Route("/products/{slug}", self._product),
            Route("/chat", answering(self._all)),
            Route("/chat", answering(self._open), methods=["POST"]),
            Route("/chat/{id}/messages", answering(self._post), methods=["POST"]),
            Route("/chat/{id}/events", answering(self._events)),
            Route("/npm/{name}", self._package),
            Route("/favicon.ico", _no_icon),
            Mount("/static", TypedFiles(FILES, {kind: TYPES[kind] for kind in (".css", ".js")})),
        ]
        self.app: ASGIApp = TrustedHostMiddleware(Starlette(routes=routes), HOSTS)

    def embed(self, script: str, attributes: dict[str, str], server: str) -> None:
        """Put a script element on every page, and let the policy allow its origin and that of the server."""
        given = {"src": script, **attributes} if script else {}
        written = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in given.items())
        self.script = Markup("<script{}></script>").format(written) if script else Markup("")
        self.policy = _policy({_origin(script), _origin(server)} - {""})

    @property
    def _policy_in_force(self) -> dict[str, str]:
        """The header that the desktop's switch chooses; none at all is a choice too."""
        chosen = self._desktop.shop_policy
        policy = f"{self.policy}; {TRUSTED}" if chosen == "trusted" else self.policy
        return {} if chosen == "none" else {"content-security-policy": policy}

    def _render(self, name: str, path: str, **facts: object) -> Response:
        given = {
            "chat": self._desktop.shop_chat,
            "script": self.script,
            "menu": MENU,
            "path": path,
            "products": PRODUCTS,
            **facts,
        }
        page = self._templates.get_template(name).render(given)
        headers = {**self._policy_in_force, "cache-control": "no-store"}
        return HTMLResponse(page, headers=headers)

    async def _page(self, request: Request) -> Response:
        return self._render(PAGES[request.scope["path"]], request.scope["path"])

    async def _product(self, request: Request) -> Response:
        found = [product for product in PRODUCTS if product.slug == request.path_params["slug"]]
        if not found:
            return Response("We do not sell that.", HTTPStatus.NOT_FOUND, media_type="text/plain")
        return self._render("product.html", request.scope["path"], product=found[0])

    async def _package(self, request: Request) -> Response:
        script = self.packages.get(request.scope["path"].removeprefix("/"))
        if script is None:
            return Response("There is no such package.", HTTPStatus.NOT_FOUND, media_type="text/plain")
        return Response(script, media_type=TYPES[".js"], headers={"cache-control": "no-cache"})

    async def _all(self, _request: Request) -> Response:
        return answer([conversation.as_json() for conversation in self._desktop.chat.all()])

    async def _open(self, request: Request) -> Response:
        given = await read(request, _Opening)
        made = self._desktop.chat.open(given.widget or self._widget(), given.customer, given.language)
        return answer(made.as_json(), HTTPStatus.CREATED, self._desktop.contexts.bring(made.id, given.context))

    def _widget(self) -> str:
        """Return the chat widget of the site: the first there is."""
        rows = self._desktop.org.rows(CHAT_WIDGET.name)
        if not rows:
            raise RequestRefusedError("The org has no chat widget.", status=HTTPStatus.NOT_FOUND)
        return str(rows[0][CHAT_WIDGET.primary_id])

    async def _post(self, request: Request) -> Response:
        given = await read(request, _Posted)
        message = self._desktop.chat.post(request.path_params["id"], "customer", given.text)
        return answer(message.model_dump(by_alias=True), HTTPStatus.CREATED)

    async def _events(self, request: Request) -> Response:
        conversation = self._desktop.chat.get(request.path_params["id"]).id
        return StreamingResponse(
            self._stream(conversation), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    async def _stream(self, conversation: str) -> AsyncIterator[str]:
        """Yield the messages of a conversation, past and to come; the page knows what it has shown already."""
        missed = self._desktop.chat.get(conversation).messages
        async for event in self._desktop.feed.listen():
            about = (event or {}).get("conversation")
            key = about.get("id") if isinstance(about, dict) else about
            if event is None:
                said, missed = list(missed), []
                events = [{"type": "message", "message": message.model_dump(by_alias=True)} for message in said]
                yield "".join(map(_event, events)) or ": still here\n\n"
            elif key == conversation and event["type"] in ("message", "conversation"):
                yield _event(event)


def _event(event: object) -> str:
    return f"data: {json.dumps(event)}\n\n"


def _policy(origins: set[str]) -> str:
    sockets = {origin.replace("http", "ws", 1) for origin in origins}
    allowed = " ".join(["'self'", *sorted(origins)])
    return (
        f"default-src {allowed}; connect-src {' '.join([allowed, *sorted(sockets)])}; img-src {allowed} data: blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


async def _ordered(_request: Request) -> Response:
    """Thank for an order of which nothing is read."""
    return RedirectResponse("/thanks", HTTPStatus.SEE_OTHER)


async def _no_icon(_request: Request) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)
