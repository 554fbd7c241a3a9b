"""The seam to the page: everything cotab needs from the browser, as Protocols.

Authors meet `JsObject` and `SdkLoader`, never a proxy and never `window.top`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from cotab._js.elements import Changes
from cotab._policy import Violation
from cotab._tasks import Tasks
from cotab.context import PageInfo

if TYPE_CHECKING:
    from cotab.http import HttpAnswer, HttpRequest

__all__ = ["Browser", "JsObject", "JsValue", "Scope", "SdkLoader", "Subscription", "described", "no_attribute"]

# What JavaScript answers is only known at run time. Data arrives as None, bool, int, float, str, bytes, list or dict;
# anything with behavior (functions, instances, elements) as a JsObject.
JsValue = Any

# So many members are named where an object is shown.
MAX_NAMES = 8


def no_attribute(name: str) -> str:
    """Tell someone who writes `sdk.name` in Python what to write instead."""
    return f"a JsObject has no attribute {name}: use get(), set() or call() with its name"


def described(kind: str, names: Sequence[str]) -> str:
    """Describe a JavaScript object for a log: what it is, and which members it has."""
    more = ", ..." if len(names) > MAX_NAMES else ""
    members = f" {{{', '.join(names[:MAX_NAMES])}{more}}}" if names else ""
    return f"<JsObject {kind}{members}>"


class Subscription(Protocol):
    """A running subscription."""

    def cancel(self) -> None:
        """Stop the subscription. Doing so twice is harmless."""


@runtime_checkable
class JsObject(Protocol):
    """An object of the provider's SDK (or any other JavaScript object).

    Its members can also be read as those of a dict: `customer["name"]`, `"name" in customer`, `dict(customer)`. What is
    data today, and arrives as a dict, may have a function among its members tomorrow.
    Arguments are converted too: dict and list become plain objects and arrays, callables become functions that live
    as long as the session, None becomes `undefined` as an argument and `null` inside data.
    A promise arrives as something to await. Every JavaScript error arrives as JsError.
    """

    @property
    def js_object(self) -> JsValue:
        """The bare JavaScript object, for what this interface does not cover."""

    __slots__ = ()

    def get(self, name: str, default: JsValue = None) -> JsValue:
        """Read a property; `default` if it is not there."""

    def set(self, name: str, value: JsValue) -> None:
        """Write a property."""

    def call(self, method: str, *arguments: JsValue) -> JsValue:
        """Call a method and return what it returns; `await` the call where that is a promise."""

    def __call__(self, *arguments: JsValue) -> JsValue:
        """Call the function that this object is, such as one with which the SDK lets you stop something."""
        return self.call("call", None, *arguments)

    def new(self, *arguments: JsValue) -> JsObject:
        """Make an instance of the class that this object is, as Pyodide does: `sdk.get("Client").new(options)`."""

    def keys(self) -> Sequence[str]:
        """Return the names of its own members, those of its class left out."""

    def __getitem__(self, name: str) -> JsValue:
        """Read a property. Raises KeyError if it is not there."""
        if name not in self:
            raise KeyError(name)
        return self.get(name)

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a member, its class's included."""

    def __iter__(self) -> Iterator[str]:
        """Go through `keys`."""
        return iter(self.keys())

    def subscribe(self, event: str, handler: Callable[..., object], *, timeout: float | None = None) -> Subscription:
        """Call `handler` (a function or coroutine function) with the event's arguments until cancelled.

        A coroutine function has `timeout` seconds; one that takes longer is cancelled, and ends the session with
        ProviderTimeoutError.
        Works with addEventListener/removeEventListener, on/off and addListener/removeListener, whichever the object
        has. All subscriptions of a session are cancelled when it is over.
        """


class SdkLoader(Protocol):
    """A loader of the provider's JavaScript."""

    async def load(self, url: str, name: str, *, integrity: str | None = None) -> JsObject:
        """Load a classic script and return the global `name` it defines.

        `url` is relative to the page for a web resource of the same solution ("assets/sdk.js"). An address on
        another origin needs `integrity` ("sha384-..."), or "unpinned" for a vendor that changes its script in place.
        A script that is already there is not loaded again. Raises SdkNotLoadedError.
        """

    async def load_module(self, url: str) -> JsObject:
        """Import an ES module of the same solution and return its namespace. Raises SdkNotLoadedError."""

    async def load_package(self, name: str) -> JsObject:
        """Load a package that [page.npm] of provider.toml names, and return what it exports.

        That is the namespace of an ES module (`get("default")` for its default export), or what a CommonJS or UMD
        package exports. Raises SdkNotLoadedError.
        """


