"""Every exception cotab raises, as one tree. Adapters raise and catch these; the agent reads them.

CotabError                       something went wrong in the tab
├── ContextError                 the tab was opened with an unusable `data` parameter
├── AdapterError                 the author's code cannot be loaded or broke the contract
│   └── SettingsInvalidError     `[page.settings]` is not what the adapter takes
├── ProviderError                the provider or its service failed
│   ├── ProviderTimeoutError     did not answer in time
│   ├── SessionUnknownError      no longer knows the session that was to be resumed
│   ├── ToolRefusedError         cannot use the tool the agent chose; the session goes on
│   ├── PolicyBlockedError       the org's Content-Security-Policy forbids what it needs
│   ├── ViewerSilentError        its page in the stage has not said anything
│   ├── SdkNotLoadedError        its JavaScript SDK could not be loaded
│   ├── HttpError                its service refused a call of `tab.http`, or did not answer
│   └── WindowBlockedError       the browser did not open a window for it
├── JsError                      a call into JavaScript threw an error or rejected a promise
└── ConversationError            the conversation in Omnichannel
    ├── NotAvailableError        has no such API here (opened outside Dynamics)
    ├── NoAnswerError            does not answer in time; it may still do what it was asked to
    ├── MessageNotSentError      did not take the message
    └── NoteNotAttachedError     did not take the note

Setting up an org has a kind of its own, which no agent sees: WebApiError in cotab_setup/web_api.py.

Every error carries a stable `code`. The agent reads the texts `error.<code>.what` and `error.<code>.next` of the
page's `strings/`; the exception's own message is English, for the console and the log.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "AdapterError",
    "ContextError",
    "ConversationError",
    "CotabError",
    "HttpError",
    "JsError",
    "MessageNotSentError",
    "NoAnswerError",
    "NotAvailableError",
    "NoteNotAttachedError",
    "PolicyBlockedError",
    "ProviderError",
    "ProviderTimeoutError",
    "SdkNotLoadedError",
    "SessionUnknownError",
    "SettingsInvalidError",
    "ToolRefusedError",
    "ViewerSilentError",
    "WindowBlockedError",
]


class CotabError(Exception):
    """Something went wrong in the tab.

    `code` names the kind of failure for texts and support; it never changes between versions.
    """

    code = "UNEXPECTED"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class ContextError(CotabError):
    """The tab was opened with an unusable `data` parameter; the code says in which way."""

    code = "DATA_MISSING"


class AdapterError(CotabError):
    """The author's code cannot be loaded or broke the contract of `Provider`."""

    code = "ADAPTER_NOT_LOADED"


class SettingsInvalidError(AdapterError):
    """What `[page.settings]` says is not valid for the adapter's `Settings`."""

    code = "SETTINGS_INVALID"


class ProviderError(CotabError):
    """The provider or its service failed. Adapters raise it with a message for the log.

    From `select_tool` it says why the provider refuses, and the agent reads it: write it in the agent's language.
    """

    code = "PROVIDER_FAILED"


class ProviderTimeoutError(ProviderError):
    """The provider did not answer in time."""

    code = "PROVIDER_TIMEOUT"


class SessionUnknownError(ProviderError):
    """The provider no longer knows the session; raised by `Provider.resume`."""

    code = "SESSION_UNKNOWN"


class ToolRefusedError(ProviderError):
    """A tool the agent chose cannot be used; the session goes on without it. `reason` is what the agent reads of it."""

    code = "TOOL_REFUSED"
    reason = ""


class PolicyBlockedError(ProviderError):
    """The org's Content-Security-Policy forbids what the provider needs; the message names directive and origin."""

    code = "POLICY_BLOCKED"


class ViewerSilentError(ProviderError):
    """A page in the stage has not said anything; the code is VIEWER_UNREACHABLE where it cannot be reached."""

    code = "VIEWER_SILENT"


class SdkNotLoadedError(ProviderError):
    """The provider's SDK could not be loaded."""

    code = "SDK_NOT_LOADED"


class HttpError(ProviderError):
    """A call of `tab.http` failed. `status` is None if there was no answer, otherwise `answer` is what came."""

    code = "HTTP_FAILED"

    def __init__(self, message: str, *, status: int | None = None, answer: Any = None) -> None:  # noqa: ANN401 - an HttpAnswer
        super().__init__(message)
        self.status = status
        self.answer = answer


class WindowBlockedError(ProviderError):
    """The browser did not open a window; it does so only while a press of a button is handled."""

    code = "WINDOW_BLOCKED"


class JsError(CotabError):
    """A call into JavaScript threw, or its promise was rejected.

    `name` and `reason` are the JavaScript error's name and message; `thrown` is what was thrown or rejected with: an
    error as a JsObject (`error.thrown.get("status")`), anything else as data.
    """

    code = "SDK_FAILED"

    def __init__(self, message: str, *, name: str = "Error", reason: str = "", thrown: Any = None) -> None:  # noqa: ANN401 - a JsValue
        super().__init__(message)
        self.name = name
        self.reason = reason or message
        self.thrown = thrown


class ConversationError(CotabError):
    """Something about the conversation in Omnichannel failed."""

    code = "CONVERSATION_FAILED"


class NotAvailableError(ConversationError):
    """The API needed for this does not exist here: the tab was opened outside Dynamics."""

    code = "NOT_AVAILABLE"


class NoAnswerError(ConversationError):
    """Dynamics did not answer in time. It cannot be called back, so it may still do what it was asked to."""

    code = "NO_ANSWER"


class MessageNotSentError(ConversationError):
    """Omnichannel did not take the message."""

    code = "MESSAGE_NOT_SENT"


class NoteNotAttachedError(ConversationError):
    """Dataverse did not take the note."""

    code = "NOTE_NOT_ATTACHED"
