"""provider.toml, the one source of every name and setting: read, judged, and with what it leaves open filled in."""
