"""cotab: the agent's side of a co-browse or screen-sharing product, in Python, as an app tab of Dynamics 365.

Authors import everything they need from here. The package runs in the browser, and on the host for tests.
"""

from cotab._js.interface import JsObject, SdkLoader, Subscription
from cotab._version import __version__ as __version__
from cotab.agent import Agent
from cotab.context import TabContext
from cotab.controls import Control
from cotab.conversation import Conversation
from cotab.embedded import EmbeddedViewer, OpenedWindow
from cotab.errors import (
    AdapterError,
    ContextError,
    ConversationError,
    CotabError,
    HttpError,
    JsError,
    MessageNotSentError,
    NoAnswerError,
    NotAvailableError,
    NoteNotAttachedError,
    PolicyBlockedError,
    ProviderError,
    ProviderTimeoutError,
    SdkNotLoadedError,
    SessionUnknownError,
    SettingsInvalidError,
    ToolRefusedError,
    ViewerSilentError,
    WindowBlockedError,
)
from cotab.http import Http, HttpAnswer
from cotab.modes import EscalationMode
from cotab.provider import ConnectionQuality, EndReason, Invitation, Provider, Reporter, Tab, Tool

__all__ = [
    "AdapterError",
    "Agent",
    "ConnectionQuality",
    "ContextError",
    "Control",
    "Conversation",
    "ConversationError",
    "CotabError",
    "EmbeddedViewer",
    "EndReason",
    "EscalationMode",
    "Http",
    "HttpAnswer",
    "HttpError",
    "Invitation",
    "JsError",
    "JsObject",
    "MessageNotSentError",
    "NoAnswerError",
    "NotAvailableError",
    "NoteNotAttachedError",
    "OpenedWindow",
    "PolicyBlockedError",
    "Provider",
    "ProviderError",
    "ProviderTimeoutError",
    "Reporter",
    "SdkLoader",
    "SdkNotLoadedError",
    "SessionUnknownError",
    "SettingsInvalidError",
    "Subscription",
    "Tab",
    "TabContext",
    "Tool",
    "ToolRefusedError",
    "ViewerSilentError",
    "WindowBlockedError",
]
