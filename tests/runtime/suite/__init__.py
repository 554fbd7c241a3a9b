"""Tests that run inside Pyodide; test_in_pyodide.py reports each of them by itself."""
