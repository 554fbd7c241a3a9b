"""From a provider project to the files of its tab: scripts, carriers of binaries, HTML. `build.py` is the way in."""
