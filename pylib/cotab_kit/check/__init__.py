"""`check`: everything that is wrong with a project, at once, without building it."""
