"""The export: all records of a list as files, from one moment, in pieces of bounded size."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Any

from jjm.access import Extent, Turn, Way
from jjm.kit import JobStopped, ReadConnection, Run, stream
from jjm.ledger import history, size
from jjm.registry.columns import instant
from jjm.registry.formats import Format, Writer, columns_of, meta_columns, open_writer
from jjm.registry.formats.model import META
from jjm.registry.model import AsOf
from jjm.registry.rows import data_of, meta, show
from jjm.registry.service import read
from jjm.registry.service.bulk_actor import actor_of
from jjm.registry.service.bulk_folder import BulkFolder
from jjm.registry.service.consenting import hidden_by_consent, spoken_of
from jjm.registry.service.context import Registry
from jjm.registry.service.disclosure import note_stretch
from jjm.registry.service.seeing import sight_of
from jjm.registry.sight import Sight
from jjm.registry.table import Table
from jjm.standards import Field

_ROWS = 2_000
_ALWAYS = ("id", META)
_NOTHING = frozenset[str]()
Hidden = Iterable[frozenset[str]]
CONSENTS = "consents"
"""Where the result of a job names the consents under which its files show something personal."""


@dataclass(frozen=True, slots=True)
class Extract:
    """Which records are to be put out, which fields of them, and how; `packed` by gzip.

    No file is larger than `file_bytes` before it is packed, unless for a single record.
    """

    type: str
    format: Format
    ask: read.Ask
    fields: tuple[str, ...] | None = None
    packed: bool = False
    file_bytes: int | None = None

    def as_json(self) -> dict[str, object]:
        """As a job keeps it."""
        at = self.ask.as_of
        asked = asdict(self.ask) | {"as_of": [at.valid_at.isoformat(), at.known_at.isoformat()] if at else None}
        del asked["fields"]
        how: dict[str, object] = {"format": self.format, "packed": self.packed, "file_bytes": self.file_bytes}
        return how | {"type": self.type, "ask": asked, "fields": self.fields}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Extract:
        """As a job has kept it."""
        asked, fields = dict(kept["ask"]), kept["fields"]
        if at := asked["as_of"]:
            asked["as_of"] = AsOf(date.fromisoformat(at[0]), datetime.fromisoformat(at[1]))
        if asked["bbox"]:
            asked["bbox"] = tuple(asked["bbox"])
        named = None if fields is None else tuple(fields)
        ask = read.Ask(**asked, fields=None if named is None else frozenset(named))
        return cls(kept["type"], Format(kept["format"]), ask, named, kept["packed"], kept.get("file_bytes"))

    @property
    def extent(self) -> tuple[list[str] | None, bool]:
        """The areas whose records it holds (None: all), and whether a filter lets only some of them through."""
        ask = self.ask
        return None if ask.within is None else [ask.within], bool(ask.equals or ask.cql2 or ask.bbox)


@dataclass
class Export:
    """One turn of work on an export; after a crash it begins anew, since its moment is gone."""

    registry: Registry
    folder: BulkFolder
    run: Run
    file_bytes: int

    def __post_init__(self) -> None:
        job = self.run.job
        self.extract = Extract.of(job.request)
        self.actor = actor_of(job)
        self.table: Table = self.registry.table(self.extract.type)

    async def put_out(self) -> Mapping[str, object]:
        """Write the files; what they are, and the position in the ledger behind which the change feed goes on."""
        place = self.folder.files(self.run.job.id)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        async with self.registry.database.snapshot() as conn:
            position, epoch = await size(conn) - 1, (await history(conn)).epoch
            sight = await sight_of(self.registry, conn, self.actor, self.table)
            sight = sight.for_fields(self.extract.ask.fields, self.table.personal)
            shape = self._shape(sight)
            most = self.extract.file_bytes or self.file_bytes
            parts = Parts(place, f"/api/v1/jobs/{self.run.job.id}/files", shape, most)
            self._note(shape, position, sight)
            statement, values = await read.whole(self.registry, conn, self.actor, self.table, self.extract.ask)
            turn = Turn(self.actor, self.table.standard.name, Way.EXPORT)
            async for rows in stream(conn, statement, *values, rows=_ROWS):
                await asyncio.to_thread(parts.add, rows, await self._hidden(conn, sight, turn, rows))
                await self._heed(parts)
        await asyncio.to_thread(parts.end)
        made = {"position": position, "epoch": epoch, "records": parts.records, "files": parts.files}
        return made | self._kept_back(sight) | ({CONSENTS: turn.used} if sight.by_consent else {})

    def _kept_back(self, sight: Sight) -> dict[str, object]:
        """The personal fields that are hidden of all records or of some, which a table has no words for."""
        wanted = self.extract.fields
        names = sight.hidden & self.table.personal
        kept = sorted(names if wanted is None else names & set(wanted))
        return {"hidden": kept} if kept else {}

    async def _hidden(self, conn: ReadConnection, sight: Sight, turn: Turn, rows: Sequence[Any]) -> Hidden:
        """What stays hidden of each row where that is another from record to record."""
        if not sight.by_consent:
            return repeat(sight.kept_back, len(rows))
        wanted = None if self.extract.fields is None else frozenset(self.extract.fields)
        told_of = spoken_of(self.registry, self.extract.ask.as_of)
        return await hidden_by_consent(self.registry, conn, turn, self.table, rows, wanted=wanted, told_of=told_of)

    def _note(self, shape: Shape, position: int, sight: Sight) -> None:
        if not sight.by_consent and not self.table.personal.isdisjoint(shape.names):
            areas, is_part = self.extract.extent
            extent = Extent(position, None, sight.told_in if areas is None else areas, is_part)
            note_stretch(self.registry, self.actor, self.table, Way.EXPORT, extent, frozenset(shape.names))

    def _shape(self, sight: Sight) -> Shape:
        hidden = _NOTHING if sight.is_partly_open or sight.by_consent else sight.hidden
        wanted = self.extract.fields
        columns = [
            c
            for c in columns_of(self.table.standard)
            if c.name not in hidden and (wanted is None or c.name in (*wanted, *_ALWAYS))
        ]
        asked = None if wanted is None else frozenset(wanted)
        return Shape(self.table, self.extract.format, self.extract.packed, columns, asked)

    async def _heed(self, parts: Parts) -> None:
        if parts.unsaved < 25 * _ROWS and not self.run.is_cancelled():
            return
        parts.unsaved = 0
        async with self.registry.database.write() as conn:
            await self.run.save(conn, {"records": parts.records, "files": len(parts.files)})
        if self.run.is_cancelled():
            raise JobStopped({"records": parts.records})


@dataclass(frozen=True)
class Shape:
    """How records stand in the files of an export."""

    table: Table
    format: Format
    packed: bool
    columns: Sequence[Field]
    wanted: frozenset[str] | None = None

    def open(self, path: Path) -> Writer:
        """A new file."""
        return open_writer(path, self.format, [*self.columns, *meta_columns()], packed=self.packed)

    @property
    def ending(self) -> str:
        """The ending of their names."""
        return f".{self.format}" + (".gz" if self.packed and self.format is not Format.PARQUET else "")

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of what is written of a record."""
        return frozenset({*(c.name for c in self.columns), *_ALWAYS})

    def record(self, row: Any, hidden: frozenset[str]) -> Mapping[str, Any]:
        """A row as it is written."""
        if self.format is Format.NDJSON:
            shown = show(self.table, row, hidden, self.wanted)
            return {name: value for name, value in shown.items() if name in self.names}
        plain = data_of(self.table, row, hidden) | {"id": row["id"]}
        return plain | {f"{META}.{name}": _text(value) for name, value in meta(row).items()}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


