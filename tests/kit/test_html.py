"""The pages: nothing of the manifest becomes markup, and nothing in a script ends it early."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from cotab_kit.build import html
from cotab_kit.build.page_config import PageConfig
from cotab_kit.layout import kit_files

TEMPLATE = (kit_files().page / "index.html").read_text("utf-8")
HOSTILE = """"'><script>alert(1)</script>{{ 7 * 7 }}{% raw %}<!-- & &amp; </title></style>"""
URL = "https://contoso.example/?a=1&b={{x}}"


class Page(HTMLParser):
    """Takes a page apart: its elements with their attributes and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        place = self._open[-1] if self._open else ""
        self.texts[place] = self.texts.get(place, "") + data

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


CONFIG = PageConfig(
    mode="cobrowse",
    provider="Contoso",
    adapter="main:Adapter",
    folder="contoso_/assist",
    settings={},
    settings_variable="",
    provider_timeout_seconds=30,
    cotab_version="0",
    build="b",
    main="",
    texts={},
    boot="pyodide",
    boot_timeout_seconds=60,
    needs_pyscript=False,
    runtime="solution",
    events={"connected": "CobrowseConnectedEvent", "ended": "CobrowseEndedEvent"},
    lock="{}",
    env={},
    libraries=[],
    archives=[],
    snapshot="",
    late="",
    memory=0,
    modules=[],
    rests={},
    exported_places={},
    carriers={},
    remote={},
)


def render(page: dict[str, object], markup: dict[str, str] | None = None, url: str = URL) -> Page:
    return Page(html.render(TEMPLATE, CONFIG.model_copy(update=page), url, markup or html.linked()))


def carried(page: Page) -> object:
    (content,) = [each["content"] for each in page.attributes("meta") if each.get("name") == "cotab"]
    return json.loads(content or "")


SHAPE = [tag for tag, _ in render({}).elements]


def test_a_hostile_name_is_text_everywhere() -> None:
    page = render({"provider": HOSTILE})
    assert [tag for tag, _ in page.elements] == SHAPE
    assert page.texts["title"] == page.texts["h1"] == HOSTILE
    assert HOSTILE in page.texts["noscript"]


def test_hostile_settings_reach_the_page_unchanged_and_as_one_attribute() -> None:
    settings = {HOSTILE: [HOSTILE, 1.5, None, True], "line\nbreak\u2028": "\0\x7f日本語🎈"}
    page = render({"settings": settings})
    assert [tag for tag, _ in page.elements] == SHAPE
    assert carried(page) == CONFIG.model_dump() | {"settings": settings}


@given(text=st.text(st.characters(codec="utf-8")))
def test_any_text_stays_text(text: str) -> None:
    page = render({"provider": text.strip(), "settings": {text: text}})
    assert [tag for tag, _ in page.elements] == SHAPE
    assert carried(page) == CONFIG.model_dump() | {"provider": text.strip(), "settings": {text: text}}


def test_the_privacy_address_is_a_link_and_nothing_more() -> None:
    (link,) = [each for each in render({}).attributes("a") if each["id"] == "privacy"]
    assert link["href"] == URL
    assert link["rel"] == "noopener noreferrer"


def test_a_linked_page_has_nothing_inline_and_relative_references_only() -> None:
    page = render({})
    scripts, links = page.attributes("script"), page.attributes("link")
    assert scripts == [{"src": name, "defer": None} for name in ("floor.js", "boot.js")]
    ahead = {"rel": "modulepreload", "href": "interpreter.js"}
    assert links == [{"rel": "stylesheet", "href": "style.css"}, ahead]
    assert "script" not in page.texts
    assert not page.attributes("style")
    assert not [
        name for _, attributes in page.elements for name in attributes if name.startswith("on") or name == "style"
    ]


def test_only_a_page_that_starts_python_loads_the_interpreter_ahead() -> None:
    def ahead(**given: object) -> bool:
        return any(link["rel"] == "modulepreload" for link in render(given).attributes("link"))

    assert ahead(resident="auto", mode="resident")
    assert ahead(resident="auto", mode="configuration")
    assert not ahead(resident="auto")
    assert not ahead(runtime="inline")


def inlined(
    script: str = "1", modules: str = "2", notices: str = "<h1>n</h1>", parts: dict[str, str] | None = None
) -> dict[str, str]:
    return html.inlined("body {}", (script, "0"), modules, parts or {}, notices)


@pytest.mark.parametrize("end", ["</script>", "</SCRIPT >", "</Script\n>", "<!-- <script>", "</script", "<!--"])
def test_a_script_cannot_end_its_element(end: str) -> None:
    page = render({}, inlined(f'const a = "{end}";', f'const b = "{end}";'))
    assert page.attributes("script") == [{}, {}, {"type": "module"}]
    assert page.texts["script"].count("const") == 2
    assert "<!--" not in page.texts["script"]


def test_what_is_put_in_its_place_means_the_same_in_a_string() -> None:
    markup = inlined('const a = "</script> <!-- </SCRIPT>";')["scripts"]
    assert r'"<\/script> <\!-- <\/SCRIPT>"' in markup


def test_carriers_inside_the_page_keep_their_names_and_content() -> None:
    part = '<?xml version="1.0" encoding="utf-8"?>\n<carrier part="1" of="1" encoding="base64">KLUv+/=</carrier>\n'
    page = render({}, inlined(parts={"a_zip.xml": part}))
    assert page.attributes("script")[0] == {"type": "application/xml", "id": "a_zip.xml"}
    assert '<carrier part="1" of="1" encoding="base64">KLUv+/=</carrier>' in page.texts["script"]


def test_the_notices_lie_in_the_page_without_being_shown() -> None:
    assert '<template id="notices"><h1>n</h1></template>' in inlined()["scripts"]


def test_the_style_sheet_does_not_end_its_element() -> None:
    assert "</style" not in (kit_files().page / "style.css").read_text("utf-8").lower()


def test_a_placeholder_that_nobody_fills_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        html.render("{{ forgotten }}", CONFIG, URL, {})


def test_a_page_ends_as_its_template_does() -> None:
    assert html.render("x\n", CONFIG, URL, {}) == "x\n"
