"""Check a project without building it."""
