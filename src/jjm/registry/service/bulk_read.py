"""Reading a file ahead: its next pieces are parsed, checked and laid out while the last one is being written."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import cast

from jjm.kit import Apart, Clock, Database, Vault, ahead, to_its_end
from jjm.registry.formats import Chunk, read_chunks
from jjm.registry.model import Change, Draft
from jjm.registry.service.bulk_fresh import can_be_ahead, fresh
from jjm.registry.service.bulk_model import Load, Piece, Taken
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import shape
from jjm.registry.service.identify import states_of_drafts
from jjm.registry.table import Table
from jjm.registry.wire import Unfit
from jjm.standards import Catalogue, RecordValidator

LARGE = 2_000_000
"""Bytes from which on a process of its own is worth what it costs."""


def elsewhere() -> Apart:
    """Where large files are read."""
    return Apart(__name__)


def pieces(
    registry: Registry, table: Table, load: Load, path: Path, after: int, reader: Apart
) -> AsyncGenerator[Piece, None]:
    """The pieces of a file behind a line; a few are held at a time. Raises Problem 422 for one that cannot be read."""
    if path.stat().st_size < LARGE or not can_be_ahead(table, load, registry.clock.today()):
        return ahead(_pieces(registry, table, load, path, after))
    own = registry.database.url, registry.catalogue, registry.node, registry.clock, registry.vault
    return ahead(reader.run(_elsewhere, *own, load, path, after))


async def _elsewhere(
    url: str, catalogue: Catalogue, node: str, clock: Clock, vault: Vault | None, load: Load, path: Path, after: int
) -> AsyncGenerator[Piece, None]:
    """The same in a process that knows nothing yet."""
    database = await Database.connect(url, size=1)
    try:
        validators = {load.type: RecordValidator(catalogue.types[load.type], catalogue)}
        registry = Registry(database, catalogue, validators, node, clock, vault=vault)
        async for piece in _pieces(registry, registry.table(load.type), load, path, after):
            yield piece
    finally:
        await database.close()


async def _pieces(registry: Registry, table: Table, load: Load, path: Path, after: int) -> AsyncGenerator[Piece, None]:
    held: Piece | None = None
    # Worked out in small steps, whose rows stay in the processor's cache; written in large ones.
    async with aclosing(_steps(registry, table, load, path, after)) as steps:
        async for piece in steps:
            if held is None:
                held = piece
            elif not held.add(piece):
                yield held
                held = piece
            if held.is_full:
                yield held
                held = None
    if held is not None:
        yield held


async def _steps(registry: Registry, table: Table, load: Load, path: Path, after: int) -> AsyncGenerator[Piece, None]:
    chunks = cast("Generator[Chunk]", read_chunks(path, load.format, table.standard, after=after))
    try:
        while (piece := await to_its_end(_next, chunks, load)) is not None:
            if can_be_ahead(table, load, registry.clock.today()):
                await _work_out(registry, table, load, piece)
            yield piece
    finally:
        chunks.close()


def _next(chunks: Iterator[Chunk], load: Load) -> Piece | None:
    chunk = next(chunks, None)
    return None if chunk is None else Piece(list(_drafts(chunk, load)), chunk.faults, chunk.last, chunk.bytes)


def _drafts(chunk: Chunk, load: Load) -> Iterator[Draft]:
    day, source, reason = load.valid_from, load.source, load.reason
    for line, row in zip(chunk.lines, chunk.rows, strict=True):
        id = row.pop("id", None)
        row.pop("_meta", None)
        yield Draft(Change.CREATE, row, None if id is None else str(id), day, None, source, reason, line)


async def _work_out(registry: Registry, table: Table, load: Load, piece: Piece) -> None:
    """Check and lay out what can only be a new record in a known State; the others need to see what is recorded."""
    new = [d for d in piece.drafts if d.id is None and "external_ids" not in d.data]
    async with registry.database.read() as conn:
        states = await states_of_drafts(registry, conn, table, new)
    placed = [(draft, state) for draft, state in zip(new, states, strict=True) if state is not None]
    if not placed:
        return
    drafts = [draft for draft, _ in placed]
    found = await to_its_end(shape, registry, table, drafts, [state for _, state in placed])
    refused = Taken()
    for draft, faults in zip(drafts, found, strict=True):
        if faults:
            refused.refuse(draft.line, faults)
    good = [draft for draft, faults in zip(drafts, found, strict=True) if not faults]
    dealt_with = {draft.line for draft in drafts}
    try:
        piece.fresh = await to_its_end(fresh, table, load, good, registry.clock.today()) if good else None
    except Unfit:  # which line it is comes to light when they are recorded
        dealt_with -= {draft.line for draft in good}
    piece.drafts = [d for d in piece.drafts if d.line not in dealt_with]
    piece.faults += refused.faults
