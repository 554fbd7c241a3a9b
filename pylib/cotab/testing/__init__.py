"""Stand-ins for host tests: a page without a browser, and JavaScript objects written in Python.

session = FakeObject(id="s-1", pin="123456")  # what the SDK would answer
tab = FakeTab(MyProvider, sdk={"TheirSdk": FakeObject(createSession=AsyncMock(return_value=session))})
await tab.open(conversationId="c-1")
session.emit("joined", {"name": "Casey"})
assert tab.events == ["CobrowseConnectedEvent"]
tab.browser.click("end-session")
await until(lambda: "end" in calls)  # what the SDK was asked to do is done a moment later
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from inspect import isawaitable
from json import dumps
from typing import Any, TypeVar
from urllib.parse import quote

from cotab._js.elements import Changes
from cotab._js.interface import JsObject, JsValue
from cotab._policy import Violation
from cotab._tab.app import App
from cotab._tab.runner import ProviderFactory
from cotab._tab.view import Screen, describe
from cotab._tasks import Tasks
from cotab.agent import Agent
from cotab.context import PageInfo
from cotab.controls import PREFIX
from cotab.conversation import CONTEXTS
from cotab.errors import ConversationError, CotabError, HttpError, NotAvailableError
from cotab.http import HttpAnswer, HttpRequest
from cotab.modes import EscalationMode
from cotab.provider import EndReason
from cotab.testing.objects import FakeObject
from cotab.testing.scope import FakeScope
from cotab.testing.viewer import FakeViewer, fake_stage

__all__ = ["FakeBrowser", "FakeObject", "FakeScope", "FakeTab", "FakeViewer", "HttpRequest", "until"]

# Far more than a test on the host ever needs: only a condition that never holds waits this long.
UNTIL_TIMEOUT_SECONDS = 5.0

Waited = TypeVar("Waited")


async def until(condition: Callable[[], Waited]) -> Waited:
    """Let the tab go on working until the condition holds, and return what it then is.

    It does not hold as long as what it looks for is not there, such as `tab.browser.viewer` or `messages[0]`.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + UNTIL_TIMEOUT_SECONDS
    while True:
        missing: LookupError | None = None
        try:
            found = condition()
            if found:
                return found
        except LookupError as error:
            missing = error
        if loop.time() > deadline:
            raise AssertionError("what the test waits for does not happen") from missing
        await asyncio.sleep(0)


