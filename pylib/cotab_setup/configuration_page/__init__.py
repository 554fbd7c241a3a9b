"""The configuration page of a solution: an administrator sees what the org has of it, sets it up and removes it.

No tab carries the package. boot.js runs `main.main()`, app.py wires the rest.
"""
