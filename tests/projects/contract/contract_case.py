"""What a case of the contract is: an adapter, and what a test does with it and must see.

`run` gets a `Driver`: one is the stand-in of host tests, another the page in a browser.
An adapter looks for itself with `same`; what it finds wrong fails its session, and so the test.
"""

from __future__ import annotations

from typing import ClassVar

from contract_driver import Driver

from cotab import HttpAnswer, Invitation, JsObject, Provider
from cotab.http import HttpRequest

__all__ = ["CASES", "SERVICE", "VIEWER", "Case", "holds", "same"]

CASES: dict[str, type[Case]] = {}
VIEWER = "https://viewer.example/agent"
SERVICE = "https://service.example/"


def same(found: object, wanted: object) -> None:
    """Fail the session if it is not."""
    if found != wanted:
        raise AssertionError(f"{found!r} is not {wanted!r}")


def holds(found: object) -> None:
    """Fail the session if it does not."""
    if not found:
        raise AssertionError("what must hold does not")


class Case(Provider):
    """A session of the SDK. `errors` are on the console when all is right, `warnings` in the log.

    `brought` is what the chat has brought along.
    """

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    brought: ClassVar[dict[str, str]] = {}

    session: JsObject

    def __init_subclass__(cls) -> None:
        """Note the case."""
        CASES[cls.__name__] = cls

    @staticmethod
    def run(tab: Driver) -> None:
        """Do what is to be done, and look."""
        raise NotImplementedError

    @staticmethod
    def answer(request: HttpRequest) -> HttpAnswer:
        """Answer as the vendor's service."""
        raise NotImplementedError

    async def start(self) -> Invitation:
        """Open the SDK's session."""
        sdk = await self.tab.sdk.load("assets/sdk.js", "ContractSdk")
        self.session = await sdk.call("open")
        await self.opened()
        return Invitation(session_id=self.session["id"], pin="123456")

    async def resume(self, session_id: str) -> Invitation:
        """Open it again."""
        same(session_id, "s-1")
        return await self.start()

    async def opened(self) -> None:
        """Do what the case is about."""

    async def end(self) -> None:
        """End the SDK's session."""
        await self.session.call("end")
