"""What the commands of cli_org.py have in common: one connection, and errors as the kit shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cotab.provision import WebApiError
from cotab_kit.errors import OrgError
from cotab_kit.org.client import Org, connect
from cotab_kit.org.sign_in import SignIn

Result = TypeVar("Result")

AGAIN = "What was done stays; run the command again and it goes on from there."
HINTS = {
    0: f"Check the address and the network. {AGAIN}",
    401: "Sign in as a user of this org: --sign-in names the ways.",
    403: "Ask for the missing privilege, or for the role System Administrator.",
    404: "Check whether the address is that of a Dataverse org.",
}


def with_org(given: str, way: SignIn, work: Callable[[Org], Awaitable[Result]]) -> Result:
    """Connect, work, and close. What the org refuses becomes an OrgError with a hint."""

    async def run() -> Result:
        async with connect(given, way) as org:
            return await work(org)

    try:
        return asyncio.run(run())
    except WebApiError as error:
        raise OrgError(str(error), hint=HINTS.get(error.status, AGAIN)) from error
