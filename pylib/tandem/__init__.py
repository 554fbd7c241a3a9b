"""Tandem: the embedded open-source co-browse and screen-sharing provider. Its relay is still to be built."""
