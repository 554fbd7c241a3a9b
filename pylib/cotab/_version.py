"""The version of the distribution: pyproject.toml, the kit and every page take it from here."""

__version__ = "0.1.0"
