"""cotab_kit runs on the author's machine: it builds, previews, tests and packs a provider project.

Nothing is exported here; the command line (cli.py) and the pytest plugin (testing.py) are its two entrances.
"""

from cotab._version import __version__ as __version__
