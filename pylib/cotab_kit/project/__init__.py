"""A provider project: where it lies, what its Python says, how a new one is made."""
