"""Whether texts can be read where there is little room, and with more of it between letters, words and lines."""

from __future__ import annotations

# As WCAG 1.4.12 has it, and as a reader's own style sheet would say it; `root` is a document or a shadow root.
SPACED = """(root) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}"""

# What lies beside a page, or is cut off by what it lies in.
CUT = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const isCut = (each) => each.clientWidth > 1 && /hidden|clip/.test(getComputedStyle(each).overflow) &&
    (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
  const cut = [...document.body.querySelectorAll("*")].filter((each) => each.checkVisibility() && isCut(each));
  return [...(scrollWidth > clientWidth ? [`the page: ${scrollWidth}`] : []),
    ...cut.map((each) => `${each.localName}#${each.id}: ${each.textContent.trim().slice(0, 60)}`)];
}"""
