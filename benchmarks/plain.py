"""The yardstick's table of households: the same rows, plain, with the same key and indexes."""

from __future__ import annotations

import asyncpg

from benchmarks import stand

# The yardstick keeps what is personal as a developer would who takes no care of it: in columns, in the clear.
CLEAR = "house_number, head_name, phone, address, social_category"
CLEAR_TABLE = f"""
create schema bench;
create table bench.household (like registry.household including all);
alter table bench.household drop column sealed, drop column phone_blind;
alter table bench.household {", ".join(f"add column {name} text" for name in CLEAR.split(", "))};
"""
SHARED_COLUMNS = """
select attname from pg_attribute r
where attrelid = 'registry.household'::regclass and attnum > 0 and not attisdropped
  and exists (select from pg_attribute b where b.attrelid = 'bench.household'::regclass and b.attname = r.attname)
"""
NUMBERED = "(select *, row_number() over () as n from registry.household) h"
MADE_UP = """
(n % 900)::text, 'Invented Head ' || n, '90000' || lpad((n % 100000)::text, 5, '0'),
'Ward ' || n % 20 || ', near the school', (array['general', 'sc', 'st'])[1 + n % 3]
"""


async def prepare(node: stand.Stand) -> None:
    """The yardstick's table: the same rows, plain, with the same key and indexes."""
    conn = await asyncpg.connect(node.url)
    try:
        await conn.execute(CLEAR_TABLE)
        names = [row["attname"] for row in await conn.fetch(SHARED_COLUMNS)]
        shared = ", ".join(names)
        await conn.execute(
            f"insert into bench.household ({shared}, {CLEAR}) select {shared}, {MADE_UP} from {NUMBERED}"
        )
        await conn.execute("vacuum analyze bench.household")
        await conn.execute("vacuum analyze registry.household")
        await conn.execute("analyze")
    finally:
        await conn.close()
    node.ids = await stand.sample_ids(node, 20_000)
    node.bare_port = stand.free_port()
