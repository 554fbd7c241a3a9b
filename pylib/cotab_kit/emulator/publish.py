"""Publishing: web resources show what was written to them since the last time. Not while a solution is imported."""

from __future__ import annotations

import json
from collections.abc import Iterable

from cotab_kit.emulator import records
from cotab_kit.emulator.errors import no_such_row
from cotab_kit.emulator.jobs import refuse_publishing
from cotab_kit.emulator.store import LISTED, Store
from cotab_kit.emulator.tables.solutions import WEB_RESOURCE
from cotab_kit.emulator.webresources import renew_token


def publish(store: Store, keys: Iterable[str]) -> None:
    """Publish these web resources. Raises RefusedError, also while a job is under way."""
    refuse_publishing(store, "Publish")
    named = list(keys)
    there = store.ids(WEB_RESOURCE, "webresourceid", named)
    for key in named:
        if key not in there:
            raise no_such_row(WEB_RESOURCE.name, key)
    records.apply_changes(store, WEB_RESOURCE, records.unpublished(store, named))
    store.update_all(WEB_RESOURCE, {key: {"componentstate": 0} for key in named})
    store.sql.execute(f"DELETE FROM _unpublished WHERE id IN {LISTED}", [json.dumps(named)])
    renew_token(store)


def publish_all(store: Store) -> None:
    """Publish every web resource that is not. Raises RefusedError while a job is under way."""
    refuse_publishing(store, "PublishAll")
    pending = store.sql.execute("SELECT id FROM _unpublished").fetchall()
    new = store.select(WEB_RESOURCE, "t.componentstate = 1", columns=["webresourceid"])
    publish(store, {row[0] for row in pending} | {str(row["webresourceid"]) for row in new})
