"""Other programs, run to their end: npm, pip, Playwright, apt.

`Runner` is the type of what runs them, so that tests can put a function of their own in the place.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Finished:
    """The end of a program. `code` is None if it was stopped because it took too long."""

    code: int | None
    output: str

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked to do."""
        return self.code == 0

    def last_lines(self, count: int = 15) -> str:
        """Return the end of its output, where programs say why they failed."""
        return "\n".join(self.output.strip().splitlines()[-count:])


class Runner(Protocol):
    """A way to run a program to its end; never raises because of how the program fares."""

    def __call__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Finished:
        """Run the command; `env` is added to the environment, `timeout` is in seconds."""


def run_process(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Finished:
    """Run the command for real."""
    # A file instead of a pipe: a program's children may keep a pipe open after the program was stopped.
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                # What is read as UTF-8 below; on Windows Python would write in the encoding of the console.
                env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0 if sys.platform != "win32" else None,
            )
        except OSError as error:
            return Finished(127, str(error))
        code = _wait(process, timeout)
        output.seek(0)
        return Finished(code, output.read().decode("utf-8", "replace"))


def _wait(process: subprocess.Popen[bytes], timeout: float | None) -> int | None:
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        stop(process)
        return None
    except BaseException:
        stop(process)  # Ctrl-C does not reach a process group of its own
        raise


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the program together with the programs that it started."""
    if sys.platform != "win32":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(tree, check=False, capture_output=True)
    process.wait()
