"""The two ways to look over a customer's shoulder, and the four events that tell Omnichannel about them.

The only place that knows the event names. Used by session.py and by the build, which makes one page per mode.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["EscalationMode"]


class EscalationMode(StrEnum):
    """What a page of the tab is for. Its events go to `window.top` (docs/internals/dataverse.md#the-four-events)."""

    CO_BROWSE = "cobrowse"
    SCREEN_SHARE = "screenshare"

    @property
    def connected_event(self) -> str:
        """The event that says that the customer and the agent are connected."""
        return {"cobrowse": "CobrowseConnectedEvent", "screenshare": "ScreenShareConnectedEvent"}[self]

    @property
    def ended_event(self) -> str:
        """The event that says that the connection is over, whatever ended it."""
        return {"cobrowse": "CobrowseEndedEvent", "screenshare": "ScreenShareEndedEvent"}[self]
