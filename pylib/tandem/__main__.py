"""`python -m tandem`: the relay alone. Every option can also be a variable of the environment, TANDEM_*."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

try:
    import typer
    import uvicorn

    from tandem.app import create_app, make_bus
    from tandem.bus import Bus
    from tandem.clock import SystemClock
    from tandem.config import configure
    from tandem.errors import BusError, ConfigError
    from tandem.logs import log_to_stderr
    from tandem.sockets import SERVER
except ModuleNotFoundError as error:
    sys.exit(f"tandem: {error}. Run: pip install cotab[tandem]")

Many = list[str] | None


def serve(  # noqa: PLR0913, PLR0917 - one parameter for each option
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    origin: Annotated[str | None, typer.Option(help="Address people use, https://relay.example.")] = None,
    bus: Annotated[str | None, typer.Option(help="nats://..., when there are several relays.")] = None,
    agent_origin: Annotated[Many, typer.Option(help="Origin of the agents' desktop. Repeatable.")] = None,
    customer_origin: Annotated[Many, typer.Option(help="Origin of a site with the script. Repeatable.")] = None,
    site: Annotated[Many, typer.Option(help="Page that invitation links lead to. Repeatable.")] = None,
    issuer: Annotated[str | None, typer.Option(help="OpenID Connect issuer with which agents sign in.")] = None,
    client_id: Annotated[str | None, typer.Option(help="The relay's client id there.")] = None,
    proxy: Annotated[Many, typer.Option(help="Address or network of a proxy in front. Repeatable.")] = None,
    assets: Annotated[Path | None, typer.Option(help="Folder of the built customer script and viewer.")] = None,
    secret: Annotated[str | None, typer.Option(help="Signs tokens; better as TANDEM_SECRET.")] = None,
    ice_servers: Annotated[str | None, typer.Option(help="STUN and TURN servers, as JSON.")] = None,
) -> None:
    """Run the relay of Tandem."""
    given = {
        "host": host,
        "port": port,
        "origin": origin,
        "bus": bus,
        "agent_origins": agent_origin,
        "customer_origins": customer_origin,
        "sites": site,
        "issuer": issuer,
        "client_id": client_id,
        "proxies": proxy,
        "assets": assets,
        "secret": secret,
        "ice_servers": _servers(ice_servers),
    }
    try:
        config = configure(**{name: value for name, value in given.items() if value is not None and value != []})
        log_to_stderr()
        asyncio.run(_reach(make_bus(config, SystemClock())))
    except (ConfigError, BusError) as error:
        typer.echo(f"tandem: {error}", err=True)
        raise typer.Exit(2) from error
    uvicorn.run(create_app(config), host=config.host, port=config.port, log_config=None, access_log=False, **SERVER)


async def _reach(bus: Bus) -> None:
    """Raise BusError where it is not there: the server would say it with a traceback."""
    await bus.open()
    await bus.close()


def _servers(text: str | None) -> object:
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise typer.BadParameter("--ice-servers must be a JSON list") from error


if __name__ == "__main__":
    typer.run(serve)
