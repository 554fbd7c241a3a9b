"""The built customer script as a file: small, alone, without effect where nobody uses it, and in every language."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cotab_kit.build.tandem import MODULES, build_tandem, web_sources
from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.testing import ConsoleWatch
from cotab_kit.tools.node import ensure_node
from customers import OPEN_SHADOW, Stage, built_assets, staged

MAX_BYTES = 4_000
MAX_BYTES_OF_BOTH = 60_000

# A page in Arabic gets Arabic; one in Klingon gets what the browser prefers.
TITLES = {"ar": "الحصول على مساعدة في هذه الصفحة", "tlh": "Obtenir de l\u2019aide sur cette page"}

STRICT = """<!doctype html><html lang="de"><meta charset="utf-8"><title>Strict</title><link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="script-src 'self' RELAY; connect-src 'self' RELAY;
  style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'">
<script src="RELAY/tandem.js" integrity="INTEGRITY" crossorigin></script><button data-tandem-open>Hilfe</button>"""


@pytest.fixture(scope="module")
def assets(pytestconfig: pytest.Config) -> Path:
    return built_assets(pytestconfig.rootpath)


@pytest.fixture(scope="module")
def stage(assets: Path) -> Iterator[Stage]:
    with staged(assets) as served:
        yield served


def test_it_is_a_small_file_that_names_the_rest_by_digest_with_the_notices_of_its_parts(assets: Path) -> None:
    script, app = ((assets / name).read_bytes() for name in ("tandem.js", "tandem-app.js"))
    assert len(gzip.compress(script)) < MAX_BYTES
    assert len(gzip.compress(script)) + len(gzip.compress(app)) < MAX_BYTES_OF_BOTH
    assert base64.b64encode(hashlib.sha256(app).digest()) in script
    for name in MODULES:
        assert base64.b64encode(hashlib.sha256((assets / name).read_bytes()).digest()) in app
    assert b"-of-tandem" not in script + app
    assert b"@rrweb/record 2.1.6" in app
    assert b"Permission is hereby granted" in app


def test_two_builds_are_the_same(tmp_path: Path, assets: Path, pytestconfig: pytest.Config) -> None:
    files, steps = kit_files(), Steps.for_this_terminal()
    node = ensure_node(Workspace(pytestconfig.rootpath), files, steps, dev=True)
    build_tandem(node, files, Workspace(tmp_path / "another place"), tmp_path / "out", steps)
    made = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert made == {name: (assets / name).read_bytes() for name in made}


def test_every_language_has_every_text_and_every_name_in_it(pytestconfig: pytest.Config) -> None:
    node = ensure_node(Workspace(pytestconfig.rootpath), kit_files(), Steps.for_this_terminal(), dev=True)
    names = ("texts.js", "languages.js", "screen_texts.js")
    texts, languages, more = (json.dumps((web_sources() / "customer" / name).as_uri()) for name in names)
    ask = (
        f"import {{ LANGUAGES, learn }} from {texts}; import {{ TEXTS }} from {languages};"
        f"import {{ TEXTS as more }} from {more};"
        "learn(TEXTS); learn(more); console.log(JSON.stringify(LANGUAGES))"
    )
    command: list[str | Path] = [node.exe, "--no-warnings", "--input-type=module", "-e", ask]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout)
    assert set(found) == {"en", "de", "fr", "es", "ja", "ar"}
    english = found.pop("en")
    for language, texts_of_it in found.items():
        assert texts_of_it.keys() == english.keys(), language
        for key, text in texts_of_it.items():
            assert set(re.findall(r"{\w+}", text)) <= set(re.findall(r"{\w+}", english[key])), f"{language}: {key}"
            assert text.strip(), f"{language}: {key}"


def test_unused_it_leaves_the_page_alone(browser: Browser, stage: Stage) -> None:
    with browser.new_context() as context:
        watch = ConsoleWatch(context)
        page = context.new_page()
        page.goto(f"{stage.site}/plain.html")
        before = look(page)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        with page.expect_response(lambda response: "/tandem-app.js" in response.url) as rest:
            page.add_script_tag(url=f"{stage.relay}/tandem.js")
        rest.value.finished()
        assert "immutable" in rest.value.headers["cache-control"]
        page.get_by_role("button").click()
        page.wait_for_function("() => !document.querySelector('link[rel=modulepreload]')")
        assert asked == ["/tandem.js", "/tandem-app.js"]
        page.evaluate("() => document.querySelector('script').remove()")
        assert look(page) == {**before, "globals": before["globals"] + 1}
        assert page.evaluate("() => Object.isFrozen(window.tandem) && window.tandem.state") == "none"
        page.evaluate("() => window.tandem.open()")
        page.wait_for_function("() => document.querySelector('[data-tandem-ui]')")
        opened = "() => document.querySelector('[data-tandem-ui]').shadowRoot"
        assert page.evaluate(opened) is None  # no script of the page presses these buttons
        watch.check()


def strict_site(assets: Path) -> Callable[[Stage], Starlette]:
    """A site of one page, with the strictest policy, and a tag that names the script by digest."""
    digest = base64.b64encode(hashlib.sha384((assets / "tandem.js").read_bytes()).digest()).decode()

    def site(stage: Stage) -> Starlette:
        async def page(_: Request) -> Response:
            return HTMLResponse(STRICT.replace("RELAY", stage.relay).replace("INTEGRITY", f"sha384-{digest}"))

        return Starlette(routes=[Route("/strict.html", page)])

    return site


def test_policies_and_a_digest_hold_for_all_of_it(browser: Browser, assets: Path) -> None:
    other = (assets / "tandem-app.js").read_bytes() + b"\n"
    with staged(assets, site=strict_site(assets)) as stage, browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(OPEN_SHADOW)
        violations: list[str] = []
        page.expose_function("violated", lambda directive: violations.append(directive))  # noqa: PLW0108 - Playwright marks it
        page.add_init_script("addEventListener('securitypolicyviolation', (e) => violated(e.effectiveDirective))")
        page.goto(f"{stage.site}/strict.html")
        page.get_by_role("button").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        headers = {"access-control-allow-origin": "*"}
        page.route(
            "**/tandem-app.js*",
            lambda route: route.fulfill(body=other, content_type="text/javascript", headers=headers),
        )
        page.reload()
        page.get_by_role("button").click()
        expect(page.get_by_role("alert")).to_contain_text("keine Verbindung")
        assert not violations


def look(page: Page) -> dict[str, int]:
    """What a script could leave behind."""
    found: dict[str, int] = page.evaluate("""() => ({
      html: document.documentElement.outerHTML.replace(/\\s*$/, ""),
      sheets: document.adoptedStyleSheets.length,
      stored: localStorage.length + sessionStorage.length + document.cookie.length,
      globals: Object.getOwnPropertyNames(window).length,
      native: [Element.prototype.attachShadow, window.fetch, CSSStyleSheet.prototype.insertRule, history.pushState,
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set]
        .every((each) => String(each).includes("[native code]")),
      address: location.href,
    })""")
    return found


def test_texts_that_cannot_be_had_are_read_in_english(browser: Browser, stage: Stage) -> None:
    with browser.new_context(locale="fr-FR") as context:
        page = context.new_page()
        page.add_init_script(OPEN_SHADOW)
        page.route("**/tandem-languages.js", lambda route: route.abort())
        page.goto(f"{stage.site}/shop.html")
        page.wait_for_function("() => window.tandem")
        page.evaluate("() => { document.documentElement.lang = 'fr'; }")
        with page.expect_console_message(lambda message: "tandem-languages.js cannot be loaded" in message.text):
            page.evaluate("() => window.tandem.open()")
        expect(page.get_by_role("dialog", name="Get help on this page")).to_be_visible()


def test_it_speaks_the_language_of_the_page(browser: Browser, stage: Stage) -> None:
    with browser.new_context(locale="fr-FR") as context:
        page = context.new_page()
        page.add_init_script(OPEN_SHADOW)
        page.goto(f"{stage.site}/shop.html")
        page.wait_for_function("() => window.tandem")
        for language, title in TITLES.items():
            page.evaluate("language => { document.documentElement.lang = language; }", language)
            page.evaluate("() => window.tandem.open()")
            dialog = page.get_by_role("dialog", name=title)
            expect(dialog).to_be_visible()
            direction = dialog.evaluate("dialog => getComputedStyle(dialog).direction")
            assert direction == ("rtl" if language == "ar" else "ltr")
            page.keyboard.press("Escape")
            expect(page.locator("[data-tandem-ui]")).to_have_count(0)
