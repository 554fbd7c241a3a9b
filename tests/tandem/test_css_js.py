"""css.js: what a style sheet hides in strings, comments and addresses stays; what its looks need arrives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes import Ask, answering

SECRET = "Secret"  # noqa: S105 - what must not be found


@pytest.fixture(scope="module")
def mask() -> Iterator[Ask]:
    with answering("css_driver.mjs", "customer/css.js") as ask:
        yield ask


def escaped(text: str) -> st.SearchStrategy[str]:
    """The same text with some signs as CSS escapes."""
    ways = [st.sampled_from([sign, f"\\{ord(sign):x} ", f"\\{ord(sign):06x}"]) for sign in text]
    return st.tuples(*ways).map("".join)


around = st.text(st.sampled_from("ab \\'\"/*(){};:#.é\n"), max_size=8)
hiding = st.one_of(
    st.tuples(st.sampled_from(["content:", "--x: ", "quotes: ", "color: red; content :"]), escaped(SECRET)).map(
        lambda pair: f'a {{ {pair[0]} "{pair[1]}" }}'
    ),
    escaped(SECRET).map(lambda text: f"a[data-x='{text}'] {{ color: red }}"),
    st.just(f"/* {SECRET} */"),
    st.just(f"a {{ background: url(x.png?{SECRET}#{SECRET}) }}"),
    st.just(f"a {{ background: url( 'x.png?{SECRET}' ) }}"),
    st.just(f'@import "x.css?{SECRET}";'),
    st.just(f"a {{ background: url('data:image/svg+xml,<svg><text>{SECRET}</text></svg>') }}"),
    st.just(f"a {{ background: url(javascript:{SECRET}) }}"),
)
plain = st.sampled_from(["b { color: red }", "i { content: '\\201C' }", ":root { --y: 1px }", ""])


@given(before=st.lists(plain), hidden=hiding, after=st.lists(plain), source=st.sampled_from(["sheet", "inline"]))
def test_nothing_hidden_in_a_sheet_leaves(
    mask: Ask, before: list[str], hidden: str, after: list[str], source: str
) -> None:
    css = "\n".join([*before, hidden, *after])
    left = mask({"css": css, "source": source})
    assert SECRET not in left
    assert all(part.split("{")[0] in left for part in [*before, *after])


@given(
    before=around,
    gap=st.sampled_from(["", " ", "/* ; */", "\n"]),
    value=st.sampled_from([SECRET, f"1px {SECRET}", "12345678"]),
)
def test_no_variable_of_an_element_says_anything(mask: Ask, before: str, gap: str, value: str) -> None:
    styles = [f"color: red; --x{gap}:{gap}{value}; width: 1px", f"--x:{value}", f"{{--x: {value}}}"]
    assert all(value not in mask({"css": css, "source": "inline"}) for css in styles)
    for words in ("Jane Doe", "4111 1111 1111 1111", "var(--x) Secret", "calc(4111 1111 1111)", "170 123 456"):
        assert words not in mask({"css": f"--x: {words}", "source": "inline"})
    text = before.translate(dict.fromkeys(map(ord, "'\\\n")))
    assert SECRET not in mask({"css": f"--x: '{text}{SECRET}'", "source": "inline"})


@pytest.mark.parametrize(
    "value",
    [
        *("12px", "-0.5em", "3", "red", "#ff0000", "rgb(1 2 3 / 50%)", "45%"),
        *("0 3px 6px rgba(0,0,0,.2)", "calc(100% - var(--gap) * 2)", "1px solid red", "cubic-bezier(.4, 0, .2, 1)"),
    ],
)
def test_variables_that_are_measures_or_colors_arrive(mask: Ask, value: str) -> None:
    css = f"--x: {value}; --y:{value}"
    assert mask({"css": css, "source": "inline"}).replace(" ", "") == css.replace(" ", "")


@given(text=around, end=st.sampled_from(['"', "'", "/*", "url(", 'url("', "url('"]))
def test_what_is_not_closed_is_hidden_to_its_end(mask: Ask, text: str, end: str) -> None:
    left = mask({"css": f"a {{ content: {end}{SECRET}", "source": "inline"})
    assert SECRET not in left
    assert isinstance(mask({"css": text + end + text, "source": "sheet"}), str)


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ('a { font-family: "Open Sans", serif }', 'a { font-family: "Open Sans", serif }'),
        ('a { grid-template-areas: "head head" "side main" }', 'a { grid-template-areas: "head head" "side main" }'),
        ('a::before { content: "\\f101" }', 'a::before { content: "\\f101" }'),
        ("input[type='text'] { color: red }", "input[type='text'] { color: red }"),
        (
            '@font-face { src: url("a.woff2?v=1") format("woff2") }',
            '@font-face { src: url("https://shop.example/a.woff2") format("woff2") }',
        ),
        ('@property --x { syntax: "<color>" }', '@property --x { syntax: "<color>" }'),
        ('a { font-variation-settings: "wght" 650 }', 'a { font-variation-settings: "wght" 650 }'),
        (
            '@font-face { src: url(data:font/woff;base64,AA) format("woff") }',
            '@font-face { src: url("data:font/woff;base64,AA") format("woff") }',
        ),
        ("a { fill: url(#shade) }", 'a { fill: url("#shade") }'),
        ('a { content: "Jane" }', 'a { content: "••••" }'),
    ],
)
def test_what_a_sheet_needs_arrives(mask: Ask, css: str, left: str) -> None:
    assert mask({"css": css, "source": "sheet"}) == left


def test_an_element_loads_nothing_by_its_style(mask: Ask) -> None:
    assert mask({"css": "background: url(a.png) red", "source": "inline"}) == "background: none red"


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("font-family: Font471147, serif", "font-family: unnamed, serif"),
        ("--order-471147: Jane Doe; color: red", "--unnamed:initial; color: red"),
        ("color: #123456; width: 123456.5px", "color: #123456; width: 123456.5px"),
        ("transform: matrix(1, 0, 0, 1, -123456, 0)", "transform: matrix(1, 0, 0, 1, -123456, 0)"),
        ("font-family: __Inter_694534", "font-family: __Inter_694534"),
    ],
)
def test_names_that_an_element_gives_carry_no_number(mask: Ask, css: str, left: str) -> None:
    assert mask({"css": css, "source": "inline"}) == left
    assert mask({"css": "a { animation: spin471147 1s }", "source": "sheet"}) == "a { animation: spin471147 1s }"


def test_counters_of_an_element_count_from_no_number_of_somebody(mask: Ask) -> None:
    styles = "counter-reset: amount 482913 page 12; counter-set: other 1234; width: 12345px"
    left = "counter-reset: amount 0 page 12; counter-set: other 0; width: 12345px"
    assert mask({"css": styles, "source": "inline"}) == left
    assert mask({"css": styles, "source": "sheet"}) == styles
