"""Migrations: numbered SQL files of all blocks in one order, forward only, each applied once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from jjm.kit.database import Database
from jjm.kit.errors import Problem
from jjm.kit.transaction import ReadConnection, WriteConnection

_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_LOCK = 7_219_001


@dataclass(frozen=True, slots=True, order=True)
class Migration:
    """One step of the schema: its number is its place in the order of all blocks."""

    number: int
    name: str
    sql: str


def find(blocks: Iterable[str]) -> list[Migration]:
    """The migrations of these blocks (dotted names) in order. Raises ValueError for two with one number."""
    found: dict[int, Migration] = {}
    for block in blocks:
        folder = files(block).joinpath("sql/migrations")
        for entry in folder.iterdir() if folder.is_dir() else ():
            if match := _NAME.match(entry.name):
                number = int(match[1])
                if number in found:
                    raise ValueError(f"two migrations carry number {number}: {found[number].name} and {entry.name}")
                found[number] = Migration(number, entry.name, entry.read_text("utf-8"))
    return [found[number] for number in sorted(found)]


async def migrate(database: Database, blocks: Iterable[str]) -> list[str]:
    """Bring the schema up to date and name what was applied.

    Raises Problem `database-newer` when the database was already used by a newer release.
    """
    wanted = find(blocks)
    async with database.write() as conn:
        await conn.execute("select pg_advisory_xact_lock($1)", _LOCK)
        await conn.execute(_TABLE)
        applied = {row["number"] for row in await conn.fetch("select number from kit.migration")}
        if unknown := applied - {m.number for m in wanted}:
            detail = f"Migration {max(unknown)} is in the database but not in this release; use the newer release."
            raise Problem("database-newer", 503, "The database belongs to a newer release", detail)
        return [await _apply(conn, m) for m in wanted if m.number not in applied]


async def schema_state(conn: ReadConnection, blocks: Iterable[str]) -> tuple[set[int], set[int]]:
    """The numbers of the migrations that this release has and the database lacks, and the other way round."""
    wanted = {migration.number for migration in find(blocks)}
    made = await conn.fetchval("select to_regclass('kit.migration') is not null")
    applied = {row["number"] for row in await conn.fetch("select number from kit.migration")} if made else set[int]()
    return wanted - applied, applied - wanted


async def _apply(conn: WriteConnection, migration: Migration) -> str:
    await conn.execute(migration.sql)
    await conn.execute("insert into kit.migration (number, name) values ($1, $2)", migration.number, migration.name)
    return migration.name


_TABLE = """
create schema if not exists kit;
create table if not exists kit.migration (
  number integer primary key,
  name text not null,
  applied_at timestamptz not null default now()
);
"""
