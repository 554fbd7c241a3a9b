"""Runs every test function of the suite's modules; called by run.mjs inside Pyodide."""

from __future__ import annotations

import json
import traceback
from importlib import import_module
from inspect import isawaitable

MODULES = ("objects", "callbacks", "conversion", "scripts", "page", "tasks")


async def run_all() -> str:
    """Test name -> None, or the traceback, as JSON."""
    results: dict[str, str | None] = {}
    for name in MODULES:
        module = import_module(f"suite.{name}")
        for test in [member for member in vars(module) if member.startswith("test_")]:
            try:
                result = getattr(module, test)()
                if isawaitable(result):
                    await result
            except BaseException:  # noqa: BLE001 - every failure is a result
                results[f"{name}::{test}"] = traceback.format_exc()
            else:
                results[f"{name}::{test}"] = None
    return json.dumps(results)
