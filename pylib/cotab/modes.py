"""The two escalation modes, and the four events that report them to Omnichannel.

The names of the events stand nowhere else.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["EscalationMode"]


class EscalationMode(StrEnum):
    """The purpose of a page of the tab. Its events go to `window.top` (docs/internals/dataverse.md#the-four-events)."""

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
