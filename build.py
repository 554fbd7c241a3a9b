"""The command line of a source checkout: `python build.py [build | preview | test | ...]`.

It needs nothing but Python: once, it makes the .venv that requirements.lock describes, and then
hands its arguments to `python -m cotab_kit` in there. Everything else is the kit's business.
"""

import collections
import contextlib
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

# Checked before anything newer than Python 3.6 is evaluated, so that an old Python can still say it.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        f"cotab needs Python 3.11 or newer; this is Python {platform.python_version()} ({sys.executable}).\n"
        "Install a newer one (https://www.python.org/downloads/) and run build.py with it."
    )

VIRTUALENV = ("distlib", "filelock", "packaging", "platformdirs", "python-discovery", "virtualenv")
RUN_VIRTUALENV = "import sys; sys.path.insert(0, sys.argv.pop(1)); import virtualenv.__main__ as v; v.run()"
NO_WAY_TO_A_VENV = """This Python has neither ensurepip nor virtualenv nor pip, so it cannot make .venv.
On Debian and Ubuntu: apt install python3-venv"""
RUNS_IN_VENV = """.venv must be made anew, but the Python that runs this lives in it.
Run build.py with a Python outside: `deactivate` first, or name it by its path."""


class SetupError(Exception):
    """A set-up that failed; the text says what happened and what to do."""


def report(text: str) -> None:
    """Report progress: on stderr, for a command's own output stays clean, and not in CI."""
    if not os.environ.get("CI"):
        sys.stderr.write(f"cotab: {text}\n")


def run(command: list[str], goal: str) -> None:
    """Run a step of the set-up; show only which package pip is at, and the end of it if it fails."""
    last: collections.deque[str] = collections.deque(maxlen=25)
    out, err = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, stdout=out, stderr=err, text=True, errors="replace") as step:
        for line in step.stdout or ():
            last.append(line)
            if line.startswith("Collecting "):
                report("  " + line.split()[1])
    if step.returncode:
        raise SetupError(f"{goal} failed:\n\n{''.join(last)}")


class Environment:
    """The .venv of a checkout: what it is made from, whether it is up to date, and how it is made."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / ".venv"
        self.lock = root / "requirements.lock"
        self.stamp = self.home / "cotab-stamp.txt"
        places = {"base": str(self.home), "platbase": str(self.home)}
        self.packages = Path(sysconfig.get_path("purelib", "venv", vars=places))
        scripts = Path(sysconfig.get_path("scripts", "venv", vars=places))
        self.python = scripts / ("python.exe" if os.name == "nt" else "python")

    def wanted(self) -> str:
        """Return what the stamp of a finished environment says: it changes when the environment must."""
        lock = hashlib.sha256(self.lock.read_bytes()).hexdigest()
        return "\n".join([lock, platform.python_version(), sysconfig.get_platform(), str(self.root)])

    def is_ready(self) -> bool:
        """Return whether an earlier run finished, with the same lock file, Python and folder."""
        stamp = self.stamp.read_text("utf-8") if self.stamp.is_file() else ""
        return self.python.exists() and stamp == self.wanted()

    def make(self) -> None:
        """Make the environment anew. The stamp comes last: whatever stops this, the next run starts over."""
        report("setting up .venv from requirements.lock (once, about a minute)")
        if Path(sys.prefix).resolve() == self.home.resolve():
            raise SetupError(RUNS_IN_VENV)
        if self.home.exists():
            self.stamp.unlink(missing_ok=True)
            shutil.rmtree(self.home)
        self._create()
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar=off"]
        lock = ["--require-hashes", "--no-deps", "-r", str(self.lock)]
        run([*pip, *lock], "Installing requirements.lock (needs the network; behind a proxy set HTTPS_PROXY)")
        # Relative, so that no folder name can be misread in the machine's encoding.
        pylib = os.path.relpath(self.root / "pylib", self.packages)
        (self.packages / "cotab-source.pth").write_text(pylib, "utf-8")
        self.stamp.write_text(self.wanted(), "utf-8")

    def _create(self) -> None:
        if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
            run([sys.executable, "-m", "venv", str(self.home)], "Making .venv")
        else:
            report("this Python lacks ensurepip (Debian: package python3-venv); going on with virtualenv")
            run([*self._virtualenv(), str(self.home)], "Making .venv with virtualenv")

    def _virtualenv(self) -> list[str]:
        if importlib.util.find_spec("virtualenv"):
            return [sys.executable, "-m", "virtualenv"]
        if not importlib.util.find_spec("pip"):
            raise SetupError(NO_WAY_TO_A_VENV)
        target = self.root / ".cotab" / "virtualenv"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        locked = re.split(r"\n(?=\S)", self.lock.read_text("utf-8"))
        part = target / "requirements.txt"
        part.write_text("\n".join(line for line in locked if line.startswith(VIRTUALENV)), "utf-8")
        pip = [sys.executable, "-m", "pip", "install", "--target", str(target), "--require-hashes"]
        run([*pip, "-r", str(part)], "Installing virtualenv")
        return [sys.executable, "-c", RUN_VIRTUALENV, str(target)]


def hand_over(python: Path, arguments: list[str]) -> int:
    """Run the kit and return its exit code; Ctrl-C reaches it by itself, and it has time to tidy up."""
    with subprocess.Popen([str(python), "-m", "cotab_kit", *(arguments or ["build"])]) as kit:
        signal.signal(signal.SIGTERM, lambda *_: kit.terminate())
        while kit.returncode is None:
            with contextlib.suppress(KeyboardInterrupt):
                kit.wait()
        return kit.returncode if kit.returncode >= 0 else 128 - kit.returncode  # as a shell tells a signal


def main(arguments: list[str], root: Path) -> int:
    """Set up what is missing, then run the command."""
    environment = Environment(root)
    try:
        ready = environment.is_ready()
        if not ready:
            environment.make()
        report("set-up is up to date" if ready else "set-up finished")
        return hand_over(environment.python, arguments)
    except (SetupError, OSError) as error:
        sys.exit(f"cotab: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("cotab: stopped; the next run starts the set-up over\n")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
