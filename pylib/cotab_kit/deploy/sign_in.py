"""Sign-in: tokens of azure-identity, which is imported only when somebody signs in, for it is slow.

A secret is never on the command line; it is read from the environment variables that azure-identity knows.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from cotab_kit.errors import SignInError

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

SECRET_VARIABLES = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
# Orgs of a national cloud have accounts of that cloud, whose sign-in is another; azure-identity's default is the public
# one. By the end of the org's host (documented for Dataverse's regions).
AUTHORITY_VARIABLE = "AZURE_AUTHORITY_HOST"
CLOUDS = {
    ".dynamics.cn": "login.chinacloudapi.cn",
    ".microsoftdynamics.us": "login.microsoftonline.us",  # GCC High
    ".appsplatform.us": "login.microsoftonline.us",  # DoD
}
RENEW_BEFORE = 300  # seconds: a token must outlast the request that carries it


class SignIn(StrEnum):
    """How to sign in."""

    BROWSER = "browser"
    DEVICE_CODE = "device-code"
    CLIENT_SECRET = "client-secret"  # noqa: S105 - the name of a way, no secret
    MANAGED_IDENTITY = "managed-identity"


class Tokens(Protocol):
    """Where a request gets its bearer token from."""

    async def token(self) -> str:
        """Return a token that is valid now. Raises SignInError."""
        ...

    async def renewed(self, refused: str) -> str:
        """Return another token than one that the org has refused, as far as there is one. Raises SignInError."""
        ...


class AzureTokens:
    """Tokens of azure-identity for one org."""

    def __init__(self, org: str, way: SignIn) -> None:
        self._org = org
        self._scope = f"{org}/.default"
        self._way = way
        self._credential: TokenCredential | None = None
        self._token: AccessToken | None = None

    async def token(self) -> str:
        """See Tokens. The first one may take as long as somebody needs to sign in."""
        if self._token is None or self._token.expires_on < time.time() + RENEW_BEFORE:
            self._token = await _beside(self._fetch)
        return self._token.token

    async def renewed(self, refused: str) -> str:
        """See Tokens. Whoever keeps tokens judges by this machine's clock, so what is kept is passed over."""
        self._token = await _beside(self._fetch)
        if self._token.token == refused:
            self._token = await _beside(partial(self._fetch, claims=_from_now_on()))
        return self._token.token

    def _fetch(self, claims: str = "") -> AccessToken:
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - slow to import

        logging.getLogger("azure").setLevel(logging.CRITICAL)  # what it would log is told by the error
        try:
            self._credential = self._credential or credential(self._way, self._org)
            if claims:
                return self._credential.get_token(self._scope, claims=claims)
            return self._credential.get_token(self._scope)
        except (AzureError, ValueError) as error:
            first_line = str(error).strip().partition("\n")[0]
            raise SignInError(
                f"Signing in ({self._way}) did not work: {first_line}",
                hint=f"See whether the network is there, or choose another way with --sign-in: {', '.join(SignIn)}.",
            ) from error


def _from_now_on() -> str:
    """Return the claim that a token is made now: with a claim azure-identity takes none that it has kept."""
    return json.dumps({"access_token": {"nbf": {"essential": True, "value": str(int(time.time()))}}})


async def _beside(work: Callable[[], AccessToken]) -> AccessToken:
    """Return the result of what blocks, as asyncio.to_thread does; but an end of the program does not wait for it.

    Whoever has pressed Ctrl-C instead of signing in would otherwise wait for minutes.
    """
    made: Future[AccessToken] = Future()
    made.set_running_or_notify_cancel()  # from now on it takes a result that nobody waits for any more

    def run() -> None:
        try:
            made.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            made.set_exception(error)

    Thread(target=run, name="cotab-sign-in", daemon=True).start()
    return await asyncio.wrap_future(made)


def authority(org: str) -> str:
    """Return the host that signs in to an org of a national cloud; "" for any other, or where a variable says it."""
    if os.environ.get(AUTHORITY_VARIABLE):
        return ""
    host = urlsplit(org).hostname or ""
    return next((login for end, login in CLOUDS.items() if host.endswith(end)), "")


def credential(way: SignIn, org: str) -> TokenCredential:
    """Return azure-identity's credential. AZURE_TENANT_ID and AZURE_CLIENT_ID are respected by all that know them."""
    from azure import identity  # noqa: PLC0415 - slow to import

    settings = {name: os.environ.get(name, "") for name in SECRET_VARIABLES}
    tenant, client, secret = settings.values()
    given: dict[str, Any] = {key: value for key, value in (("tenant_id", tenant), ("client_id", client)) if value}
    cloud: dict[str, Any] = {"authority": found} if (found := authority(org)) else {}
    match way:
        case SignIn.BROWSER:
            return identity.InteractiveBrowserCredential(**given, **cloud)
        case SignIn.DEVICE_CODE:
            return identity.DeviceCodeCredential(**given, **cloud)
        case SignIn.MANAGED_IDENTITY:
            return identity.ManagedIdentityCredential(client_id=client or None)
    if missing := [name for name, value in settings.items() if not value]:
        raise SignInError(
            f"Signing in with a client secret needs the environment variables {', '.join(missing)}",
            hint="Set them, or choose another way with --sign-in.",
        )
    return identity.ClientSecretCredential(tenant, client, secret, **cloud)
