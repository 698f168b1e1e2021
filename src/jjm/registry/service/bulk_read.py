"""Reading ahead: the next pieces of a file are parsed and checked while the last one is being written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any, cast

from jjm.registry.formats import Chunk, read_chunks
from jjm.registry.model import Change, Draft
from jjm.registry.service.bulk_model import Load, Piece, Taken
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import shape
from jjm.registry.service.identify import states_of_drafts
from jjm.registry.table import Table

_AHEAD = 1


async def pieces(registry: Registry, table: Table, load: Load, path: Path, after: int) -> AsyncGenerator[Piece, None]:
    """The pieces of a file behind a line; at most three are held at a time.

    Raises Problem 422 for a file that cannot be read.
    """
    ready: asyncio.Queue[Piece | Exception | None] = asyncio.Queue(_AHEAD)
    enough = asyncio.Event()
    reading = asyncio.create_task(_read_ahead(registry, table, load, path, after, ready, enough))
    try:
        while (piece := await ready.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        enough.set()
        while not reading.done():
            # The thread must be done with the file before it is closed; what it still brings is let go.
            await asyncio.wait([reading], timeout=0.01)
            while not ready.empty():
                ready.get_nowait()


async def _read_ahead(
    registry: Registry,
    table: Table,
    load: Load,
    path: Path,
    after: int,
    ready: asyncio.Queue[Piece | Exception | None],
    enough: asyncio.Event,
) -> None:
    chunks = read_chunks(path, load.format, table.standard, after=after)
    try:
        while not enough.is_set() and (piece := await asyncio.to_thread(_next, chunks, load)) is not None:
            await _check(registry, table, piece)
            await ready.put(piece)
        await ready.put(None)
    except Exception as error:  # it is raised where the pieces are taken
        await ready.put(error)
    finally:
        await asyncio.to_thread(cast("Any", chunks).close)


def _next(chunks: Iterator[Chunk], load: Load) -> Piece | None:
    chunk = next(chunks, None)
    return None if chunk is None else Piece(list(_drafts(chunk, load)), chunk.faults, chunk.last)


def _drafts(chunk: Chunk, load: Load) -> Iterator[Draft]:
    day, source, reason = load.valid_from, load.source, load.reason
    for line, row in zip(chunk.lines, chunk.rows, strict=True):
        id = row.pop("id", None)
        row.pop("_meta", None)
        yield Draft(Change.CREATE, row, None if id is None else str(id), day, None, source, reason, line)


async def _check(registry: Registry, table: Table, piece: Piece) -> None:
    """Check ahead what can only be a new record in a known State; the others need to see what is recorded."""
    if "{serial}" not in table.standard.id or table.standard.unique:
        return
    new = [d for d in piece.drafts if d.id is None and "external_ids" not in d.data]
    async with registry.database.read() as conn:
        states = await states_of_drafts(registry, conn, table, new)
    placed = [n for n, state in enumerate(states) if state is not None]
    drafts = [new[n] for n in placed]
    found = await asyncio.to_thread(shape, registry, table, drafts, [states[n] for n in placed])
    refused = Taken()
    for draft, faults in zip(drafts, found, strict=True):
        if faults:
            refused.refuse(draft, faults)
    if refused.faults:
        lines = {fault.line for fault in refused.faults}
        piece.drafts = [d for d in piece.drafts if d.line not in lines]
        piece.faults += refused.faults
