"""Tandem: the embedded open-source co-browse and screen-sharing provider. `python -m tandem` runs its relay."""
