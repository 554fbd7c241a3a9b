"""The agent's side of co-browsing with Cobrowse.io, by its Agent SDK.

A backend signs the agent's token (backend/service.py). The customer is invited by a code; where the conversation names
a visitor, the agent can ask on one of the visitor's devices instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from pydantic import BaseModel

from cotab import (
    ConnectionQuality,
    Control,
    EmbeddedViewer,
    EndReason,
    HttpError,
    Invitation,
    JsError,
    JsObject,
    Provider,
    ProviderError,
    SessionUnknownError,
    Tab,
    Tool,
)

__all__ = ["CobrowseSession"]

# The page that shows a session; what the tab offers itself is switched off in it.
VIEWER = (
    "{api}/session/{session}?end_action=none&agent_tools=none&device_controls=none&session_details=none&popout=none"
)
# What the button for the whole device says, by the state of the SDK.
WHOLE_DEVICE = {
    "off": "Whole device",
    "requested": "Whole device: the customer is being asked",
    "rejected": "Whole device: the customer has declined",
    "on": "Leave the whole device",
}
TOOLS = {Tool.POINTER: "laser", Tool.DRAWING: "drawing", Tool.CONTROL: "control"}
REASONS = {
    "device_ended": EndReason.CUSTOMER,
    "agent_ended": EndReason.AGENT,
    "pending_timeout": EndReason.EXPIRED,
    "authorizing_timeout": EndReason.EXPIRED,
    "active_timeout": EndReason.EXPIRED,
}
LOOK_SECONDS = 10
FAIR_MS, POOR_MS = 400, 1200  # latencies above which a connection is no better


class CobrowseSession(Provider):
    """One session, seen from the agent's side."""

    class Settings(BaseModel):
        """The backend that signs tokens, and the API of Cobrowse.io, or of an instance of one's own."""

        backend: str
        api: str = "https://cobrowse.io"

    settings: Settings
    tools: Sequence[Tool] = tuple(TOOLS)

    def __init__(self, tab: Tab) -> None:
        super().__init__(tab)
        self._api: JsObject | None = None
        self._session: JsObject | None = None
        self._context: JsObject | None = None
        self._stage: JsObject | None = None
        self._viewer: EmbeddedViewer | None = None
        self._control: asyncio.Future[bool] | None = None
        self._whole_device: Control | None = None
        self._devices: list[Control] = []

    async def start(self) -> Invitation:
        """Make a session."""
        api = await self._connect()
        details = {"conversation": self.tab.context.conversation_id}
        session = await api.get("sessions").call("create", {"custom_data": details})
        return await self._watch(session)

    async def resume(self, session_id: str) -> Invitation:
        """Find the session again after the page was reloaded."""
        api = await self._connect()
        try:
            session = await api.get("sessions").call("get", session_id)
        except JsError as error:
            raise SessionUnknownError(f"Cobrowse.io knows no session {session_id}: {error.reason}") from error
        if session.get("state") == "ended":
            raise SessionUnknownError(f"the session {session_id} is over")
        return await self._watch(session)

    async def attach(self, stage: JsObject) -> None:
        """Show the session, if it has begun."""
        self._stage = stage
        if self._session is not None and self._session.get("state") == "active":
            await self._show(self._session)

    def detach(self) -> None:
        """Let go of the page that shows the session."""
        if self._context is not None:
            self._context.call("destroy")
        self._stage = self._context = self._viewer = None

    async def end(self) -> None:
        """End the session for everyone."""
        if self._session is not None:
            await self._session.call("end")
        if self._context is not None:
            self._context.call("destroy")
        if self._api is not None:
            self._api.call("disconnect")

    async def select_tool(self, tool: Tool | None) -> None:
        """Select a tool. The SDK knows no state without one: the pointer does the least. Control needs consent."""
        if self._context is None:
            raise ProviderError("the viewer is not there yet")
        if tool is Tool.CONTROL and self._session is not None and self._session.get("remote_control") != "on":
            await self._ask_for_control(self._context)
        await self._context.call("setTool", TOOLS[tool or Tool.POINTER])

    async def _ask_for_control(self, context: JsObject) -> None:
        await context.call("setRemoteControl", "requested")
        self._control = asyncio.get_running_loop().create_future()
        if self._session is not None and self._session.get("remote_control") == "on":
            return
        if not await self._control:
            raise ProviderError("the customer has not allowed remote control")

    # The session

    async def _connect(self) -> JsObject:
        sdk = await self.tab.sdk.load_package("cobrowse-agent-sdk")
        api: JsObject = sdk.get("default").new(await self._token(), {"api": self.settings.api})
        self._api = api
        api.subscribe("error", self._renew)
        api.subscribe("socket:open", self._catch_up)
        return api

    async def _token(self) -> str:
        answer = await self.tab.http.post(f"{self.settings.backend.rstrip('/')}/tokens")
        token: str = answer.json["token"]
        return token

    async def _renew(self, _expired: JsObject | None = None) -> None:
        """Go on with a fresh token: the SDK reports no error but an expired one, and connects again by itself."""
        if self._api is not None:
            self._api.set("token", await self._token())

    async def _catch_up(self) -> None:
        """Ask how the session is: an event is lost while the SDK is not connected. What fails is asked again."""
        if self._session is None:
            return
        try:
            await self._session.call("fetch")
        except JsError as error:
            if error.name == "TokenExpiredError":
                with suppress(HttpError):
                    await self._renew()

    async def _watch(self, session: JsObject) -> Invitation:
        self._session = session
        await self._offer_devices()
        session.subscribe("updated", self._on_updated)
        await session.call("subscribe")
        self.tab.poll(self._catch_up, seconds=LOOK_SECONDS)
        await self._on_updated(session)
        return Invitation(session_id=session.get("id"), pin=session.get("code"))

    async def _on_updated(self, session: JsObject) -> None:
        """Report what has become of the session."""
        state, report = session.get("state"), self.tab.report
        if state == "ended":
            report.ended(REASONS.get(session.get("ended_reason"), EndReason.PROVIDER))
        elif state == "active":
            await self._show(session)
            report.connected()
            report.participants([agent["name"] for agent in session.get("agents") if agent.get("name")])
        if self._whole_device is not None:
            self._whole_device.show(_whole_device(session))
        answer = session.get("remote_control")
        if self._control is not None and not self._control.done() and answer in ("on", "rejected"):
            self._control.set_result(answer == "on")

    async def _show(self, session: JsObject) -> None:
        """Put the session's page onto the stage, once, and take hold of it."""
        stage = self._stage
        if self._api is None or stage is None or self._viewer is not None:
            return
        page = VIEWER.format(api=self.settings.api.rstrip("/"), session=session.get("id"))
        self._viewer = self.tab.embed(stage, page, title="Cobrowse.io")
        self._context = context = await self._api.call("attachContext", self._viewer.frame)
        context.subscribe("session.metrics.updated", self._on_metrics)
        context.subscribe("error", self._on_error)
        for device in self._devices:
            device.hide()
        if self._whole_device is None:
            self._whole_device = self.tab.button("whole-device", _whole_device(session), self._wish_for_device)

    async def _wish_for_device(self) -> None:
        """Ask the customer for the whole device, or leave it."""
        if self._context is not None and self._session is not None:
            wish = "off" if self._session.get("full_device") == "on" else "requested"
            await self._context.call("setFullDevice", wish)

    def _on_error(self, error: JsObject) -> None:
        """Report what the viewer says, such as that a limit of the account is reached."""
        self.tab.report.failed(ProviderError(str(error.get("message")), code="COBROWSEIO_VIEWER"))

    def _on_metrics(self, metrics: dict[str, Any]) -> None:
        latency = metrics.get("latency") or 0
        worst = ConnectionQuality.POOR if latency > POOR_MS else ConnectionQuality.FAIR
        self.tab.report.quality(worst if latency > FAIR_MS else ConnectionQuality.GOOD)

    # The devices of a known visitor

    async def _offer_devices(self) -> None:
        visitor = self.tab.context.extra.get("visitor")
        if self._api is None or not visitor:
            return
        devices = await self._api.get("devices").call("list", {"filter_user_id": str(visitor)})
        self._devices = [
            self.tab.button(f"device-{number}", f"Ask on {_name(device)}", partial(self._ask_on, device))
            for number, device in enumerate(devices, 1)
            if device.get("connectable")
        ]

    async def _ask_on(self, device: JsObject) -> None:
        """Let the device ask the visitor."""
        await device.call("notify", {"session": self._session})


def _whole_device(session: JsObject) -> str:
    return WHOLE_DEVICE.get(session.get("full_device"), WHOLE_DEVICE["off"])


def _name(device: JsObject) -> str:
    about = device.get("device") or {}
    return f"{about.get('device', 'a device')}, {about.get('app_name', about.get('platform', ''))}".strip(", ")
