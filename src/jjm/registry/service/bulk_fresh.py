"""New records of a file, worked out ahead in columns: checked, named, digested and laid out as rows.

They are what the same drafts would become one by one in `examine` and `record`; what needs to see other records (their
references) is left to the moment at which they are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count, repeat

from jjm.access import Actor, require_write
from jjm.kit import WriteConnection, beside
from jjm.ledger import Batch, append_batch, entry_id
from jjm.registry import store
from jjm.registry.model import Change, Draft, Version
from jjm.registry.rules import digests, states_in
from jjm.registry.service.bulk_model import Fresh, Load
from jjm.registry.service.context import Registry
from jjm.registry.service.partitions import ensure_partitions
from jjm.registry.service.references import reference_fields
from jjm.registry.service.reflect import follows_nothing
from jjm.registry.table import Table
from jjm.registry.wire import Made, Stamp, file, heads, stamped

_CREATE = Change.CREATE.value
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def can_be_ahead(table: Table, load: Load, today: date) -> bool:
    """True if new records can be worked out ahead: they hold today, and nothing follows from what they say."""
    standard = table.standard
    minted = "{serial}" in standard.id and not standard.unique
    alike = any(field.ref == standard.name for _, field in reference_fields(standard))
    return minted and not alike and follows_nothing(standard) and (load.valid_from is None or load.valid_from <= today)


def fresh(table: Table, load: Load, drafts: Sequence[Draft], today: date) -> Fresh:
    """Drafts that passed every check but that of their references, in columns."""
    day, source, reason = load.valid_from or today, load.source, load.reason
    made = [Version(d.id or "", 1, _CREATE, day, None, _NO_TIME, "", "", source, reason, d.data) for d in drafts]
    parts = table.in_parts([(v.id, 1, v.data) for v in made])
    found = digests(table.standard.name, made, parts.opens, parts.digests)
    named = {name: [v.data.get(name) for v in made] for name, _ in reference_fields(table.standard)}
    used = {name: values for name, values in named.items() if values.count(None) < len(values)}
    ids, lines = [v.id for v in made], [d.line or 0 for d in drafts]
    states = states_in(ids)
    rows = heads(table, made, Made(states, found, parts.sealed))
    return Fresh(lines, ids, set(states), found, rows, used, day, source, reason)


async def record_fresh(registry: Registry, conn: WriteConnection, actor: Actor, table: Table, fresh: Fresh) -> None:
    """Write new records whose references were found, at most 65,536, with their entry in the ledger."""
    require_write(actor, table.standard)
    await ensure_partitions(registry, conn, table, fresh.states if table.by_state else ())
    batch = Batch(
        type=table.standard.name,
        at=registry.clock.now(),
        actor=actor.name,
        node=registry.node,
        subjects=fresh.ids,
        versions=[1] * len(fresh),
        changes=[_CREATE] * len(fresh),
        digests=fresh.digests,
    )
    first = entry_id(await append_batch(conn, batch), 0)
    middle = stamped(Stamp(batch.at, actor.name, registry.node, fresh.source, fresh.reason))
    await store.copy(conn, table, await beside(len(fresh), file, fresh.heads, repeat(middle), count(first)))
