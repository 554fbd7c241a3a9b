"""The provider's scripts: evaluated once, tried again after a failure, and refused where nothing would be checked."""

from __future__ import annotations

import asyncio

import js
from pyodide.code import run_js

from cotab import JsObject, SdkNotLoadedError
from cotab._js.pyodide import Bridge
from cotab._js.pyodide_object import PyodideObject
from cotab._js.scripts import Scripts
from cotab._tasks import Tasks
from suite.support import bridge, raises, wrapped

PAGE = """
() => {
  const page = { scripts: [], removed: 0, URL, location: { origin: "https://org.example" }, h: {},
    addEventListener(e, f) { this.h[e] = f; }, removeEventListener(e) { delete this.h[e]; } };
  page.document = {
    baseURI: "https://org.example/WebResources/a_/b/cobrowse.html",
    head: { append: (script) => page.scripts.push(script) },
    createElement: () => ({ h: {}, addEventListener(e, f) { this.h[e] = f; },
      removeEventListener(e) { delete this.h[e]; }, remove() { page.removed += 1; } }),
  };
  const at = "https://org.example/WebResources/a_/b/sdk.js";
  class ErrorEvent { filename = at; constructor(message) { this.message = message; } }
  page.breakOff = (message) => page.h.error(new ErrorEvent(message));
  page.happen = (index, event) => page.scripts[index].h[event]({});
  return page;
}
"""


def page() -> tuple[Scripts, PyodideObject]:
    """Scripts in a page in which nothing is loaded before the test says so."""
    window = PyodideObject(run_js(PAGE)(), bridge()[0])
    return Scripts(window), window


async def begun(scripts: Scripts, url: str, integrity: str | None = None) -> asyncio.Task[str]:
    """A load that waits for the page."""
    task = asyncio.ensure_future(scripts.ensure(url, integrity))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


async def test_a_script_asked_for_twice_at_once_is_evaluated_once() -> None:
    scripts, window = page()
    first, second = await begun(scripts, "assets/sdk.js"), await begun(scripts, "./assets/sdk.js")
    assert len(window.js_object.scripts) == 1
    assert window.js_object.scripts[0].src == "https://org.example/WebResources/a_/b/assets/sdk.js"
    window.call("happen", 0, "load")
    await asyncio.gather(first, second)
    await scripts.ensure("assets/sdk.js", None)
    assert len(window.js_object.scripts) == 1


async def test_who_gives_up_waiting_does_not_make_it_load_twice() -> None:
    scripts, window = page()
    impatient = await begun(scripts, "sdk.js")
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    later = await begun(scripts, "sdk.js")
    window.call("happen", 0, "load")
    await later
    assert len(window.js_object.scripts) == 1


async def test_what_a_script_broke_off_with_is_told() -> None:
    for message, told in [
        ("Uncaught Error: no license", "Uncaught Error: no license"),
        ("Uncaught SyntaxError: Unexpected token 'export'", "(an ES module is loaded with load_module)"),
    ]:
        scripts, window = page()
        loading = await begun(scripts, "sdk.js")
        window.call("breakOff", message)
        window.call("happen", 0, "load")
        assert told in await loading
        assert told in await scripts.ensure("sdk.js", None)


async def test_a_load_that_failed_is_tried_again() -> None:
    scripts, window = page()
    failing = await begun(scripts, "sdk.js")
    window.call("happen", 0, "error")
    with raises(SdkNotLoadedError, "sdk.js could not be loaded"):
        await failing
    again = await begun(scripts, "sdk.js")
    window.call("happen", 1, "load")
    await again
    assert window.js_object.removed == 1
    checked = await begun(scripts, "other.js", "sha384-AAAA")
    window.call("happen", 2, "error")
    with raises(SdkNotLoadedError, "it cannot be reached, or its content has another hash than integrity says"):
        await checked


async def test_a_load_that_breaks_off_is_tried_again() -> None:
    scripts, window = page()
    append = window.get("document").get("head").get("append")
    window.get("document").get("head").set("append", run_js("() => { throw new TypeError('no trusted types'); }"))
    with raises(SdkNotLoadedError, "no trusted types"):
        await scripts.ensure("sdk.js", None)
    window.get("document").get("head").set("append", append)
    again = await begun(scripts, "sdk.js")
    window.call("happen", 0, "load")
    await again


async def test_one_script_is_not_loaded_with_and_without_its_hash() -> None:
    scripts, window = page()
    first = asyncio.ensure_future(scripts.ensure("https://cdn.example/sdk.js", "unpinned"))
    await asyncio.sleep(0)
    with raises(SdkNotLoadedError, "integrity='unpinned' before"):
        await scripts.ensure("https://cdn.example/sdk.js", "sha384-AAAA")
    await asyncio.sleep(0)
    window.call("happen", 0, "load")
    await first


async def test_another_origin_needs_a_word_about_integrity() -> None:
    scripts, _ = page()
    with raises(SdkNotLoadedError, 'pass integrity="sha384-..."'):
        await scripts.ensure("https://cdn.example/sdk.js", None)
    with raises(SdkNotLoadedError, "is no address"):
        await scripts.ensure("https://", None)


MODULES = {
    "npm/sdk.js": "{ make: () => 1, default: () => 2 }",
    "npm/contoso__old.js": '{ "module.exports": { make: () => 3 } }',
}


class Bundled(Bridge):
    """A bridge in a page that has these packages."""

    async def load_module(self, url: str) -> JsObject:
        if url not in MODULES:
            raise SdkNotLoadedError(f"{url} could not be imported")
        return wrapped(MODULES[url])


async def test_a_package_is_its_namespace_or_what_common_js_exports() -> None:
    loader = Bundled(js, Tasks(lambda _: None))
    assert (await loader.load_package("sdk")).call("default") == 2
    assert (await loader.load_package("@contoso/old")).call("make") == 3
    with raises(SdkNotLoadedError, 'the package "gone" could not be loaded; is it in [page.npm] of provider.toml?'):
        await loader.load_package("gone")
