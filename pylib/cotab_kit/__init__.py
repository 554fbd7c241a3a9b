"""cotab_kit runs on the author's machine: it builds, previews, tests and packs a provider project.

Nothing is imported or exported here, because pytest loads testing/plugin.py into every test run. That and the command
line, cli/, are the two ways in.
"""
