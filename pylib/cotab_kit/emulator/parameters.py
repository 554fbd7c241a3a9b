"""Parameters of an action, read from the body of a POST: what is not known is refused, and none is passed over."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from cotab_kit.emulator.errors import bad_argument, not_here


class Parameters(BaseModel):
    """The parameters of one action, under Dataverse's names."""

    model_config = ConfigDict(extra="forbid", strict=True)


ModelT = TypeVar("ModelT", bound=Parameters)


def read(model: type[ModelT], body: JsonValue) -> ModelT:
    """Read a body. Raises RefusedError for what is missing, wrong or not known."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(map(str, first["loc"])) or "the body"
        if first["type"] == "extra_forbidden":
            raise not_here(f"the parameter {name}") from error
        raise bad_argument(f"The parameter '{name}' of the request is missing or wrong: {first['msg']}") from error


def refuse_given(given: Parameters, *names: str) -> None:
    """Raise RefusedError for the first of these parameters that asks for something: nothing here does it."""
    for name in names:
        if getattr(given, name):
            raise not_here(f"the parameter {name}")


def guid(text: str) -> str:
    """Return a GUID in the form in which ids are kept. Raises RefusedError."""
    try:
        return str(UUID(text))
    except ValueError:
        raise bad_argument(f"Guid should contain 32 digits with 4 dashes: {text[:100]!r}") from None
