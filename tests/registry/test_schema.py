"""The registry's schema: migrations and `schema.sql` say the same, all of it is described, every query is valid."""

from __future__ import annotations

from importlib.resources import files

import pytest

from jjm.kit import Database, load_queries
from jjm.standards import Catalogue

SHAPE = """
select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, a.attcollation,
  col_description(c.oid, a.attnum) as comment, obj_description(c.oid, 'pg_class') as of_table,
  pg_get_expr(d.adbin, d.adrelid) as preset,
  array(select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = c.oid order by 1) as constraints,
  array(select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = c.oid order by 1) as indexes
from pg_class c
join pg_attribute a on a.attrelid = c.oid
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'registry'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
order by c.relname, a.attnum
"""
FUNCTIONS = """
select pg_get_functiondef(oid), obj_description(oid) from pg_proc
where pronamespace = 'registry'::regnamespace order by proname
"""


async def test_schema_is_the_sum_of_migrations_and_described(database: Database, catalogue: Catalogue) -> None:
    schema = files("jjm.registry").joinpath("sql/schema.sql").read_text("utf-8")
    async with database.write() as conn:
        generated = {name for type in catalogue.types for name in (type, f"{type}_history")}
        shape = [row for row in await conn.fetch(SHAPE) if row["relname"] not in generated]
        migrated = [shape, await conn.fetch(FUNCTIONS)]
        await conn.execute("drop schema registry cascade")
        await conn.execute(schema)
        for query, before in zip((SHAPE, FUNCTIONS), migrated, strict=True):
            made = [tuple(row) for row in await conn.fetch(query)]
            assert [row for row in map(tuple, before) if row not in made] == []
            assert len(made) == len(before)
        assert shape
        assert [row["attname"] for row in shape if not (row["comment"] and row["of_table"])] == []
        assert all(row[1] for row in migrated[1])


@pytest.mark.parametrize("name", [f.name[:-4] for f in files("jjm.registry").joinpath("sql").iterdir() if f.is_file()])
async def test_every_query_is_valid_sql(database: Database, name: str) -> None:
    if name == "schema":
        return
    queries = load_queries("jjm.registry", name)
    async with database.pool.acquire() as conn:
        for query in queries.available_queries:
            await conn.prepare(getattr(queries, query).sql)
