"""The journal of readings: a line in a file of the node's folder before an answer goes out, which costs microseconds.

A line that was written survives the death of the node's process; the disk has it within a second. Files are named at
random and held by a lock while they are written, so that none is taken in before its writer is done with it.

    r <number> <JSON list>     the readers of this file, each under a number
    i <number> <µs> <id> …     records shown by name
    e <number> <µs> <JSON>     a stretch of a type
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from threading import Lock

import orjson

from jjm.access.readings.model import Extent, Reader, Reading
from jjm.kit import Problem

ENDING = ".journal"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Journal:
    """One file of readings, open to be written; made with its first line."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{token_hex(8)}{ENDING}"
        self._file: int | None = None
        self._known: dict[Reader, int] = {}
        self._is_on_disk = True
        self._flushing = Lock()

    @property
    def is_empty(self) -> bool:
        """True until something was written."""
        return self._file is None

    def ids(self, by: Reader, at: datetime, ids: Sequence[str]) -> None:
        """Note records by name. Raises Problem 503 where it cannot be written."""
        self._write(by, at, b"i", " ".join(ids).encode())

    def extent(self, by: Reader, at: datetime, extent: Extent) -> None:
        """Note a stretch of a type. Raises Problem 503 where it cannot be written."""
        self._write(by, at, b"e", orjson.dumps(extent))

    def _write(self, by: Reader, at: datetime, kind: bytes, what: bytes) -> None:
        number = self._known.get(by)
        line = b"%b %d %d %b\n" % (kind, len(self._known) if number is None else number, (at - _EPOCH) // _TICK, what)
        if number is None:
            line = b"r %d %b\n" % (len(self._known), orjson.dumps(list(by))) + line
        try:
            if self._file is None:
                self._file = _opened(self.path)
            written = os.write(self._file, line)
        except OSError as error:
            raise _unwritable(self.path, str(error.strerror)) from error
        if written < len(line):
            raise _unwritable(self.path, "the disk is full")
        self._known.setdefault(by, len(self._known))
        self._is_on_disk = False

    def sync(self) -> None:
        """Bring what was written to the disk; to be called beside the writing, from a thread."""
        with self._flushing:
            if self._file is not None and not self._is_on_disk:
                self._is_on_disk = True
                os.fsync(self._file)

    def close(self) -> None:
        """Write no more; the file is free to be taken in."""
        # Not while another thread flushes: until that one is done the system holds the file, and its lock, for it.
        with self._flushing:
            if self._file is not None:
                os.fsync(self._file)
                os.close(self._file)
                self._file, self._is_on_disk = None, True


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _unwritable(path: Path, reason: str) -> Problem:
    detail = f"Personal data is shown only where that can be noted, and {path.parent} cannot be written: {reason}."
    return Problem("readings-unwritable", 503, "Not available now", detail)


def finished(folder: Path) -> list[Path]:
    """The journals of a folder that nobody is writing any more."""
    return [path for path in sorted(folder.glob(f"*{ENDING}")) if not _is_held(path)]


def _is_held(path: Path) -> bool:
    with suppress(FileNotFoundError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def read(path: Path) -> Iterator[Reading]:
    """What a journal holds, in its order; a line that was cut off at the end is passed over."""
    readers: list[Reader] = []
    for line in path.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            return
        kind, number, rest = line[:-1].split(b" ", 2)
        if kind == b"r":
            readers.append(Reader(*orjson.loads(rest)))
            continue
        micros, _, what = rest.partition(b" ")
        at = _EPOCH + int(micros) * _TICK
        by = readers[int(number)]
        if kind == b"i":
            yield Reading(by, at, at, ids=what.decode().split(" "))
        else:
            yield Reading(by, at, at, extent=Extent(**orjson.loads(what)))
