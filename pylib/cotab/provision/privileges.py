"""Which privileges the signed-in user lacks for the rows of the set-up. Asked before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from cotab.provision.rows import ACTIONS, CAPABILITIES, LOCALES, PROVIDERS, TABLES
from cotab.provision.web_api import WebApi, call

__all__ = ["missing_privileges"]

# Whoever sets a lookup needs to append the row, and to append to the one it points to.
NEEDED = {
    PROVIDERS: ("AppendTo",),
    ACTIONS: ("AppendTo",),
    LOCALES: ("Append",),
    CAPABILITIES: ("Append",),
}
ALWAYS = ("Create", "Read", "Write", "Delete")


async def missing_privileges(api: WebApi, *, also: Iterable[str] = ()) -> list[str]:
    """The names of privileges on the four tables, and of `also`, that the user has neither by a role nor by a team.

    `RetrieveUserPrivileges` is bound to the user and gives {"RolePrivileges": [{"PrivilegeName", ...}, ...]}.
    Empty also where an org does not tell names. Raises WebApiError.
    """
    doing = "Asking for the privileges of the signed-in user"
    user = await call(api, "GET", "WhoAmI", doing)
    path = f"systemusers({user.body['UserId']})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
    reply = await call(api, "GET", path, doing)
    held = {str(privilege.get("PrivilegeName") or "").casefold() for privilege in reply.body["RolePrivileges"]} - {""}
    needed = [f"prv{right}{table.name}" for table in TABLES.values() for right in (*ALWAYS, *NEEDED[table])]
    return [name for name in (*needed, *also) if held and name.casefold() not in held]
