"""What the Content-Security-Policy of an org forbids a tab: a refusal, and the error that an agent reads of it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from cotab.errors import CotabError, HttpError, JsError, PolicyBlockedError, ProviderTimeoutError, SdkNotLoadedError

__all__ = ["Violation", "blamed_on_policy"]

# The errors that a refusal ends in, where nobody has said anything better.
CONSEQUENCES = (JsError, ProviderTimeoutError, SdkNotLoadedError, TimeoutError)


class Violation(BaseModel):
    """A refusal: `directive` does not list `origin`."""

    directive: str
    origin: str

    def __str__(self) -> str:
        return f"the Content-Security-Policy does not list {self.origin} in {self.directive}"


def blamed_on_policy(error: BaseException, violations: Sequence[Violation]) -> CotabError | None:
    """Return the error that tells what the policy forbids, if this one may come of it."""
    unanswered = isinstance(error, HttpError) and error.status is None
    if not violations or not (unanswered or isinstance(error, CONSEQUENCES)):
        return None
    told = "; ".join(str(violation) for violation in violations)
    return PolicyBlockedError(f"{told} ({type(error).__name__}: {error})")
