"""From a provider project to the web resources of its tab. `build.py` is the way in."""
