"""Cases of the contract: time that passes, and the stage."""

from __future__ import annotations

import asyncio
from typing import Any

from contract_case import VIEWER, Case, holds, same
from contract_driver import Driver

from cotab import EmbeddedViewer, Invitation, JsObject


class AHandlerHasATimeLimit(Case):
    errors = ("ProviderTimeoutError",)

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined, timeout=0.2)

    async def joined(self) -> None:
        await self.session.call("never")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        assert tab.text("error-code") == "PROVIDER_TIMEOUT"
        assert tab.text("error-detail").endswith("joined() was not done within 0.2 seconds")


class WhatHangsIsTold(Case):
    warnings = ("WhatHangsIsTold.joined() is at work for", "not report.connected(): the agent still waits")

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    async def joined(self) -> None:
        self.tab.report.participants(["Casey"])
        await self.session.call("never")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        for warning in WhatHangsIsTold.warnings:
            tab.wait_for_log(warning)
        tab.expect("inviting")


class TheStageIsAttached(Case):
    async def opened(self) -> None:
        self.attached = 0
        same(self.session["shown"], 0)
        self.session.subscribe("look", self.look)

    async def attach(self, stage: JsObject) -> None:
        holds(isinstance(stage, JsObject))
        self.session.call("show", stage)
        await self.session.call("later", 1)
        self.attached += 1

    def look(self) -> None:
        same((self.attached, self.session["shown"]), (1, 1))
        self.tab.report.connected()

    def detach(self) -> None:
        same(self.session["shown"], 1)
        print("detached")  # noqa: T201 - the log is what the test reads

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.wait_for(lambda: tab.sdk("shown") == 1)
        tab.happen("look")
        tab.expect("connected")
        tab.press("end-session")
        tab.expect("ended")
        tab.wait_for_log("detached")


class TheStageIsAttachedAgainAfterAReload(Case):
    def attach(self, stage: JsObject) -> None:
        self.tab.report.connected()
        self.session.call("show", stage)

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("connected")
        tab.reload()
        tab.expect("connected")
        assert tab.events[-1] == "CobrowseConnectedEvent"
        assert tab.sdk("shown") >= 1


class AFrameIsGivenToTheSdk(Case):
    def attach(self, stage: JsObject) -> None:
        viewer = self.tab.embed(stage, VIEWER, title="Contoso")
        same((self.session.call("typeOf", viewer.frame), viewer.frame.get("src")), ("object", VIEWER))
        self.tab.report.connected()

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("connected")
        tab.viewer_says({"type": "for the SDK"})
        tab.press("end-session")
        tab.expect("ended")


class TheStageCanBeHadBeforeThereIsASession(Case):
    viewer: EmbeddedViewer

    def attach(self, stage: JsObject) -> None:
        self.viewer = self.tab.embed(stage, VIEWER, self.heard, title="Contoso", allow="fullscreen")

    async def start(self) -> Invitation:
        self.said: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        await self.tab.show_stage()
        holds(isinstance(self.viewer.frame, JsObject))
        same((self.viewer.frame.get("title"), self.viewer.frame.get("allow")), ("Contoso", "fullscreen"))
        said = await self.said
        self.viewer.post({"open": said["id"]})
        return Invitation(session_id=said["id"], pin="123456")

    def heard(self, message: dict[str, Any]) -> None:
        if not self.said.done():
            self.said.set_result(message)
        elif message["type"] == "joined":
            self.tab.report.connected()

    async def end(self) -> None:
        self.viewer.close()

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("starting")
        tab.viewer_says({"id": "v-1"})
        tab.expect("inviting")
        tab.wait_for(lambda: tab.viewer_heard() == [{"open": "v-1"}])
        tab.viewer_says({"type": "joined"})
        tab.expect("connected")
        tab.press("end-session")
        tab.expect("ended")
