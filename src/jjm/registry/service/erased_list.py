"""The list of erasures beside the database: by it what was erased stays erased when an older database comes back.

The table in the database is the truth; the file is written anew after each erasure and at each start.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

import orjson

from jjm.access import NODE, Access
from jjm.kit import Database
from jjm.registry.hanging import Erasure
from jjm.registry.service.context import Registry
from jjm.registry.service.erase import apply_again, erasures

ERASED = "erased.ndjson"


def read_list(path: Path) -> list[Erasure]:
    """The erasures in a list; none where there is no such file."""
    return [Erasure.of(orjson.loads(line)) for line in path.read_bytes().splitlines()] if path.exists() else []


def join_lists(path: Path, more: Iterable[Path]) -> int:
    """Put what these lists tell into the one at `path`; how many erasures it holds then."""
    found = {(e.type, e.id, e.at): e for one in (path, *more) for e in read_list(one)}
    _write(path, list(found.values()))
    return len(found)


def _write(path: Path, told: list[Erasure]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(b"".join(orjson.dumps(e.as_json(), option=orjson.OPT_APPEND_NEWLINE) for e in told))
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o600)
    draft.replace(path)


async def write_list(database: Database, folder: Path) -> None:
    """Write the list anew from what the database tells."""
    async with database.read() as conn:
        told = await erasures(conn)
    await asyncio.to_thread(_write, folder / ERASED, told)


async def erase_again(registry: Registry, access: Access) -> int:
    """Apply the list to a database that may be older, before anything of it is shown; how many records were erased."""
    told = await asyncio.to_thread(read_list, access.folder / ERASED)
    async with registry.database.write() as conn:
        count = await apply_again(registry, access, conn, NODE, told)
    await write_list(registry.database, access.folder)
    return count
