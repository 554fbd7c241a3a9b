"""cotab: the agent's side of a co-browse or screen-sharing product, in Python, as an app tab of Dynamics 365.

This package runs in the browser. Authors import everything they need from here; the modules behind it are
drawn in the repository's CONTRIBUTING.md.
"""

from cotab._js.interface import JsObject, SdkLoader, Subscription
from cotab.context import TabContext
from cotab.conversation import Conversation
from cotab.embedded import EmbeddedViewer
from cotab.errors import (
    AdapterError,
    ContextError,
    ConversationError,
    CotabError,
    MessageError,
    NoAnswerError,
    NotAvailableError,
    NoteError,
    ProviderError,
    ProviderTimeoutError,
    SdkCallError,
    SdkError,
    SdkLoadError,
    SessionUnknownError,
    ToolError,
)
from cotab.modes import EscalationMode
from cotab.provider import EndReason, Invitation, Provider, Quality, SessionSink, Tab, Tool

__all__ = [
    "AdapterError",
    "ContextError",
    "Conversation",
    "ConversationError",
    "CotabError",
    "EmbeddedViewer",
    "EndReason",
    "EscalationMode",
    "Invitation",
    "JsObject",
    "MessageError",
    "NoAnswerError",
    "NotAvailableError",
    "NoteError",
    "Provider",
    "ProviderError",
    "ProviderTimeoutError",
    "Quality",
    "SdkCallError",
    "SdkError",
    "SdkLoadError",
    "SdkLoader",
    "SessionSink",
    "SessionUnknownError",
    "Subscription",
    "Tab",
    "TabContext",
    "Tool",
    "ToolError",
]