class Scope(SdkLoader, Protocol):
    """An SdkLoader whose callbacks and subscriptions end together.

    `tasks` are those of whoever owns it; `dispose` stops them.
    """

    tasks: Tasks

    def element(self, element_id: str) -> JsObject:
        """Return an element of the page, such as the stage."""

    def window(self) -> JsObject:
        """Return the page's global object."""

    def backstage(self) -> JsObject | None:
        """Return an element of no size that outlives the tab; None where the page is the tab's own."""

    def dispose(self) -> None:
        """Cancel every subscription and retire every callback. Late calls from JavaScript do nothing."""


class Browser(Protocol):
    """What the tab needs from the page, all of it."""

    page: PageInfo
    texts: Mapping[str, str]
    language: str
    top_reachable: bool

    def query(self) -> str:
        """Return the query string of the page's address."""

    async def focused_conversation(self) -> str | None:
        """Return the conversation the agent was in when the page was opened, if Omnichannel could tell."""

    async def org_settings(self) -> str:
        """Return what an administrator set in `page.settings_variable`, as JSON; "" if nothing or unreadable."""

    def dispatch(self, event: str) -> None:
        """Dispatch a CustomEvent with an empty plain `detail` on the top window."""

    async def claim(self, key: str) -> bool:
        """Take the session that is kept under `key` from whatever other tab has it; False if that does not let go.

        Only where tabs have a resident: without one, two tabs of a conversation know nothing of each other.
        """

    def on_page_hidden(self, handler: Callable[[], None]) -> None:
        """Call `handler` synchronously when the page goes away."""

    def read(self, key: str) -> str | None:
        """Read a value kept for this browser tab, over reloads; None if there is none or storage is refused."""

    def write(self, key: str, value: str | None) -> None:
        """Keep a value for this browser tab, or drop it. Does nothing where storage is refused."""

    def scope(self, on_error: Callable[[BaseException], None]) -> Scope:
        """Return a new owner of callbacks and subscriptions; what they and its tasks raise goes to `on_error`."""

    def omnichannel(self) -> JsObject | None:
        """Return `Microsoft.Omnichannel` of the top window, if it is there."""

    def web_api_base(self) -> str | None:
        """Return the address of the organization's Web API, if the page runs in Dynamics."""

    async def web_api(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        """Call the same-origin Web API. Raises NotAvailableError or ConversationError."""

    def signed_in(self) -> Mapping[str, Any] | None:
        """Return `id`, `name` and `roles` of the agent, as Xrm says them; None outside Dynamics."""

    async def fetch(self, request: HttpRequest) -> HttpAnswer:
        """Make a call; cancelling it aborts it. Raises HttpError if there is no answer."""

    def add_control(self, element_id: str, tag: str, on_press: Callable[[], None] | None) -> None:
        """Add a button or a link of the adapter's."""

    def remove_control(self, element_id: str) -> None:
        """Remove it again."""

    def update(self, changes: Mapping[str, Changes]) -> None:
        """Change elements, by their ids. One that an SDK has taken away, such as the stage, is left out."""

    def on_click(self, element_id: str, handler: Callable[[], None]) -> None:
        """Call `handler` at every click on the element, for as long as the page lives; a double click is one."""

    async def copy(self, text: str) -> bool:
        """Put a text on the clipboard; False if the browser refuses."""

    def report(self, error: BaseException) -> None:
        """Put an exception with its traceback on the console and into the log."""

    def warn(self, text: str) -> None:
        """Put a warning on the console and into the log; the same text only once."""

    def note(self, text: str) -> None:
        """Put a line into the log alone, not on the console."""

    def violations(self) -> Sequence[Violation]:
        """Return what the org's Content-Security-Policy has refused the page so far."""

    def ready(self) -> bool:
        """Tell the boot screen that the tab is up. False if it has given up meanwhile, and shows why."""

    def now(self) -> datetime:
        """Return the time, with the agent's time zone."""
