"""What a fresh node already holds: the States and UTs, so that every State code answers at once."""

from __future__ import annotations

from datetime import date

from jjm.access import NODE
from jjm.registry import Change, Draft, Registry, examine, record
from jjm.standards import Code

# The day on which the present 36 States and UTs came into being, with the merger of Dadra and Nagar Haveli and
# Daman and Diu. Verify against the Gazette before quoting.
SINCE = date(2020, 1, 26)
_ALSO = ("iso", "kind", "census_2001", "census_2011")


async def seed_states(registry: Registry) -> int:
    """Record the States and UTs of the codelist `state` that were never recorded; how many that were."""
    table = registry.table("state")
    async with registry.database.write() as conn:
        known = {row["id"] for row in await conn.fetch(table.ever())}
        codes = registry.catalogue.codelists["state"].codes.values()
        drafts = [_draft(code) for code in codes if f"STA-{code.code}" not in known]
        if drafts:
            faults = [f for found in await examine(registry, conn, table, drafts) for f in found]
            assert not faults, faults
            await record(registry, conn, NODE, table, drafts)
    return len(drafts)


def _draft(code: Code) -> Draft:
    data = {"code": code.code, "name": code.title["en"], "name_local": code.title["hi"]}
    data |= {name: code.extra[name] for name in _ALSO if code.extra.get(name)}
    return Draft(Change.CREATE, data, valid_from=SINCE, source=code.source)
