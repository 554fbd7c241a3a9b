"""The agent's side of co-browsing with Cobrowse.io, by its Agent SDK.

A backend signs the agent's token (backend/service.py). The customer is invited by a code; where the conversation names
a visitor, the agent can ask on one of the visitor's devices instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from cotab import (
    ConnectionQuality,
    EndReason,
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
TOOLS = {Tool.POINTER: "laser", Tool.DRAWING: "drawing", Tool.CONTROL: "control"}
REASONS = {
    "device_ended": EndReason.CUSTOMER,
    "agent_ended": EndReason.AGENT,
    "pending_timeout": EndReason.EXPIRED,
    "authorizing_timeout": EndReason.EXPIRED,
    "active_timeout": EndReason.EXPIRED,
}
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
        self._panel: JsObject | None = None
        self._stage: JsObject | None = None
        self._control: asyncio.Future[bool] | None = None
        self._devices: dict[str, JsObject] = {}

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
        """Show the session, if it has begun; else the devices of a visitor who is known."""
        self._stage = stage
        visitor = self.tab.context.extra.get("visitor")
        if self._session is not None and self._session.get("state") == "active":
            await self._show(self._session)
        elif visitor:
            await self._offer_devices(str(visitor), stage)

    def detach(self) -> None:
        """Let go of the page that shows the session."""
        if self._context is not None:
            self._context.call("destroy")
        self._stage = self._context = self._panel = None

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
        self._control = asyncio.get_running_loop().create_future()
        await context.call("setRemoteControl", "requested")
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
        http = await self.tab.sdk.load_module("assets/backend.js")
        try:
            answer = await http.call("ask", "POST", f"{self.settings.backend.rstrip('/')}/tokens", None)
        except JsError as error:
            unreachable = f"the backend {self.settings.backend} cannot be reached: {error.reason}"
            raise ProviderError(unreachable, code="COBROWSEIO_BACKEND") from error
        if answer["data"] is None:
            raise ProviderError(f"the backend answers with status {answer['status']}", code="COBROWSEIO_BACKEND")
        token: str = answer["data"]["token"]
        return token

    async def _renew(self, _expired: JsObject) -> None:
        """Go on with a fresh token: the SDK reports no error but an expired one, and connects again by itself."""
        if self._api is not None:
            self._api.set("token", await self._token())

    async def _catch_up(self) -> None:
        """Ask how the session is: while the tab was in the background, the SDK was not connected."""
        if self._session is not None:
            await self._session.call("fetch")

    async def _watch(self, session: JsObject) -> Invitation:
        self._session = session
        session.subscribe("updated", self._on_updated)
        await session.call("subscribe")
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
        if self._panel is not None:
            self._panel.call("fullDevice", session.get("full_device") or "off")
        answer = session.get("remote_control")
        if self._control is not None and not self._control.done() and answer in ("on", "rejected"):
            self._control.set_result(answer == "on")

    async def _show(self, session: JsObject) -> None:
        """Put the session's page onto the stage, once, and take hold of it."""
        stage = self._stage
        if self._api is None or stage is None or self._panel is not None:
            return
        panel = await self.tab.sdk.load_module("assets/panel.js")
        frame: JsObject = stage.get("ownerDocument").call("createElement", "iframe")
        frame.set("title", "Cobrowse.io")
        frame.set("src", VIEWER.format(api=self.settings.api.rstrip("/"), session=session.get("id")))
        self._panel = panel.call("showSession", stage, frame, self._wish_for_device)
        self._context = context = await self._api.call("attachContext", frame)
        context.subscribe("session.metrics.updated", self._on_metrics)
        context.subscribe("error", self._on_error)

    async def _wish_for_device(self, state: str) -> None:
        if self._context is not None:
            await self._context.call("setFullDevice", state)

    def _on_error(self, error: JsObject) -> None:
        """Report what the viewer says, such as that a limit of the account is reached."""
        self.tab.report.failed(ProviderError(str(error.get("message")), code="COBROWSEIO_VIEWER"))

    def _on_metrics(self, metrics: dict[str, Any]) -> None:
        latency = metrics.get("latency") or 0
        worst = ConnectionQuality.POOR if latency > POOR_MS else ConnectionQuality.FAIR
        self.tab.report.quality(worst if latency > FAIR_MS else ConnectionQuality.GOOD)

    # The devices of a known visitor

    async def _offer_devices(self, visitor: str, stage: JsObject) -> None:
        if self._api is None:
            return
        devices = await self._api.get("devices").call("list", {"filter_user_id": visitor})
        self._devices = {device.get("id"): device for device in devices}
        shown = [
            {"id": device.get("id"), "name": _name(device), "ready": device.get("connectable")} for device in devices
        ]
        panel = await self.tab.sdk.load_module("assets/panel.js")
        panel.call("showDevices", stage, shown, self._ask_on)

    async def _ask_on(self, device_id: str) -> None:
        """Let the device ask the visitor."""
        await self._devices[device_id].call("notify", {"session": self._session})


def _name(device: JsObject) -> str:
    about = device.get("device") or {}
    return f"{about.get('device', 'a device')}, {about.get('app_name', about.get('platform', ''))}".strip(", ")
