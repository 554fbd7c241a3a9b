"""An org on this machine: a database, the Web API on it, and what tests and the desktop set up in it.

org = LocalOrg.open()                      in memory; with a path, in a file
org.app                               the ASGI application
org.snapshot() == before              whether anything is left
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from pydantic import JsonValue
from starlette.applications import Starlette

from cotab_kit.emulator import jobs, metadata, records
from cotab_kit.emulator.app import create_app
from cotab_kit.emulator.custom_tables import tables
from cotab_kit.emulator.links import link
from cotab_kit.emulator.payload import columns
from cotab_kit.emulator.schema import Row, Scalar
from cotab_kit.emulator.security import ADMINISTRATOR, SYSTEM_USER, add_user
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.emulator.tables.platform import BUSINESS_UNIT, ORGANIZATION
from cotab_kit.emulator.tables.solutions import ASYNC_OPERATION, IMPORT_JOB, PUBLISHER, SOLUTION
from cotab_kit.emulator.webresources import token

VOLATILE = {
    "createdon",
    "modifiedon",
    "versionnumber",
    "overwritetime",
    "componentidunique",
    "installedon",
    "updatedon",
}
HIDDEN = ("_layer", "_link", "_need", "_package", "_unpublished", "_unknown", "_job", "_privilege", "_made")
HISTORY = {ASYNC_OPERATION.name, IMPORT_JOB.name}
MICROSOFT = {
    "microsoftcorporation": ("MicrosoftCorporation", "none", False),
    "microsoftdynamics": ("Dynamics 365", "msdyn", True),
}

Snapshot = dict[str, list[dict[str, Scalar]]]


class LocalOrg:
    """A local org. Close it, or use it as a context manager."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.app: Starlette = create_app(store, lambda: store.setting("policy") or None)

    @classmethod
    def open(cls, path: Path | None = None) -> LocalOrg:
        """Open the org in a file, made if it is not there; without a path, one in memory. Raises DesktopError."""
        store = Store(path)
        if not store.setting("made"):
            with store.transaction():
                _furnish(store)
        return cls(store)

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def token(self) -> str:
        """The version token of web resources, with its braces."""
        return token(self.store)

    def remember(self) -> None:
        """Let `restore` bring back what the org holds now. From here on nothing is written to its file."""
        with self.store.lock:
            self.store.sql.execute("SAVEPOINT remembered")

    def restore(self) -> None:
        """Undo whatever has been done to the org since `remember`, on whatever way."""
        with self.store.lock:
            self.store.sql.execute("ROLLBACK TO remembered")
            self.store.sql.execute("RELEASE remembered")  # or what was undone would go on as a transaction that writes
            self.store.sql.execute("SAVEPOINT remembered")

    def rows(self, table: str, **values: Scalar) -> list[Row]:
        """Find the rows of a table with these values, lookups under the names of their columns."""
        return self.store.find(tables(self.store)[table], **values)

    def snapshot(self, *, history: bool = False) -> Snapshot:
        """Return everything in the org that can be compared: no times, no versions, past jobs only with `history`."""
        shown = [each for each in tables(self.store).values() if history or each.name not in HISTORY]
        found: Snapshot = {}
        for entity in shown:
            rows = [
                {name: value for name, value in row.items() if name not in VOLATILE}
                for row in self.store.select(entity)
            ]
            found[entity.name] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
        for name in (*(pair.navigation for pair in MANY_TO_MANY), *HIDDEN):
            rows = [dict(row) for row in self.store.sql.execute(f'SELECT * FROM "{name}"').fetchall()]
            found[name] = sorted(({k: v for k, v in row.items() if k != "number"} for row in rows), key=repr)
        return found

    def unknown_components(self, solution: str) -> list[tuple[str, str]]:
        """List kind and name of what a solution brought and this org has no table for."""
        (found,) = self.rows("solution", uniquename=solution)
        rows = self.store.sql.execute("SELECT kind, name FROM _unknown WHERE solutionid = ?", [found["solutionid"]])
        return [(row[0], row[1]) for row in rows.fetchall()]

    def finish_jobs(self) -> None:
        """Let what is under way come to its end."""
        with self.store.lock:
            while jobs.busy(self.store):
                jobs.go_on(self.store)

    def seed(self, table: str, **body: JsonValue) -> str:
        """Write a row, given as the Web API has it (`{"nav@odata.bind": ...}` by **). Returns its id."""
        entity = tables(self.store)[table]
        with self.store.transaction():
            return records.create(self.store, entity, columns(self.store, entity, body))

    def seed_widget(self, name: str, *, cobrowse: str | None = None, screen_sharing: str | None = None) -> str:
        """Write a chat widget, with a provider's text where an administrator has chosen one. Returns its id."""
        return self.seed(
            "msdyn_livechatconfig",
            msdyn_name=name,
            msdyn_cobrowseprovider=cobrowse,
            msdyn_screensharingprovider=screen_sharing,
            msdyn_enablecobrowse=cobrowse is not None,
            msdyn_enablescreensharing=screen_sharing is not None,
        )

    def seed_session_template(self, name: str, *tabs: str) -> str:
        """Write a session template with these app tab templates (by unique name). Returns its id."""
        key = self.seed("msdyn_sessiontemplate", msdyn_name=name, msdyn_uniquename=name)
        for tab in tabs:
            self.add_tab(name, tab)
        return key

    def add_tab(self, session_template: str, tab: str) -> None:
        """Put an app tab template into a session template."""
        entity = ENTITIES["msdyn_sessiontemplate"]
        (row,) = self.rows(entity.name, msdyn_uniquename=session_template)
        target = f"msdyn_applicationtabtemplates(msdyn_uniquename='{tab}')"
        with self.store.transaction():
            link(self.store, entity, str(row[entity.primary_id]), MANY_TO_MANY[0].navigation, target)

    def seed_user(self, name: str, *, lacks: Iterable[str] = ()) -> str:
        """Add a user without these privileges (`prvCreatemsdyn_provider`), for `Authorization: Bearer <name>`."""
        with self.store.transaction():
            return add_user(self.store, name, frozenset(lacks))

    def restrict(self, *privileges: str) -> None:
        """Take privileges from whoever calls without saying who it is."""
        self.seed_user(ADMINISTRATOR, lacks=privileges)

    def seed_settings(  # noqa: PLR0913 - one for each setting, all by name
        self,
        *,
        max_upload: int | None = None,
        policy: str | None = None,
        languages: Iterable[int] | None = None,
        steps: int | None = None,
        sign_in: bool | None = None,
        late_refusal: bool | None = None,
        mime_types: Mapping[str, str] | None = None,
    ) -> None:
        """Set the size limit in bytes, the Content-Security-Policy ("" for none), the LCIDs of the languages.

        `steps` is after how many requests a job is done, `sign_in` whether a request without a token is refused,
        `late_refusal` whether a job that meets another one is taken and fails, instead of being refused at once,
        `mime_types` what web resources are delivered as, by the ending of their type.
        """
        with self.store.transaction():
            if max_upload is not None:
                self._set_organization({"maxuploadfilesize": max_upload})
            if policy is not None:
                self.store.set_setting("policy", policy)
                self._set_organization({"iscontentsecuritypolicyenabled": bool(policy)})
            if languages is not None:
                self.store.set_setting("languages", json.dumps(list(languages)))
            if steps is not None:
                self.store.set_setting("steps", str(steps))
            if sign_in is not None:
                self.store.set_setting("sign-in", "yes" if sign_in else "")
            if late_refusal is not None:
                self.store.set_setting("late-refusal", "yes" if late_refusal else "")
            if mime_types is not None:
                self.store.set_setting("mime-types", json.dumps(dict(mime_types)))

    def set_organization(self, **values: Scalar) -> None:
        """Set columns of the organization table, unchecked."""
        self._set_organization(values)

    def _set_organization(self, values: Mapping[str, Scalar]) -> None:
        key = str(self.store.select(ORGANIZATION)[0]["organizationid"])
        self.store.update(ORGANIZATION, key, values)

    def remove_tables(self, *names: str) -> None:
        """Take tables out of the org, as one without Omnichannel lacks them."""
        with self.store.transaction():
            for name in names:
                metadata.remove_table(self.store, name)


