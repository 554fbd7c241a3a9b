"""The provider's classic scripts in the page: each is evaluated once, however often and by whomever it is asked for."""

from __future__ import annotations

import asyncio
import re

from cotab._js.interface import JsObject
from cotab._waiting import retrieve_exception
from cotab.errors import AdapterError, JsError, SdkNotLoadedError

__all__ = ["Scripts", "package_url"]

# What an author writes instead of an integrity hash for a script that its vendor changes in place.
UNPINNED = "unpinned"

# What browsers take for hashes; they pass over anything else without a word.
INTEGRITY = re.compile(r"\s*(sha(256|384|512)-[A-Za-z0-9+/]+={0,2}\s*)+")


def package_url(name: str) -> str:
    """Return where the build puts a package of npm; a scope is written as DefinitelyTyped does."""
    return f"npm/{name.removeprefix('@').replace('/', '__')}.js"


class Scripts:
    """The scripts of the page that `window` belongs to: loads each of them once."""

    def __init__(self, window: JsObject) -> None:
        self._window = window
        self._document: JsObject = window.get("document")
        self._url: JsObject = window.get("URL")
        self._loads: dict[str, tuple[str | None, asyncio.Task[str]]] = {}

    async def ensure(self, url: str, integrity: str | None) -> str:
        """Load the script unless that has been done; a load that failed is tried again. Raises SdkNotLoadedError.

        Return the error that the script broke off with, if it did: it may have defined what is wanted before.
        """
        address = self._address(url, integrity)
        if address not in self._loads:
            load = asyncio.ensure_future(self._load(url, address, integrity))
            load.add_done_callback(retrieve_exception)
            self._loads[address] = integrity, load
        agreed, load = self._loads[address]
        if agreed != integrity:
            raise SdkNotLoadedError(f"{url} was asked for with integrity={agreed!r} before", code=AdapterError.code)
        await asyncio.wait({load})  # who gives up waiting does not keep the others from getting it
        return load.result()

    def address(self, url: str) -> JsObject:
        """Resolve `url` against the page, as a URL object. Raises SdkNotLoadedError."""
        try:
            return self._url.new(url, self._document.get("baseURI"))
        except JsError as error:
            raise SdkNotLoadedError(f"{url} is no address: {error.reason}", code=AdapterError.code) from error

    def is_own(self, address: JsObject) -> bool:
        """Return whether an address is on the page's own origin."""
        return bool(address.get("origin") == self._window.get("location").get("origin"))

    def _address(self, url: str, integrity: str | None) -> str:
        """Return the address to load, once it is sure that the author said what is to be checked."""
        if integrity and integrity != UNPINNED and not INTEGRITY.fullmatch(integrity):
            wrong = f'{url}: integrity="{integrity}" is no hash, and browsers check nothing then'
            raise SdkNotLoadedError(wrong, code=AdapterError.code)
        address = self.address(url)
        if not integrity and not self.is_own(address):
            missing = f'{url} is on another origin: pass integrity="sha384-...", or integrity="{UNPINNED}"'
            raise SdkNotLoadedError(missing, code=AdapterError.code)
        return str(address.get("href"))

    async def _load(self, url: str, address: str, integrity: str | None) -> str:
        own = "the solution has no such file, or it cannot be reached"
        changed = "its content has another hash than integrity says: take the vendor's for this version"
        reason = own if integrity is None else f"it cannot be reached, or {changed}"
        troubles: list[str] = []
        watching = self._window.subscribe("error", lambda event: troubles.append(_script_error(event, address)))
        try:
            if await self._evaluated(address, integrity):
                return next(filter(None, troubles), "")
        except JsError as error:
            reason = error.reason
        finally:
            watching.cancel()
        del self._loads[address]
        raise SdkNotLoadedError(f"{url} could not be loaded: {reason}")

    async def _evaluated(self, address: str, integrity: str | None) -> bool:
        script: JsObject = self._document.call("createElement", "script")
        if integrity and integrity != UNPINNED:
            script.set("integrity", integrity)
            script.set("crossOrigin", "anonymous")
        script.set("src", address)
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        watching = [
            script.subscribe("load", lambda _: done.set_result(True)),
            script.subscribe("error", lambda _: done.set_result(False)),
        ]
        try:
            self._document.get("head").call("append", script)
            return await done
        finally:
            for subscription in watching:
                subscription.cancel()
            if not done.done() or not done.result():
                script.call("remove")


def _script_error(event: JsObject, address: str) -> str:
    """Return what an uncaught error says, if it is one of this script's."""
    if not hasattr(event, "call") or event.get("filename") != address:
        return ""
    message = str(event.get("message"))
    is_module = "SyntaxError" in message and re.search(r"\b(import|export)\b", message)
    return f"{message} (an ES module is loaded with load_module)" if is_module else message
