"""Who the agent is, as Dynamics says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from cotab.errors import HttpError, NotAvailableError

if TYPE_CHECKING:
    from cotab._js.interface import Browser
    from cotab.http import Http

__all__ = ["Agent", "signed_in_agent"]

COLUMNS = "internalemailaddress,azureactivedirectoryobjectid"


class Agent(BaseModel):
    """The signed-in agent. `id` is the one in Dataverse, `entra_id` the one in the organization's Entra ID.

    `email` and `entra_id` are None where the agent may not read them. `roles` are names, as administrators see them.

    All of it is what the agent's browser says: to show it, and to choose what to offer. A service that grants something
    by it needs a token.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    roles: tuple[str, ...] = ()
    email: str | None = None
    entra_id: str | None = None


async def signed_in_agent(browser: Browser, http: Http) -> Agent:
    """Return the agent. Raises NotAvailableError outside Dynamics."""
    known, base = browser.signed_in(), browser.web_api_base()
    if known is None or base is None:
        raise NotAvailableError("Xrm is not on the top window, so nothing says who the agent is")
    agent = Agent.model_validate(known)
    try:
        row = (await http.get(f"{base}systemusers({agent.id})?$select={COLUMNS}")).json
    except HttpError as error:
        browser.warn(f"cotab: the agent's e-mail address cannot be read: {error}")
        return agent
    columns = {"email": row.get("internalemailaddress"), "entra_id": row.get("azureactivedirectoryobjectid")}
    return agent.model_copy(update={name: value or None for name, value in columns.items()})
