"""The configuration page of a solution: an administrator sees what the org has of it, sets it up and removes it.

Only this page carries the package (cotab_kit/build/configuration.py). boot.js runs `main.main()`, app.py
wires the rest.
"""
