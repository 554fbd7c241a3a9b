"""Brings the fixtures `tab`, `browser`, `server` and `dist` of cotab."""

pytest_plugins = ["cotab_kit.testing"]
