"""Privileges that the signed-in user lacks for the rows of the set-up."""

from __future__ import annotations

from collections.abc import Iterable

from cotab_setup.provisioning.rows import ACTIONS, CAPABILITIES, LOCALES, PROVIDERS, TABLES
from cotab_setup.web_api import NOT_DATAVERSE, Reply, WebApi, WebApiError, call, object_of

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
    """List privileges on the four tables, and of `also`, that the user has neither by a role nor by a team.

    `RetrieveUserPrivileges` is bound to the user and gives {"RolePrivileges": [{"PrivilegeName", ...}, ...]}.
    Empty also where an org does not tell names. Raises WebApiError.
    """
    doing = "Asking for the privileges of the signed-in user"
    user = await call(api, "GET", "WhoAmI", doing)
    user_id = object_of(user, doing, "UserId")["UserId"]
    path = f"systemusers({user_id})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
    held = {name.casefold() for name in _names(await call(api, "GET", path, doing), doing)}
    needed = [f"prv{right}{table.name}" for table in TABLES.values() for right in (*ALWAYS, *NEEDED[table])]
    return [name for name in (*needed, *also) if held and name.casefold() not in held]


def _names(reply: Reply, doing: str) -> list[str]:
    held = object_of(reply, doing, "RolePrivileges")["RolePrivileges"]
    if not isinstance(held, list) or not all(isinstance(privilege, dict) for privilege in held):
        raise WebApiError(doing, status=reply.status, reason=NOT_DATAVERSE)
    return [str(privilege["PrivilegeName"]) for privilege in held if privilege.get("PrivilegeName")]
