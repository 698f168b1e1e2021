"""Noting readings, taking what was noted into the database, and telling who was shown a record."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jjm.access.model import Actor
from jjm.access.readings.journal import ENDING, Journal, finished, read
from jjm.access.readings.model import Extent, Reader, Reading, Sifting, Way
from jjm.access.readings.rules import merged
from jjm.kit import Clock, Database, ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "readings")
_log = logging.getLogger(__name__)
_SECOND, _TURNS = 1.0, 5
_FORGOTTEN = timedelta(days=1)


@dataclass
class Readings:
    """The readings of personal data on one node; each is noted before its answer goes out.

    Noting writes a line to a journal in `folder`, from where a step in the background takes it into the database.
    """

    folder: Path
    clock: Clock
    _journal: Journal = field(init=False)
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._journal = Journal(self.folder)

    def note(
        self, actor: Actor, type: str, way: Way, ids: Sequence[str], agreement: str | None = None,
        fields: str | None = None, consent: str | None = None,
    ) -> None:  # fmt: skip
        """Note that these fields of these records go out. Raises Problem 503 where that cannot be written."""
        if ids:
            self._journal.ids(_reader(actor, type, way, agreement, fields, consent), self.clock.now(), ids)

    def note_extent(
        self, actor: Actor, type: str, way: Way, extent: Extent, agreement: str | None = None,
        fields: str | None = None,
    ) -> None:  # fmt: skip
        """Note that these fields of a stretch of a type go out. Raises Problem 503 where that cannot be written."""
        self._journal.extent(_reader(actor, type, way, agreement, fields), self.clock.now(), extent)

    async def settle(self, database: Database) -> int:
        """Take everything noted so far into the database, each line once; how many entries came of it."""
        async with self._taking:
            full = self._journal
            if not full.is_empty:
                self._journal = Journal(self.folder)
                await asyncio.to_thread(full.close)
            return sum([await self._take(database, path) for path in await asyncio.to_thread(finished, self.folder)])

    async def _take(self, database: Database, path: Path) -> int:
        entries = await asyncio.to_thread(lambda: merged(read(path)))
        async with database.write() as conn:
            if await _queries.claim_journal(conn, name=path.name, now=self.clock.now()) is None:
                entries = []
            lists = await _lists(conn, entries)
            await _queries.add_reading(
                conn, [_row(entry) | {"fields": lists.get(entry.by.fields)} for entry in entries]
            )
        # Only now that it is committed; a file that outlives this moment is known by its name and not taken in twice.
        await asyncio.to_thread(path.unlink, missing_ok=True)
        return len(entries)

    async def run(self, database: Database, stop: asyncio.Event) -> None:
        """Bring journals to the disk each second and into the database every few, until told to stop."""
        turn = 0
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _SECOND)
            turn += 1
            try:
                await asyncio.to_thread(self._journal.sync)
                if turn % _TURNS == 0 or stop.is_set():
                    await self.settle(database)
            except Exception as error:  # what is noted stays in its files until the database answers again
                _log.warning("readings could not be taken in and will be tried again: %r", error)

    async def tidy(self, database: Database) -> None:
        """Forget journals whose files have been gone for a day."""
        there = [path.name for path in self.folder.glob(f"*{ENDING}")]
        async with database.write() as conn:
            await _queries.forget_journals(conn, before=self.clock.now() - _FORGOTTEN, there=there)


def _reader(
    actor: Actor, type: str, way: Way, agreement: str | None, fields: str | None, consent: str | None = None
) -> Reader:
    assert actor.purpose is not None, "personal data is shown only for a purpose"
    agreed = [t.agreement for t in actor.terms if type in t.fields]
    under = agreement or (agreed[0] if len(agreed) == 1 else None)
    who = actor.name, actor.kind, actor.id, actor.participant
    return Reader(*who, under, actor.purpose, type, way.value, fields, consent)


async def _lists(conn: WriteConnection, entries: Sequence[Reading]) -> dict[str | None, int]:
    """The numbers under which the lists of fields of these entries are kept, each once for all readings."""
    wanted = sorted({entry.by.fields for entry in entries if entry.by.fields is not None})
    if not wanted:
        return {}
    await _queries.add_field_lists(conn, fields=wanted)
    return {row["fields"]: row["id"] async for row in _queries.field_lists(conn, fields=wanted)}


def _row(entry: Reading) -> dict[str, Any]:
    extent = entry.extent
    of_extent: dict[str, Any] = {
        "areas": None if extent is None or extent.areas is None else list(extent.areas),
        "first_position": extent.first if extent else None,
        "last_position": extent.last if extent else None,
        "is_part": extent.is_part if extent else False,
    }
    about = {"at": entry.at, "until": entry.until, "answers": entry.answers, "ids": entry.ids}
    return entry.by._asdict() | about | of_extent


async def readings_of(
    conn: ReadConnection, type: str, id: str, *, before: datetime, below: int, limit: int
) -> list[dict[str, Any]]:
    """Entries that name a record, newest first, behind an entry (its instant and number)."""
    found = _queries.readings_of(conn, type=type, id=id, before=before, below=below, limit=limit)
    return [dict(row) async for row in found]


async def stretches_of(
    conn: ReadConnection, type: str, *, before: datetime, below: int, limit: int
) -> list[dict[str, Any]]:
    """Stretches of a type that were shown, newest first, behind an entry; which records they held is not said."""
    found = _queries.stretches_of(conn, type=type, before=before, below=below, limit=limit)
    return [dict(row) async for row in found]


async def readings_before(
    conn: ReadConnection, sifting: Sifting, *, before: datetime, below: int, limit: int
) -> list[dict[str, Any]]:
    """Readings that are wanted, newest first, behind an entry."""
    asked = {"type": sifting.type, "reader": sifting.reader, "purpose": sifting.purpose}
    found = _queries.readings_before(conn, before=before, below=below, limit=limit, **asked)
    return [dict(row) async for row in found]


async def places_of_people(conn: ReadConnection, ids: Sequence[str]) -> dict[str, str]:
    """The places that these accounts belong to."""
    return {row["id"]: row["place"] async for row in _queries.places_of_people(conn, ids=ids)}


async def names_of_partners(conn: ReadConnection, ids: Sequence[str]) -> dict[str, str]:
    """What these partners are called."""
    return {row["id"]: row["name"] async for row in _queries.names_of_partners(conn, ids=ids)}
