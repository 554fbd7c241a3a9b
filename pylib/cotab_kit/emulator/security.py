"""Callers and their privileges. Everybody may do everything but what a test takes away.

Dataverse names the missing privilege, so that it can be told to the administrator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import NAMESPACE_OID, uuid5

from cotab_kit.emulator.errors import RefusedError, no_such_row
from cotab_kit.emulator.schema import Entity, Row
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.platform import BUSINESS_UNIT, USER

VERBS = ("Create", "Read", "Write", "Delete", "Append", "AppendTo")
IMPORT, EXPORT, PUBLISH = "prvImportCustomization", "prvExportCustomization", "prvPublishCustomization"
IMPERSONATE = "prvActOnBehalfOfAnotherUser"
ADMINISTRATOR = "administrator"
_STRANGER = ("0x80072560", "The user is not a member of the organization.")
UNKNOWN_TYPES = range(11_000, 20_000)
SYSTEM_USER = "SYSTEM"  # every org has one; here its id is always the same, for those who impersonate it


@dataclass(frozen=True)
class Caller:
    """A user of the org, and the privileges that are missing."""

    user_id: str
    lacks: frozenset[str] = frozenset()

    def need(self, verb: str, entity: Entity) -> None:
        """Raise RefusedError if the caller may not do this with rows of the table."""
        self.need_privilege(privilege(verb, entity), entity)

    def need_privilege(self, name: str, entity: Entity | None = None) -> None:
        """Raise RefusedError, in Dataverse's words, if the caller lacks the privilege."""
        if name not in self.lacks:
            return
        about = (
            f" on OTC={type_code(entity.name)} for entity '{entity.name}' (LocalizedName='{entity.title}')"
            if entity
            else ""
        )
        count = len(privileges()) - len(self.lacks)
        raise RefusedError(
            HTTPStatus.FORBIDDEN,
            "0x80040220",
            f"Principal user (Id={self.user_id}, type=8, roleCount=1, privilegeCount={count}, accessMode=0), is "
            f"missing {name} privilege (Id={privilege_id(name)}){about}. context.Caller={self.user_id}",
        )


def privilege(verb: str, entity: Entity) -> str:
    """Return the privilege's name, such as prvCreatemsdyn_provider."""
    return f"prv{verb}{entity.privilege or entity.name}"


def privileges(more: Iterable[Entity] = ()) -> list[str]:
    """List every privilege there is, with those of `more` tables."""
    rows = {privilege(verb, entity) for entity in (*ENTITIES.values(), *more) for verb in VERBS}
    return sorted(rows | {IMPORT, EXPORT, PUBLISH, IMPERSONATE})


def privilege_id(name: str) -> str:
    """Return the privilege's GUID."""
    return str(uuid5(NAMESPACE_OID, name))


def type_code(kind: str) -> int:
    """Return the object type code of a table, or the type of a component without one; unknown numbers are made up."""
    if kind.isdigit():
        return int(kind)
    if kind not in ENTITIES:
        return UNKNOWN_TYPES.start + uuid5(NAMESPACE_OID, kind).int % len(UNKNOWN_TYPES)
    return ENTITIES[kind].component_type or 10_000 + list(ENTITIES).index(kind)


def add_user(store: Store, name: str, lacks: frozenset[str] = frozenset(), key: str = "") -> str:
    """Add a user of this name, or set what that user lacks from now on. Returns the user's id."""
    unit = store.select(BUSINESS_UNIT)[0]["businessunitid"]
    key = key or str(uuid5(NAMESPACE_OID, f"user {name}"))
    if store.get(USER, key) is None:
        known: Row = {"fullname": name, "domainname": name, "azureactivedirectoryobjectid": directory_id(name)}
        known["internalemailaddress"] = f"{name.lower().replace(' ', '.')}@org.example"
        store.insert(USER, known | {"systemuserid": key, "businessunitid": unit})
    store.sql.execute("DELETE FROM _privilege WHERE userid = ?", [key])
    store.sql.executemany("INSERT INTO _privilege VALUES (?, ?)", [(key, each) for each in sorted(lacks)])
    return key


def directory_id(name: str) -> str:
    """Return the id that a user has in the directory of this emulator's making."""
    return str(uuid5(NAMESPACE_OID, f"directory {name}"))


def caller(store: Store, headers: Mapping[str, str]) -> Caller:
    """Return for whom a request acts: the user whom its headers impersonate, or its sender. Raises RefusedError.

    The sender is the user whom the bearer token names, or the administrator. Who acts for another may do what both may
    do: https://learn.microsoft.com/en-us/power-apps/developer/data-platform/webapi/impersonate-another-user-web-api
    """
    sender = _sender(store, headers)
    impersonated = _impersonated(store, headers)
    if not impersonated:
        return sender
    sender.need_privilege(IMPERSONATE)
    other = user_with(store, impersonated)
    return Caller(other.user_id, other.lacks | sender.lacks)


def _sender(store: Store, headers: Mapping[str, str]) -> Caller:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if not scheme and store.setting("sign-in"):
        raise RefusedError(HTTPStatus.UNAUTHORIZED, *_STRANGER)
    named = store.find(USER, fullname=token) if scheme.lower() == "bearer" else []
    user = named or store.find(USER, fullname=ADMINISTRATOR)
    return user_with(store, str(user[0]["systemuserid"]))


def _impersonated(store: Store, headers: Mapping[str, str]) -> str:
    """Return the id of the user whom the headers impersonate, named by the directory's id or by the org's."""
    directory = headers.get("callerobjectid", "").strip("{}")
    if directory:
        found = store.find(USER, azureactivedirectoryobjectid=directory)
        if not found:
            raise RefusedError(HTTPStatus.FORBIDDEN, *_STRANGER)
        return str(found[0]["systemuserid"])
    own = headers.get("mscrmcallerid", "").strip("{}").lower()
    if own and not store.get(USER, own, ["systemuserid"]):
        raise no_such_row(USER.name, own)
    return own


def user_with(store: Store, user_id: str) -> Caller:
    """Return a user, with what that one lacks."""
    lacks = store.look("SELECT name FROM _privilege WHERE userid = ?", [user_id])
    return Caller(user_id, frozenset(row[0] for row in lacks))
