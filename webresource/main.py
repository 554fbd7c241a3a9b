"""The default adapter: Tandem, whose relay, viewer and customer script are in pylib/tandem."""

from cotab.providers.tandem import Tandem

__all__ = ["Tandem"]
