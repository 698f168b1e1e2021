"""Every block's schema: its migrations and its `schema.sql` say the same, all of it is described, its SQL is valid."""

from __future__ import annotations

from importlib.resources import files

import databases
import pytest

from jjm.kit import Database, ReadConnection, load_queries
from jjm.standards import default_folder

pytestmark = pytest.mark.every_postgres
BLOCKS = [name.removeprefix("jjm.") for name in databases.blocks_with_migrations()]
QUERIES = [
    (block, file.name.removesuffix(".sql"))
    for block in BLOCKS
    for file in files(f"jjm.{block}").joinpath("sql").iterdir()
    if "-- name:" in (file.read_text("utf-8") if file.is_file() else "")
]
TYPES = {file.stem for file in (default_folder() / "registries").glob("*/*.yaml")}
# Made from the standards at start.
GENERATED = {"registry": {name for type in TYPES for name in (type, f"{type}_history")}}
SHAPE = """
select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, a.attcollation,
  a.attstorage, a.attidentity, a.attstattarget, pg_get_expr(d.adbin, d.adrelid) as preset,
  col_description(c.oid, a.attnum) as comment, obj_description(c.oid, 'pg_class') as of_table,
  array(select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = c.oid order by 1) as constraints,
  array(select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = c.oid order by 1) as indexes,
  array(select pg_get_triggerdef(t.oid) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal order by 1)
from pg_class c
join pg_attribute a on a.attrelid = c.oid
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'v', 'S', 'p') and a.attnum > 0 and not a.attisdropped
order by c.relname, a.attname
"""
FUNCTIONS = """
select pg_get_functiondef(oid), obj_description(oid) from pg_proc
where pronamespace = to_regnamespace($1) and prokind = 'f' order by proname, oid::regprocedure::text
"""
KEPT_BY_OTHERS = {"kit": ("migration",)}


async def shape(conn: ReadConnection, block: str) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Tables with their columns, and functions, of the block's schema."""
    made = GENERATED.get(block, set()) | set(KEPT_BY_OTHERS.get(block, ()))
    schema = block.removeprefix("solutions.")
    rows = [tuple(row) for row in await conn.fetch(SHAPE, schema) if row["relname"] not in made]
    return rows, [tuple(row) for row in await conn.fetch(FUNCTIONS, schema)]


@pytest.mark.parametrize("block", BLOCKS)
async def test_schema_is_the_sum_of_migrations(database: Database, block: str) -> None:
    schema = files(f"jjm.{block}").joinpath("sql/schema.sql").read_text("utf-8")
    async with database.write() as conn:
        migrated = await shape(conn, block)
        await conn.execute(f"drop schema {block.removeprefix('solutions.')} cascade")
        await conn.execute(schema)
        made = await shape(conn, block)
    for before, after in zip(migrated, made, strict=True):
        assert [row for row in before if row not in after] == []
        assert [row for row in after if row not in before] == []
    assert migrated[0]


@pytest.mark.parametrize("block", [block for block in BLOCKS if block != "kit"])
async def test_all_of_it_is_described(database: Database, block: str) -> None:
    async with database.read() as conn:
        tables, functions = await shape(conn, block)
    bare = {row[0] for row in tables if row[1] == b"r" and not (row[10] and row[11])}
    assert bare == set()
    assert all(row[1] for row in functions)


@pytest.mark.parametrize(("block", "name"), QUERIES)
async def test_every_query_is_valid_sql(database: Database, block: str, name: str) -> None:
    queries = load_queries(f"jjm.{block}", name)
    async with database.pool.acquire() as conn:
        for query in queries.available_queries:
            if "." not in query and not query.endswith("_cursor"):
                await conn.prepare(getattr(queries, query).sql)
