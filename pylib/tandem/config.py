"""How a relay is set up: from the command line, from TANDEM_* environment variables, or from code.

Whatever is wrong is reported at the start, before a port is opened.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, CliApp, NoDecode, SettingsConfigDict, SettingsError

from tandem.bus import Bucket, Lifetimes
from tandem.errors import ConfigError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MIN_SECRET = 32
CODE_SECONDS = 30  # from one origin to another
SIGN_IN_SECONDS = 60  # between the issuer's answer and the viewer's next question

Listed = Annotated[tuple[str, ...], NoDecode]
# An option is given once for each value, so its name is singular; the variable holds all of them.
SINGULAR = {
    "agent-origins": "agent-origin",
    "customer-origins": "customer-origin",
    "sites": "site",
    "proxies": "proxy",
}


def random_secret() -> str:
    """Make a secret that lasts as long as this process."""
    return secrets.token_urlsafe(48)


def default_assets() -> Path:
    """Find the built customer script and viewer: inside an installed wheel, or `dist/tandem` of a checkout."""
    installed = Path(__file__).parent / "assets"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "dist" / "tandem"


class Config(BaseSettings):
    """Run the relay of Tandem. Times are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(
        env_prefix="TANDEM_",
        extra="forbid",
        frozen=True,
        cli_prog_name="python -m tandem",
        cli_kebab_case=True,
        cli_shortcuts=SINGULAR,
        cli_hide_none_type=True,
        cli_parse_none_str="none",
        cli_show_env_vars=True,
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8400, ge=0, le=65535, description="Port to listen on.")
    origin: str | None = Field(None, description="Address people use, https://relay.example.")
    bus: str | None = Field(None, description="nats://..., when there are several relays.")
    agent_origins: Listed = Field((), description="Origin of the agents' desktop. Repeatable.")
    customer_origins: Listed = Field((), description="Origin of a site with the script. Repeatable.")
    sites: Listed = Field((), description="Page that invitation links lead to. Repeatable.")
    issuer: str | None = Field(None, description="OpenID Connect issuer with which agents sign in.")
    client_id: str | None = Field(None, description="The relay's client id there.")
    client_secret: str | None = Field(None, repr=False, description="Its secret; better as the variable.")
    local_agent: str = Field("", max_length=100, description="Name of the one agent of a relay on loopback.")
    assets: Path = Field(default_factory=default_assets, description="Folder of the built customer script and viewer.")
    proxies: Listed = Field((), description="Address or network of a proxy in front. Repeatable.")
    secret: str = Field(
        default_factory=random_secret,
        repr=False,
        min_length=MIN_SECRET,
        description="Signs tokens; better as the variable.",
    )
    ice_servers: tuple[dict[str, Any], ...] = Field((), description="STUN and TURN servers, as JSON.")

    grace_seconds: float = Field(120, gt=0, description="How long a side may be away.")
    linger_seconds: float = Field(
        3, ge=0, description="How long an agent's viewer may be gone before the customer reads so."
    )
    pin_seconds: float = Field(600, gt=0, description="How long a PIN or a link may be used.")
    session_seconds: float = Field(8 * 3600, gt=0, description="How long a session may last.")
    visitor_seconds: float = Field(600, gt=0, description="How long the customer of a chat may be asked.")
    agent_seconds: float = Field(10 * 3600, gt=0, description="How long an agent stays signed in.")
    hello_seconds: float = Field(10, gt=0, description="How long a new connection may be silent.")
    window_seconds: float = Field(600, gt=0, description="The time in which wrong PINs are counted.")
    tries_per_address: int = Field(5, gt=0, description="Wrong PINs of one address in that time.")
    tries_per_site: int = Field(100, gt=0, description="Wrong PINs of one site.")
    tries_in_all: int = Field(300, gt=0, description="Wrong PINs of all.")
    visitors_per_address: int = Field(30, gt=0, description="Chats of one address in that time.")
    queue_bytes: int = Field(8 * 1024 * 1024, gt=0, description="What may wait for a slow viewer.")
    session_asset_bytes: int = Field(16 * 1024 * 1024, ge=0, description="Pictures kept for one session.")
    asset_bytes: int = Field(256 * 1024 * 1024, ge=0, description="Pictures kept for all sessions.")

    @field_validator("agent_origins", "customer_origins", "sites", "proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part for part in value.replace(",", " ").split() if part) if isinstance(value, str) else value

    @field_validator("origin", "agent_origins", "customer_origins")
    @classmethod
    def _origins(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        if value is None:
            return None
        return origin_of(value) if isinstance(value, str) else tuple(origin_of(each) for each in value)

    @field_validator("sites")
    @classmethod
    def _sites(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            site_origin(each)
        return value

    @field_validator("proxies")
    @classmethod
    def _proxies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            ip_network(each)
        return value

    @model_validator(mode="after")
    def _whole(self) -> Config:
        if self.issuer and not self.client_id:
            raise ValueError("an issuer needs a client id (--client-id)")
        if not self.issuer and not self._is_local():
            raise ValueError("without an issuer anybody could be an agent: give --issuer, or serve loopback only")
        if self.issuer and self.local_agent:
            raise ValueError("with an issuer, agents have the names it gives: leave --local-agent out")
        if self.issuer and not self.origin:
            raise ValueError("sign-in needs the address people use (--origin https://relay.example)")
        return self

    def _is_local(self) -> bool:
        return self.host in LOOPBACK and (self.origin is None or urlsplit(self.origin).hostname in LOOPBACK)

    @property
    def sign_in(self) -> str:
        """How agents sign in: `oidc` or, on loopback alone, `local`."""
        return "oidc" if self.issuer else "local"

    @property
    def asks(self) -> bool:
        """Whether agents may ask customers of a chat: only where not just anybody is an agent."""
        return bool(self.issuer or self.local_agent)

    @property
    def joinable(self) -> frozenset[str]:
        """The origins of pages on which customers may join."""
        return frozenset({*self.customer_origins, *(site_origin(site) for site in self.sites)})

    @property
    def lifetimes(self) -> Lifetimes:
        """How long the bus keeps what."""
        return {
            Bucket.SESSIONS: self.session_seconds + self.grace_seconds,
            Bucket.PINS: self.pin_seconds,
            Bucket.COUNTS: self.window_seconds * 2,
            Bucket.SIGN_INS: SIGN_IN_SECONDS,
            Bucket.CODES: CODE_SECONDS,
            Bucket.VISITORS: self.session_seconds + self.visitor_seconds,
        }


def configure(**settings: object) -> Config:
    """Make a configuration in code. Raises ConfigError, with everything that is wrong with it."""
    with _one_sentence():
        return Config(**settings)  # type: ignore[arg-type]


def configure_from(arguments: Sequence[str]) -> Config:
    """Read a configuration from a command line. Raises ConfigError, with everything that is wrong with it."""
    with _one_sentence():
        return CliApp.run(Config, cli_args=list(arguments), cli_exit_on_error=False)


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise ConfigError("; ".join(_sentence(each) for each in error.errors())) from error
    except SettingsError as error:  # an unknown option, or a variable that is no JSON
        raise ConfigError(str(error)) from error


def _sentence(problem: ErrorDetails) -> str:
    where = [".".join(str(part) for part in problem["loc"])] if problem["loc"] else []
    return ": ".join([*where, problem["msg"].removeprefix("Value error, ")])


def origin_of(text: str) -> str:
    """Write an origin as browsers do. Raises ValueError."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise ValueError(f"{text!r} is not an origin like https://www.example.com")
    if any(character in parts.netloc for character in "*;, '\"@"):
        raise ValueError(f"{text!r} is not an origin like https://www.example.com")
    if not parts.hostname.isascii():
        raise ValueError(
            f"{text!r} is not an origin as browsers send it: write its host as xn--…, as a browser copies it"
        )
    default = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in {None, default} else "")


def site_origin(url: str) -> str:
    """Return the origin of a page's address. Raises ValueError."""
    parts = urlsplit(url)
    return origin_of(f"{parts.scheme}://{parts.netloc}")
