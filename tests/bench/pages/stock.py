"""What the stock pages run: pydantic parses `data`, then the event goes out."""

import js
from pydantic import BaseModel


class Context(BaseModel):
    conversationId: str  # noqa: N815 - the member's name in JSON


Context.model_validate_json(js.URLSearchParams.new(js.location.search).get("data"))
js.top.dispatchEvent(js.CustomEvent.new("CobrowseConnectedEvent"))
