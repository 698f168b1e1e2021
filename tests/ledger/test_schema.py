"""The ledger's schema: migrations and `schema.sql` say the same, and everything in it is described."""

from __future__ import annotations

from importlib.resources import files

import pytest

from jjm.kit import Database, load_queries

pytestmark = pytest.mark.every_postgres

SHAPE = """
select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) as type,
  a.attnotnull, a.attstorage, a.attidentity, a.attstattarget,
  col_description(c.oid, a.attnum) as comment, obj_description(c.oid, 'pg_class') as of_table,
  array(select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = c.oid order by 1) as constraints,
  array(select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = c.oid order by 1) as indexes
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'ledger'::regnamespace and a.attnum > 0 order by c.relname, a.attnum
"""
FUNCTIONS = (
    "select pg_get_functiondef(oid), obj_description(oid) from pg_proc where pronamespace = 'ledger'::regnamespace"
)


async def test_schema_is_the_sum_of_migrations_and_described(database: Database) -> None:
    schema = files("jjm.ledger").joinpath("sql/schema.sql").read_text("utf-8")
    async with database.write() as conn:
        migrated = [await conn.fetch(query) for query in (SHAPE, FUNCTIONS)]
        await conn.execute("drop schema ledger cascade")
        await conn.execute(schema)
        assert [await conn.fetch(query) for query in (SHAPE, FUNCTIONS)] == migrated
        tables = [row for row in migrated[0] if row["relkind"] == b"r"]
        assert tables
        assert [row["attname"] for row in tables if not (row["comment"] and row["of_table"])] == []
        assert all(row[1] for row in migrated[1])


async def test_every_query_is_valid_sql(database: Database) -> None:
    queries = load_queries("jjm.ledger")
    async with database.pool.acquire() as conn:
        for name in queries.available_queries:
            await conn.prepare(getattr(queries, name).sql)
