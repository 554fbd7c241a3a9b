"""`python -m cotab_kit` and the command `cotab`."""

from __future__ import annotations

import sys

STOPPED = 130  # what a shell tells of Ctrl-C


def run() -> None:
    """Run the command line, and do not complain of Ctrl-C, not even while it is being loaded."""
    try:
        from cotab_kit.cli.app import main  # noqa: PLC0415 - takes a moment, in which Ctrl-C may come

        main()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    run()
