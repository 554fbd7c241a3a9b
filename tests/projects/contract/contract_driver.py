"""What a case can do with a tab, and what it can see of it. tests/contract/drivers.py has the two there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

__all__ = ["Driver"]


class Driver(Protocol):
    """What a case can do with a tab, and what it can see of it."""

    @property
    def events(self) -> list[str]:
        """The events that Omnichannel has received."""

    @property
    def messages(self) -> list[str]:
        """The messages that Omnichannel has received."""

    def expect(self, state: str) -> None:
        """Wait until the tab is in this state."""

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until the condition holds."""

    def wait_for_log(self, text: str) -> None:
        """Wait until the log has this text."""

    def happen(self, event: str, of: str = "") -> None:
        """Let an event happen at the SDK's session, or at a member of it."""

    def sdk(self, member: str) -> Any:  # noqa: ANN401 - whatever it is
        """A member of the SDK's session."""

    def press(self, name: str) -> None:
        """Press a button."""

    def reload(self) -> None:
        """Leave the tab, and come back."""

    def text(self, name: str) -> str:
        """What an element shows."""

    def attribute(self, name: str, attribute: str) -> str | None:
        """An attribute of an element."""

    def shown(self, name: str) -> bool:
        """Whether an element is shown."""

    def there(self, name: str) -> bool:
        """Whether there is such an element."""

    def viewer_says(self, message: dict[str, Any]) -> None:
        """Let the embedded page post a message."""

    def viewer_heard(self) -> list[dict[str, Any]]:
        """The messages that the embedded page has got."""

    def window_says(self, message: dict[str, Any]) -> None:
        """Let the page in the window that was opened post a message to its opener."""
