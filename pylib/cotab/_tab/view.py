"""What the agent sees, as data: the tab's situation in, the wanted state of the page's elements out.

The elements are those of webresource/page/index.html, the texts those of webresource/page/strings/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cotab._js.elements import Changes
from cotab._tab.session import Session, State
from cotab.errors import CotabError
from cotab.provider import Tool

__all__ = ["Screen", "describe", "ending"]

# Characters of an error's message that are shown; the log has all of it.
MAX_DETAIL = 500

# The notices of what went well.
DONE = ("notice.sent", "notice.noted", "notice.copied")

INVITING_ROWS = ("pin-row", "link-row", "send-invitation")

_HERE = (State.CONNECTED, State.RECONNECTING)
_LIVE = (State.INVITING, State.ASKING, *_HERE)


@dataclass(frozen=True)
class Screen:
    """The tab's situation. `state` is a session state or "confirm"; `notice` and `hint` are keys of texts.

    `reason` follows the notice, in the provider's own words.
    `unfolded`: the agent wants to see the invitation, though the customer is here.
    """

    state: str
    session: Session | None = None
    tools: tuple[Tool, ...] = ()
    tool: Tool | None = None
    error: CotabError | None = None
    notice: str = ""
    reason: str = ""
    hint: str = ""
    can_send: bool = False
    can_note: bool = False
    busy: frozenset[str] = frozenset()
    provider: str = ""
    unfolded: bool = False


def describe(screen: Screen, texts: Mapping[str, str]) -> dict[str, Changes]:
    """Describe what the elements of the page show in this situation."""
    return {
        "tab": {"data-state": screen.state},
        "state": {"text": texts[f"state.{screen.state}"]},
        "notice": {
            **_text(" ".join(filter(None, (texts.get(screen.notice, ""), screen.reason)))),
            "data-kind": "done" if screen.notice in DONE else "failed",
        },
        "hint": _text(texts.get(screen.hint, "")),
        "ending": _text(ending(screen, texts)),
        "confirm": {"hidden": screen.state != "confirm"},
        "full-screen": {"hidden": screen.state not in _HERE},
        "end-session": {"hidden": screen.state not in ("starting", *_LIVE)},
        "start-again": _start_again(screen, texts),
        "own": {"hidden": screen.state not in ("starting", *_LIVE)},
        "attach-note": _button("attach-note", screen, shown=screen.state == State.ENDED and screen.can_note),
        **_invitation(screen, texts),
        **_asking(screen),
        **_tools(screen),
        **_people(screen, texts),
        **_error(screen.error, texts),
    }


def _text(text: str) -> Changes:
    return {"text": text, "hidden": not text}


def _button(name: str, screen: Screen, *, shown: bool) -> Changes:
    # Not `disabled`: that would take the focus away from who pressed it with the keyboard. app.py ignores the clicks.
    return {"hidden": not shown, "aria-disabled": "true" if name in screen.busy else None}


def _start_again(screen: Screen, texts: Mapping[str, str]) -> Changes:
    unknown = screen.error is not None and screen.error.code == "SESSION_UNKNOWN"
    failed = screen.state == State.FAILED and not unknown and not (screen.session and screen.session.last_try)
    return {
        "hidden": screen.session is None or not screen.session.has_ended,
        "text": texts["button.try_again" if failed else "button.start_again"],
    }


def ending(screen: Screen, texts: Mapping[str, str]) -> str:
    """Say who or what ended the session; of one that failed the error does."""
    session = screen.session
    if session is None or session.end_reason is None:
        return ""
    return session.why[:MAX_DETAIL] or texts[f"ended.{session.end_reason}"].replace("{provider}", screen.provider)


def _invitation(screen: Screen, texts: Mapping[str, str]) -> dict[str, Changes]:
    invitation = screen.session.invitation if screen.session and screen.state in _LIVE else None
    pin = invitation.pin if invitation else None
    link = invitation.link if invitation else None
    here = screen.state in _HERE
    either = pin and invitation and not invitation.link_needs_pin
    return {
        "show-invitation": {
            "hidden": invitation is None or not here,
            "aria-expanded": "true" if screen.unfolded else "false",
        },
        "invitation": {"hidden": invitation is None or (here and not screen.unfolded)},
        "pin-row": {"hidden": pin is None},
        "pin": {"text": pin or ""},
        "link-row": {"hidden": link is None},
        "link-label": {"text": texts["invitation.or_link" if either else "invitation.link"]},
        "link": {"text": link or "", "href": link},
        "send-invitation": _button("send-invitation", screen, shown=screen.can_send),
    }


def _asking(screen: Screen) -> dict[str, Changes]:
    """Show one button in the place of PIN and link, while the customer can be asked."""
    session = screen.session
    asks = session is not None and session.askable and screen.state in (State.INVITING, State.ASKING)
    busy = "ask-customer" in screen.busy or screen.state == State.ASKING
    buttons: dict[str, Changes] = {
        "ask-customer": {"hidden": not asks, "aria-disabled": "true" if busy else None},
        "invite-otherwise": {"hidden": not asks},
    }
    return buttons | ({name: {"hidden": True} for name in INVITING_ROWS} if asks else {})


def _tools(screen: Screen) -> dict[str, Changes]:
    shown = bool(screen.tools) and screen.state in _HERE
    buttons: dict[str, Changes] = {
        f"tool-{tool}": {
            **_button("tool", screen, shown=tool in screen.tools),
            "aria-pressed": "true" if tool == screen.tool else "false",
        }
        for tool in Tool
    }
    return {
        "tools": {"hidden": not shown},
        "stage": {"hidden": screen.state not in (State.STARTING, *_LIVE)},
        **buttons,
    }


def _people(screen: Screen, texts: Mapping[str, str]) -> dict[str, Changes]:
    session = screen.session
    here = session is not None and screen.state in _LIVE
    names = ", ".join(session.participants) if session and here else ""
    quality = texts[f"quality.{session.quality}"] if session and here and session.quality else ""
    return {
        "participants": _text(texts["participants"].replace("{names}", names) if names else ""),
        "quality": {**_text(quality), "data-quality": session.quality if session and here else None},
    }


def _error(error: CotabError | None, texts: Mapping[str, str]) -> dict[str, Changes]:
    if error is None:
        return {"error": {"hidden": True}}
    # A code of the author's own has no texts: those of the nearest kind of error that has some are shown.
    kinds = (kind.code for kind in type(error).__mro__ if issubclass(kind, CotabError))
    code = next(code for code in (error.code, *kinds) if f"error.{code}.what" in texts)
    return {
        "error-what": {"text": texts[f"error.{code}.what"]},
        "error-next": {"text": texts[f"error.{code}.next"]},
        "error-code": {"text": error.code},
        "error-detail": _text(str(error)[:MAX_DETAIL]),
        "error": {"hidden": False},
    }
