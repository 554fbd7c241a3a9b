"""What an org's content security policy means for a tab, told by its consequence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.deploy.policy import consequence, script_sources


@pytest.mark.parametrize(
    ("configuration", "boot", "told"),
    [
        ('{"Script-Src": {"sources": [{"source": "\'unsafe-eval\'"}]}}', "pyscript", "the tab works"),
        ('{"script-src": ["\'self\'", "\'wasm-unsafe-eval\'"]}', "pyodide", "the tab works"),
        ("script-src 'self' 'wasm-unsafe-eval'; style-src 'self'", "pyscript", "starts on plain Pyodide by itself"),
        ('{"style-src": ["\'unsafe-eval\'"]}', "pyscript", "adds 'wasm-unsafe-eval' to script-src"),
        ("", "pyodide", "adds 'wasm-unsafe-eval' to script-src"),
        ("[]", "pyodide", "adds 'wasm-unsafe-eval' to script-src"),
    ],
)
def test_a_policy_is_told_by_its_consequence(configuration: str, boot: str, told: str) -> None:
    assert told in consequence(configuration, boot)


@given(st.text() | st.recursive(st.none() | st.text(), lambda part: st.dictionaries(st.text(), part)).map(str))
def test_no_policy_breaks_anything(configuration: Any) -> None:  # noqa: ANN401 - whatever a column holds
    script_sources(configuration)
