"""The web resources of a tab, made from a provider project."""
