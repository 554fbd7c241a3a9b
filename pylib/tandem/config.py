"""How a relay is set up: from the command line, from TANDEM_* environment variables, or from code (preview.py).

Whatever is wrong is said at the start, before a port is opened.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tandem.addresses import Network
from tandem.bus import Bucket, Lifetimes
from tandem.errors import ConfigError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MIN_SECRET = 32
SIGN_IN_SECONDS = 60  # between the issuer's answer and the viewer's next question

Listed = Annotated[tuple[str, ...], NoDecode]


def default_assets() -> Path:
    """The built customer script and viewer: inside an installed wheel, or `dist/tandem` of a checkout."""
    installed = Path(__file__).parent / "assets"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "dist" / "tandem"


class Config(BaseSettings):
    """Settings of a relay. Times are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", extra="forbid", frozen=True, arbitrary_types_allowed=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8400, ge=0, le=65535)
    origin: str | None = None
    bus: str | None = None
    agent_origins: Listed = ()
    customer_origins: Listed = ()
    sites: Listed = ()
    issuer: str | None = None
    client_id: str | None = None
    client_secret: str | None = Field(default=None, repr=False)
    assets: Path = Field(default_factory=default_assets)
    proxies: Listed = ()
    secret: str = Field(default_factory=lambda: secrets.token_urlsafe(48), repr=False, min_length=MIN_SECRET)
    ice_servers: tuple[dict[str, Any], ...] = ()

    grace_seconds: float = Field(default=120, gt=0)
    pin_seconds: float = Field(default=600, gt=0)
    session_seconds: float = Field(default=8 * 3600, gt=0)
    agent_seconds: float = Field(default=10 * 3600, gt=0)
    hello_seconds: float = Field(default=10, gt=0)
    window_seconds: float = Field(default=600, gt=0)
    tries_per_address: int = Field(default=5, gt=0)
    tries_per_site: int = Field(default=100, gt=0)
    tries_in_all: int = Field(default=300, gt=0)
    queue_bytes: int = Field(default=8 * 1024 * 1024, gt=0)

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
    def joinable(self) -> frozenset[str]:
        """The origins of pages on which customers may join."""
        return frozenset({*self.customer_origins, *(site_origin(site) for site in self.sites)})

    @property
    def networks(self) -> tuple[Network, ...]:
        """The declared proxies."""
        return tuple(ip_network(each) for each in self.proxies)

    @property
    def lifetimes(self) -> Lifetimes:
        """How long the bus keeps what."""
        return {
            Bucket.SESSIONS: self.session_seconds + self.grace_seconds,
            Bucket.PINS: self.pin_seconds,
            Bucket.COUNTS: self.window_seconds * 2,
            Bucket.SIGN_INS: SIGN_IN_SECONDS,
        }


def configure(**settings: object) -> Config:
    """A configuration. Raises ConfigError, with everything that is wrong with it."""
    try:
        return Config(**settings)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigError("; ".join(_said(error.errors()))) from error


def _said(errors: Iterable[Any]) -> list[str]:
    return [f"{'.'.join(str(part) for part in each['loc']) or 'settings'}: {each['msg']}" for each in errors]


def origin_of(text: str) -> str:
    """An origin as browsers write it. Raises ValueError."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise ValueError(f"{text!r} is not an origin like https://www.example.com")
    if any(character in parts.netloc for character in "*;, '\"@"):
        raise ValueError(f"{text!r} is not an origin like https://www.example.com")
    default = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in {None, default} else "")


def site_origin(url: str) -> str:
    """The origin of a page's address. Raises ValueError."""
    parts = urlsplit(url)
    return origin_of(f"{parts.scheme}://{parts.netloc}")
