"""What a node holds in the end, read from its database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import asyncpg
from prove.cast import COPIED, OWN

from jjm.kit import reach
from jjm.registry.sealing import is_withheld


@dataclass
class Held:
    """What a node holds: versions by type, all of its database as text, and of how many households what is personal."""

    versions: dict[str, set[tuple[str, int, bytes, bool]]]
    text: str
    opens: int


async def held(folder: Path) -> Held:
    """All that the node of that folder holds."""
    async with reach(folder) as url:
        conn = await asyncpg.connect(url)
        try:
            versions: dict[str, set[tuple[str, int, bytes, bool]]] = {}
            for type in (*COPIED, *OWN):
                both = (
                    f"select id, version, digest, true from registry.{type} union all "
                    f"select id, version, digest, false from registry.{type}_history"
                )
                rows = [tuple(row) for row in await conn.fetch(both)]
                assert len({row[:2] for row in rows}) == len(rows), f"{type} is doubled"
                versions[type] = set(rows)
            tables = await conn.fetch(
                "select format('%I.%I', schemaname, tablename) as name from pg_tables "
                "where schemaname not in ('pg_catalog', 'information_schema')"
            )
            text = [str(await conn.fetch(f"select t::text from {row['name']} t")) for row in tables]
            sealed = await conn.fetch("select sealed from registry.household")
            return Held(versions, "\n".join(text), sum(not is_withheld(row["sealed"]) for row in sealed))
        finally:
            await conn.close()
