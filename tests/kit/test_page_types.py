"""The types that JavaScript has of what the build writes into a page."""

from __future__ import annotations

from cotab_kit.build.page_types import NAME, declarations
from cotab_kit.layout import kit_files


def test_the_file_is_up_to_date() -> None:
    assert (kit_files().page / NAME).read_text("utf-8") == declarations(), "python -m cotab_kit.build.page_types"


def test_every_member_has_its_type_and_every_member_of_a_page_a_sentence() -> None:
    page = declarations().partition("export interface Page {")[2]
    assert "  /** How long a start may take. */\n  boot_timeout_seconds: number;\n" in page
    assert '  runtime: "solution" | "cdn" | "inline";\n' in page
    assert "  settings: Record<string, unknown>;\n" in page
    assert "  archives: Archive[];\n" in page
    assert "  texts: Record<string, Record<string, string>>;\n" in page
    assert page.count("/**") == page.count(";\n")
