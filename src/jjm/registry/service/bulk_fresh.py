"""New records of a file, worked out ahead in columns: checked, named, digested and laid out as rows.

They are what the same drafts would become one by one in `examine` and `record`; what needs to see other records (their
references) is left to the moment at which they are written.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count, repeat

from jjm.access import Actor, require_write
from jjm.kit import WriteConnection, beside
from jjm.ledger import Batch, append_batch, entry_id
from jjm.registry import store
from jjm.registry.model import Change, Version
from jjm.registry.rules import digests_alike, state_in_id
from jjm.registry.service.bulk_model import Fresh, Lines, Load
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import mint
from jjm.registry.service.partitions import ensure_partitions
from jjm.registry.service.references import reference_fields
from jjm.registry.service.reflect import follows_nothing
from jjm.registry.table import Table
from jjm.registry.wire import Columns, Made, Stamp, file, heads, stamped

_CREATE = Change.CREATE.value
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def can_be_ahead(table: Table, load: Load, today: date) -> bool:
    """True if new records can be worked out ahead: they hold today, and nothing follows from what they say."""
    standard = table.standard
    minted = "{serial}" in standard.id and not standard.unique
    alike = any(field.ref == standard.name for _, field in reference_fields(standard))
    return minted and not alike and follows_nothing(standard) and (load.valid_from is None or load.valid_from <= today)


def fresh(registry: Registry, table: Table, load: Load, given: Lines) -> Fresh:
    """New records that passed every check but that of their references, in columns. Raises Unfit."""
    lines, datas, states = given
    day, source, reason = load.valid_from or registry.clock.today(), load.source, load.reason
    ids = mint(registry, table, states)
    parts = table.in_parts([(id, 1, data) for id, data in zip(ids, datas, strict=True)])
    like = Version("", 1, _CREATE, day, None, _NO_TIME, "", "", source, reason, {})
    found = digests_alike(table.standard.name, like, ids, parts.opens, parts.digests)
    named = {name: [data.get(name) for data in datas] for name, _ in reference_fields(table.standard)}
    used = {name: values for name, values in named.items() if values.count(None) < len(values)}
    told = {state: state_in_id(id) for state, id in dict(zip(states, ids, strict=True)).items()}
    inside, same = [told[state] for state in states], len(ids)
    columns = Columns(ids, [1] * same, [None] * same, [_CREATE] * same, [day] * same, [None] * same, datas)
    rows = heads(table, columns, Made(inside, found, parts.sealed))
    return Fresh(list(lines), ids, set(told.values()), found, rows, used, day, source, reason)


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