@dataclass
class Parts:
    """The files of an export, one after the other; the next begins once one has reached its size."""

    folder: Path
    url: str
    shape: Shape
    most: int
    files: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    records: int = 0
    unsaved: int = 0
    _path: Path = field(init=False)
    _writer: Writer | None = None
    _held: int = 0

    def add(self, rows: Sequence[Any], hidden: Hidden) -> None:
        """Write rows, each without what stays hidden of it."""
        self.records += len(rows)
        self.unsaved += len(rows)
        records = [self.shape.record(row, names) for row, names in zip(rows, hidden, strict=True)]
        while records:
            taken = self._open().write(records, self.most)
            self._held += taken
            records = records[taken:]
            if records:
                self._close()

    def _open(self) -> Writer:
        if self._writer is None:
            self._path = self.folder / f"{self.shape.table.standard.plural}-{len(self.files) + 1:04}{self.shape.ending}"
            self._writer = self.shape.open(self._path)
        return self._writer

    def end(self) -> None:
        """Bring the last file to its end; an export without records is one empty file."""
        if not self.files:
            self._open()
        self._close()

    def _close(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = self._path.name
        told: dict[str, object] = {"name": name, "url": f"{self.url}/{name}", "bytes": self._path.stat().st_size}
        self.files.append(told | {"records": self._held, "sha256": digest})
        self._writer, self._held = None, 0
