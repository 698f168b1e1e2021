"""Gathers what is read from a file until there is enough for a chunk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jjm.kit import Fault
from jjm.registry.formats.model import Chunk

_MOST_BYTES = 8_000_000


class Gathering:
    """What was read since the last chunk: rows, the line of each, faults, bytes of input, and the last line."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._begin()

    def _begin(self) -> None:
        self.lines: list[int] = []
        self.rows: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.bytes = 0
        self.last = 0

    @property
    def is_full(self) -> bool:
        """True once there is enough for a chunk."""
        return len(self.rows) >= self._size or len(self.faults) >= self._size or self.bytes >= _MOST_BYTES

    def take(self) -> Chunk:
        """What was gathered, as a chunk; gathering begins anew."""
        chunk = Chunk(self.lines, self.rows, self.faults, self.last, self.bytes)
        self._begin()
        return chunk

    def rest(self) -> Iterator[Chunk]:
        """What is left at the end of the file, if anything is."""
        if self.rows or self.faults:
            yield self.take()
