"""Sending an import through a door: loads whose refusals are led back to file and line, single calls side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from jjm.adapters.model import Door, LoadResult, OnDuplicate, Record
from jjm.adapters.report import ImportReport
from jjm.kit import Fault, Problem

_AT_ONCE = 8
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from: a file and the line its row starts on."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Sending:
    """A door and the report that hears what it refuses; `source` names the import in each record it makes."""

    door: Door
    notes: ImportReport
    source: str

    async def load(
        self,
        type: str,
        records: Sequence[Record],
        origins: Sequence[Origin],
        *,
        valid_from: date,
        label: str,
        on_duplicate: OnDuplicate = "skip",
    ) -> tuple[LoadResult, frozenset[int]]:
        """Load the records; which of them (by index) the node refused, each reported at its file and line."""
        if not records:
            return LoadResult(), frozenset()
        result = await self.door.load(
            type, records, source=self.source, valid_from=valid_from, on_duplicate=on_duplicate, label=label
        )
        return result, frozenset(self._refusals(result.problems, origins))

    async def correct(
        self, type: str, patches: Sequence[Record], origins: Sequence[Origin], *, reason: str, label: str
    ) -> frozenset[int]:
        """Correct records by patches with their `id`; which of them (by index) the node refused, each reported."""
        if not patches:
            return frozenset()
        result = await self.door.correct_all(type, patches, source=self.source, reason=reason, label=label)
        return frozenset(self._refusals(result.problems, origins))

    def _refusals(self, problems: Iterable[Fault], origins: Sequence[Origin]) -> Iterable[int]:
        for fault in problems:
            if fault.line is None or not 0 < fault.line <= len(origins):
                self.notes.error("refused-by-node", fault)
                continue
            origin = origins[fault.line - 1]
            self.notes.error("refused-by-node", replace(fault, file=origin.file, line=origin.line))
            yield fault.line - 1

    async def each(self, items: Sequence[_T], call: Callable[[_T], Awaitable[None]]) -> list[_T]:
        """Make one call for each item, a few at a time; the items that went through. The others are reported."""
        done: list[_T] = []
        for start in range(0, len(items), _AT_ONCE):
            few = items[start : start + _AT_ONCE]
            went = await asyncio.gather(*(self._went_through(item, call) for item in few))
            done += [item for item, through in zip(few, went, strict=True) if through]
        return done

    async def _went_through(self, item: _T, call: Callable[[_T], Awaitable[None]]) -> bool:
        try:
            await call(item)
        except Problem as problem:
            self._report(problem)
            return False
        return True

    def _report(self, problem: Problem) -> None:
        for fault in problem.faults or [Fault(problem.detail, "See what the node says about it.")]:
            self.notes.error("refused-by-node", fault)