class FakeBrowser:
    """See Browser: a page that remembers what was done to it. Every keyword is a circumstance a test may set."""

    def __init__(  # noqa: PLR0913 - see above
        self,
        *,
        query: str = "",
        mode: EscalationMode = EscalationMode.CO_BROWSE,
        sdk: Mapping[str, JsObject] | None = None,
        settings: Mapping[str, Any] | None = None,
        org_settings: str = "",
        storage: dict[str, str] | None = None,
        focused: str | None = None,
        in_dynamics: bool = True,
        texts: Mapping[str, str] | None = None,
        timeout_seconds: float = 30.0,
        language: str = "en-US",
        agent: Agent | None = None,
        context: Mapping[str, str] | None = None,
        backend: Callable[[HttpRequest], Any] | None = None,
        outlives: bool = False,
        elsewhere: Iterable[str] = (),
    ) -> None:
        self.page = PageInfo(
            mode=mode,
            adapter="tests:Adapter",
            provider="Test",
            folder="tests_/test",
            settings=dict(settings or {}),
            settings_variable="tests_test_settings" if settings else "",
            provider_timeout_seconds=timeout_seconds,
        )
        self.texts: Mapping[str, str] = _TextsByKey() if texts is None else texts
        self.language = language
        self.top_reachable = True
        self.sdk = dict(sdk or {})
        self.storage = storage if storage is not None else {}
        self.events: list[str] = []
        self.messages: list[tuple[str, str]] = []
        self.notes: list[Mapping[str, Any]] = []
        self.errors: list[BaseException] = []
        self.warnings: list[str] = []
        self.loaded: list[tuple[str, str | None]] = []
        self.copied: list[str] = []
        self.elements: dict[str, dict[str, str | bool | None]] = {}
        self.content: dict[str, tuple[JsValue, ...]] = {}
        self.viewers: list[FakeViewer] = []
        self.windows: list[FakeViewer] = []
        self.requests: list[HttpRequest] = []
        self.scopes: list[FakeScope] = []
        self.forbidden: list[Violation] = []
        self.noted: list[str] = []
        self.elsewhere = set(elsewhere)
        self.outlives = outlives
        self.is_ready = False
        self.has_failed = False
        self.refuse: str | None = None
        self.window = FakeObject(cotab=FakeObject(open=self.open_window, post=_post))
        self.top = FakeObject(sendMessageToConversation=self._take_message) if in_dynamics else None
        self._query, self._focused, self._org_settings = query, focused, org_settings
        self._agent = agent or Agent(
            id="a-1", name="Local agent", roles=("Omnichannel agent",), email="agent@org.example"
        )
        self.context = dict(context or {})
        self._backend = backend
        self.blocks_windows = False
        self.clicks: dict[str, Callable[[], None]] = {}
        self._hidden: Callable[[], None] = lambda: None

    # What a test does

    def click(self, element_id: str) -> None:
        """Press a button, whether it is shown or not. Before the tab is open, there is none."""
        _check("button", element_id, self.clicks)
        self.clicks[element_id]()

    def hide(self) -> None:
        """Let the page go away, as Dynamics does with a tab that the agent leaves."""
        self._hidden()

    def text(self, element_id: str) -> str:
        """Return the text an element shows; unless the test brings `texts`, that is the key of the text."""
        _check("element that changes", element_id, self._known())
        return str(self.elements.get(element_id, {}).get("text", ""))

    def shown(self, element_id: str) -> bool:
        """Return whether an element is shown."""
        _check("element that changes", element_id, self._known())
        own = element_id.startswith(PREFIX)  # shown until it is hidden
        return not self.elements.get(element_id, {}).get("hidden", not own)

    # What the tab does (Browser)

    def query(self) -> str:
        """See Browser."""
        return self._query

    async def focused_conversation(self) -> str | None:
        """See Browser."""
        return self._focused

    async def org_settings(self) -> str:
        """See Browser."""
        return self._org_settings

    def dispatch(self, event: str) -> None:
        """See Browser."""
        self.events.append(event)

    async def claim(self, key: str) -> bool:
        """See Browser."""
        return key not in self.elsewhere

    def on_page_hidden(self, handler: Callable[[], None]) -> None:
        """See Browser."""
        self._hidden = handler

    def read(self, key: str) -> str | None:
        """See Browser."""
        return self.storage.get(key)

    def write(self, key: str, value: str | None) -> None:
        """See Browser."""
        self.storage.pop(key, None)
        if value is not None:
            self.storage[key] = value

    def scope(self, on_error: Callable[[BaseException], None]) -> FakeScope:
        """See Browser."""
        self.scopes.append(FakeScope(self, Tasks(on_error, self.warn, self.page.provider_timeout_seconds)))
        return self.scopes[-1]

    def omnichannel(self) -> JsObject | None:
        """See Browser."""
        return self.top

    def web_api_base(self) -> str | None:
        """See Browser."""
        return None if self.top is None else "https://org.example/api/data/v9.2/"

    async def web_api(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        """See Browser."""
        if self.top is None:
            raise NotAvailableError("no Web API here")
        if self.refuse:
            raise ConversationError(f"{method} {path}: {self.refuse}")
        self.notes.append(body)

    def signed_in(self) -> Mapping[str, Any] | None:
        """See Browser."""
        known = self._agent.model_dump(include={"id", "name", "roles"})
        return None if self.top is None else known

    async def fetch(self, request: HttpRequest) -> HttpAnswer:
        """See Browser. The organization knows the agent and `context`, the test's `backend` everything else."""
        self.requests.append(request)
        if request.url.startswith(f"{self.web_api_base()}systemusers({self._agent.id})"):
            known = self._agent
            return _answer({"internalemailaddress": known.email, "azureactivedirectoryobjectid": known.entra_id})
        if request.url.startswith(f"{self.web_api_base()}{CONTEXTS[0]}?"):
            rows = [{"msdyn_name": name, "msdyn_value": value} for name, value in self.context.items()]
            return _answer({"value": rows})
        if request.url.startswith(f"{self.web_api_base()}{CONTEXTS[1]}?"):
            return _answer({"value": []})
        if self._backend is None:
            raise HttpError(f"{request.method} {request.url}: the test gave no backend")
        answer = self._backend(request)
        return _answer(await answer if isawaitable(answer) else answer)

    def add_control(self, element_id: str, tag: str, on_press: Callable[[], None] | None) -> None:
        """See Browser."""
        self.elements[element_id] = {"tag": tag}
        if on_press is not None:
            self.on_click(element_id, on_press)

    def remove_control(self, element_id: str) -> None:
        """See Browser."""
        self.elements.pop(element_id, None)
        self.clicks.pop(element_id, None)

    def update(self, changes: Mapping[str, Changes]) -> None:
        """See Browser."""
        for element_id, each in changes.items():
            self.elements.setdefault(element_id, {}).update(each)

    def on_click(self, element_id: str, handler: Callable[[], None]) -> None:
        """See Browser."""
        self.clicks[element_id] = handler

    async def copy(self, text: str) -> bool:
        """See Browser."""
        self.copied.append(text)
        return self.refuse is None

    def report(self, error: BaseException) -> None:
        """See Browser. pytest shows what stands on stderr with a test that fails."""
        self.errors.append(error)
        traceback.print_exception(error)

    def warn(self, text: str) -> None:
        """See Browser."""
        if text not in self.warnings:
            self.warnings.append(text)

    def note(self, text: str) -> None:
        """See Browser."""
        self.noted.append(text)

    def violations(self) -> Sequence[Violation]:
        """See Browser."""
        return self.forbidden

    def ready(self) -> bool:
        """See Browser."""
        self.is_ready = not self.has_failed
        return self.is_ready

    def now(self) -> datetime:
        """See Browser."""
        return datetime(2026, 1, 2, 3, 4, tzinfo=UTC)

    @property
    def viewer(self) -> FakeViewer:
        """The page that `Tab.embed` has put on the stage."""
        if not self.viewers:
            raise LookupError("no viewer was embedded; an adapter does so with tab.embed()")
        return self.viewers[-1]

    def open_window(self, url: str, *_details: str) -> FakeObject | None:
        """Open a window, as `window.open` does."""
        if self.blocks_windows:
            return None
        opened = FakeObject(src=url, closed=False)
        opened.set("close", lambda: opened.set("closed", True))  # noqa: FBT003 - a member's value
        self.windows.append(FakeViewer(opened, self.window, FakeObject(), opened))
        return opened

    def _known(self) -> Iterable[str]:
        """Return the ids of the elements that change, the adapter's own among them."""
        return [*_elements(), *(name for name in self.elements if name.startswith(PREFIX))]

    def element(self, element_id: str) -> FakeObject:
        """Return an element as an object; what is put into it is in `content`."""

        def replace_children(*children: JsValue) -> None:
            self.content[element_id] = children

        return fake_stage(self.window, replace_children, self.viewers.append)

    async def _take_message(self, text: str, _to_send_box: bool, conversation_id: str) -> None:  # noqa: FBT001 - Microsoft's signature
        if self.refuse:
            raise RuntimeError(self.refuse)
        self.messages.append((conversation_id, text))


class FakeTab:
    """A whole tab with an adapter, on the host. What the page would show is in `browser`."""

    def __init__(self, factory: ProviderFactory, **browser: Any) -> None:  # noqa: ANN401 - passed on to FakeBrowser
        self._factory = factory
        self._browser = browser
        self.browser = FakeBrowser(**browser)

    async def open(self, query: str | None = None, **data: JsValue) -> None:
        """Open the tab with `data` (or an exact query string); opening it again is a reload."""
        self.browser.hide()
        for scope in self.browser.scopes:
            scope.dispose()
        storage = self.browser.storage
        query = f"?data={quote(dumps(data))}" if query is None else query
        self.browser = FakeBrowser(query=query, **{**self._browser, "storage": storage})
        self._app = App(self.browser, self._factory)
        await self._app.run()

    def remake(self) -> None:
        """Take the page away and make it anew around the same session: `detach`, and `attach` with another stage."""
        self._app.remake()

    def leave(self) -> bool:
        """Let the agent look at another tab, where sessions outlive theirs; return whether this one goes on."""
        return self._app.detach()

    def come_back(self) -> None:
        """Let the agent come back to it: `attach` with another stage."""
        self._app.attach()

    async def close(self, *, conversation: bool = False) -> None:
        """Close the tab, or the session of its conversation, where sessions outlive theirs: the session is ended."""
        await self._app.close(EndReason.CONVERSATION if conversation else EndReason.AGENT)

    @property
    def state(self) -> str:
        """The state the page shows, such as "inviting"."""
        return str(self.browser.elements["tab"]["data-state"])

    @property
    def events(self) -> list[str]:
        """The events the top window has seen since the tab was opened."""
        return self.browser.events


def _post(target: JsObject, message: JsValue, origin: str) -> None:
    target.call("postMessage", message, origin)


def _answer(answer: Any) -> HttpAnswer:  # noqa: ANN401 - what a test's backend says
    """Make of data an answer that has it as JSON."""
    return answer if isinstance(answer, HttpAnswer) else HttpAnswer(200, dumps(answer))


def _elements() -> Iterable[str]:
    """Return the ids of all elements the tab ever changes: those of a tab that shows everything, errors included."""
    return describe(Screen(state="failed", error=CotabError("")), _TextsByKey())


def _check(kind: str, element_id: str, known: Iterable[str]) -> None:
    if element_id not in known:
        raise LookupError(f'no {kind} is called "{element_id}"; there are: {", ".join(sorted(known)) or "none yet"}')


class _TextsByKey(dict[str, str]):
    """Every text is its own key, so that tests do not depend on wording."""

    def __missing__(self, key: str) -> str:
        return key

    def get(self, key: str, default: Any = "") -> Any:  # noqa: ANN401 - dict's signature
        return key or default

    def __contains__(self, key: object) -> bool:
        return True