def _furnish(store: Store) -> None:
    """Write what is in every org from the beginning."""
    store.insert(BUSINESS_UNIT, {"businessunitid": str(uuid4()), "name": "org"})
    store.insert(ORGANIZATION, {"organizationid": str(uuid4()), "name": "org"})
    add_user(store, ADMINISTRATOR)
    add_user(store, SYSTEM_USER, key=str(UUID(int=1)))
    metadata.describe_all(store)
    for number, (name, (title, prefix, readonly)) in enumerate(MICROSOFT.items()):
        row: Row = {"uniquename": name, "friendlyname": title, "customizationprefix": prefix}
        fixed: Row = {"publisherid": str(uuid5(NAMESPACE_OID, name)), "isreadonly": readonly}
        store.insert(PUBLISHER, row | fixed | {"customizationoptionvalueprefix": 10_000 + number})
    for name in ("Default", "Active"):
        fixed = {"solutionid": str(uuid5(NAMESPACE_OID, name)), "isvisible": False, "ismanaged": False}
        row = {"uniquename": name, "friendlyname": f"{name} Solution", "version": "1.0"}
        store.insert(SOLUTION, row | fixed | {"publisherid": str(uuid5(NAMESPACE_OID, "microsoftdynamics"))})
    store.set_setting("made", "yes")
