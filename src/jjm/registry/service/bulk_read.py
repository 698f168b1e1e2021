"""Reading a file ahead: its next pieces are parsed, checked and laid out while the last one is being written."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from itertools import compress, repeat
from pathlib import Path
from typing import Any, cast

from jjm.kit import Apart, Clock, Database, Vault, ahead, to_its_end
from jjm.registry.formats import Chunk, read_chunks
from jjm.registry.model import Change, Draft
from jjm.registry.service.bulk_fresh import can_be_ahead, fresh
from jjm.registry.service.bulk_model import Lines, Load, Piece, Taken
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import follow
from jjm.registry.service.identify import states_of
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
        while (chunk := await to_its_end(_next, chunks)) is not None:
            if can_be_ahead(table, load, registry.clock.today()):
                yield await _worked_out(registry, table, load, chunk)
            else:
                drafts = _drafts(chunk.lines, _given(chunk.rows), chunk.rows, load)
                yield Piece(list(drafts), chunk.faults, chunk.last, chunk.bytes)
    finally:
        chunks.close()


def _next(chunks: Iterator[Chunk]) -> Chunk | None:
    return next(chunks, None)


def _given(rows: Sequence[dict[str, Any]]) -> list[Any]:
    """The identifiers that records of a file give; they are taken out of them, and what a node adds."""
    for row in rows:
        row.pop("_meta", None)
    return [row.pop("id", None) for row in rows]


def _drafts(
    lines: Sequence[int], ids: Iterable[Any], datas: Sequence[Mapping[str, Any]], load: Load
) -> Iterator[Draft]:
    day, source, reason = load.valid_from, load.source, load.reason
    for line, id, data in zip(lines, ids, datas, strict=False):
        yield Draft(Change.CREATE, data, None if id is None else str(id), day, None, source, reason, line)


async def _worked_out(registry: Registry, table: Table, load: Load, chunk: Chunk) -> Piece:
    """Checked and laid out what can only be a new record in a known State; the others need to see what is recorded."""
    ids = _given(chunk.rows)
    async with registry.database.read() as conn:
        lines = Lines(chunk.lines, chunk.rows, await states_of(registry, conn, table, chunk.rows))
    new = [
        id is None and state is not None and "external_ids" not in data
        for id, data, state in zip(ids, lines.datas, lines.states, strict=True)
    ]
    piece = Piece([], chunk.faults, chunk.last, chunk.bytes)
    if not all(new):
        known = [not is_new for is_new in new]
        others = lines.some(known)
        piece.drafts = list(_drafts(others.numbers, compress(ids, known), others.datas, load))
        lines = lines.some(new)
    if lines.numbers:
        await to_its_end(_lay_out, registry, table, load, piece, lines)
    return piece


def _lay_out(registry: Registry, table: Table, load: Load, piece: Piece, lines: Lines) -> None:
    datas, faults = follow(registry, table, lines.datas, lines.states)
    refused = Taken()
    for line, found in zip(lines.numbers, faults, strict=True):
        if found:
            refused.refuse(line, found)
    piece.faults += refused.faults
    good = Lines(lines.numbers, datas, lines.states)
    if refused.faults:
        good = good.some([not found for found in faults])
    try:
        piece.fresh = fresh(registry, table, load, good) if good.numbers else None
    except Unfit:  # which line it is comes to light when they are recorded
        piece.drafts += _drafts(good.numbers, repeat(None), good.datas, load)
        piece.drafts.sort(key=lambda draft: draft.line or 0)
