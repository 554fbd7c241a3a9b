"""`python -m cotab_kit` is the command line; build.py starts the kit this way."""

from cotab_kit.cli import main

main()
