"""What a chat brings along: rows beside its conversation, in the newer or the older table, at once, late or never."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal

from pydantic import Field
from starlette.background import BackgroundTask

from cotab_kit.desktop.requests import Body
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.tables.omnichannel import CONTEXT_ITEM, CONTEXT_ITEM_ELASTIC, CONVERSATION

Primitive = str | bool | float | None
Rows = Literal["elastic", "standard", "late", "never"]
MAX_VARIABLES = 100
LATE_SECONDS = 2.0


class Variable(Body):
    """A variable with what the widget is to do with it."""

    value: Primitive
    is_displayable: Annotated[bool, Field(alias="isDisplayable")] = False


Name = Annotated[str, Field(min_length=1, max_length=100)]
Given = Annotated[dict[Name, Variable | Primitive], Field(max_length=MAX_VARIABLES)]
"""What the widget's `setContextProvider` may return."""


class Contexts:
    """The rows of all conversations; `rows` is the desktop's switch."""

    def __init__(self, org: LocalOrg, sleep: Callable[[float], Awaitable[object]]) -> None:
        self._org, self._sleep = org, sleep
        self.rows: Rows = "elastic"

    def bring(self, conversation: str, given: Mapping[str, Variable | Primitive]) -> BackgroundTask | None:
        """Write what a chat has brought along, or return what does so when the answer has been sent."""
        if self.rows == "late":
            return BackgroundTask(self._bring_late, conversation, given)
        if self.rows != "never":
            self.write(conversation, given)
        return None

    async def _bring_late(self, conversation: str, given: Mapping[str, Variable | Primitive]) -> None:
        await self._sleep(LATE_SECONDS)
        self.write(conversation, given)

    def write(self, conversation: str, given: Mapping[str, Variable | Primitive]) -> None:
        """Write the rows now."""
        table = CONTEXT_ITEM if self.rows == "standard" else CONTEXT_ITEM_ELASTIC
        bound = {"msdyn_ocliveworkitemid@odata.bind": f"/{CONVERSATION.entity_set}({conversation})"}
        for name, variable in given.items():
            value = variable.value if isinstance(variable, Variable) else variable
            text = value if isinstance(value, str) else json.dumps(value)
            self._org.seed(table.name, msdyn_name=name, msdyn_value=text, **bound)
