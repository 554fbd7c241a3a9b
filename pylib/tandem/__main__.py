"""`python -m tandem`: the relay alone. Every option can also be a variable of the environment, TANDEM_*."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

try:
    import uvicorn

    from tandem.app import create_app, make_bus
    from tandem.bus import Bus
    from tandem.clock import SystemClock
    from tandem.config import configure_from
    from tandem.errors import BusError, ConfigError
    from tandem.logs import log_to_stderr
    from tandem.sockets import SERVER
except ModuleNotFoundError as error:
    sys.exit(f"tandem: {error}. Run: pip install cotab[tandem]")


def main(arguments: Sequence[str]) -> None:
    """Serve the relay. Exits with code 2, and one sentence on standard error, if it cannot start."""
    try:
        config = configure_from(arguments)
        log_to_stderr()
        asyncio.run(_reach(make_bus(config, SystemClock())))
    except (ConfigError, BusError) as error:
        sys.stderr.write(f"tandem: {error}\n")
        raise SystemExit(2) from error
    uvicorn.run(create_app(config), host=config.host, port=config.port, log_config=None, access_log=False, **SERVER)


async def _reach(bus: Bus) -> None:
    """Raise BusError where it is not there: the server would say it with a traceback."""
    await bus.open()
    await bus.close()


if __name__ == "__main__":
    main(sys.argv[1:])
