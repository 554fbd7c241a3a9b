"""The pages that tandem_mirror.py mirrors: a shop of plain elements, and one of components, frames and pictures."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

NODES_PER_ROW = 12
NODES_PER_COMPONENT = 18
FRAMES = 8
PICTURES = 24
SIDE = 48  # pixels of a picture

ROW = (
    '<li class="row"><a href="/item/{n}"><img alt="" width="40" height="40"></a><h3>Article {n}</h3>'
    '<p>Of <b>good</b> make</p><button type="button">Buy</button></li>'
)
STYLE = (
    "body{font:14px sans-serif}ul{display:grid;grid-template-columns:repeat(6,1fr);gap:4px;padding:0}"
    ".row{list-style:none;border:1px solid #ccc;contain:content}.row.hot{background:#fde}"
)
END = "<p id=end>End</p>"

COMPONENT = (
    '<shop-row class="row"><img alt="" width="40" height="40" src="/picture/{picture}">'
    "<span>Article {n}</span></shop-row>"
)
# Two places that change where no observer of the page itself reaches, and a picture that becomes another.
COMPONENTS = """<script>
const inside = "<style>:host{display:block}p{color:#333}</style><h3><slot></slot></h3><p>Of <b>good</b> make, " +
  "<i>0</i> left</p><button type='button'>Buy</button>";
customElements.define("shop-row", class extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).innerHTML = inside;
  }
});
window.step = (n) => {
  const { children } = document.getElementById("rows");
  children[n % children.length].shadowRoot.querySelector("i").textContent = n;
  children[(n + 3) % children.length].querySelector("img").src = `/picture/${n % PICTURES}`;
  const frames = document.querySelectorAll("iframe");
  frames[n % frames.length].contentDocument.querySelector("b").textContent = n;
};
</script>""".replace("PICTURES", str(PICTURES))


@dataclass(frozen=True)
class CustomerPage:
    """A page of any size, and what Tandem's script there is told to show."""

    html: Callable[[int, str], str]
    frames: int = 0
    allow: str = ""


def _page(style: str, head: str, body: str) -> str:
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Shop</title><style>{style}</style>{head}</head>"
        f"<body>{body}{END}</body></html>"
    )


def shop(nodes: int, script: str) -> str:
    """A shop of about as many nodes, elements and texts."""
    rows = "".join(ROW.format(n=n) for n in range(nodes // NODES_PER_ROW))
    return _page(STYLE, script, f"<h1 id=probe data-tandem-allow>0</h1><ul id=rows>{rows}</ul>")


def mixed(nodes: int, script: str) -> str:
    """About as many nodes: half of them in components, with pictures, half in frames."""
    rows = "".join(COMPONENT.format(n=n, picture=n % PICTURES) for n in range(nodes // 2 // NODES_PER_COMPONENT))
    frames = f'<iframe src="/frame/{nodes // 2 // NODES_PER_ROW // FRAMES}"></iframe>' * FRAMES
    return _page(STYLE, script + COMPONENTS, f"<h1 id=probe>0</h1>{frames}<ul id=rows>{rows}</ul>")


def frame(rows: int) -> str:
    """The page within a frame."""
    return _page(STYLE, "", f"<ul>{''.join(ROW.format(n=n) for n in range(rows))}</ul>")


def picture(number: int) -> bytes:
    """A small picture, another one for each number."""
    lines = b"".join(b"\0" + bytes((x * number + y * 7) % 256 for x in range(SIDE) for _ in "rgb") for y in range(SIDE))
    header = struct.pack(">2I5B", SIDE, SIDE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PAGES = {"shop": CustomerPage(shop), "mixed": CustomerPage(mixed, FRAMES, 'data-allow="html"')}
