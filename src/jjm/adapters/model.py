"""What an adapter is, and the door through which it speaks to a node: the same public API that any outsider has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from jjm.adapters.refresh import RefreshReport
from jjm.kit import Fault

Record: TypeAlias = dict[str, Any]
OnDuplicate: TypeAlias = Literal["skip", "update"]


@dataclass(slots=True)
class LoadResult:
    """What became of the records given to `Door.load`; `line` of a problem counts those records from 1."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Fault] = field(default_factory=list[Fault])


class Door(Protocol):
    """A node as an adapter sees it.

    Records are flat, as the API shows them; ids of areas and village figures follow from their codes, so the records
    carry `id`. Every method raises Problem where the node refuses the call as a whole.
    """

    def existing(self, type: str, fields: Sequence[str]) -> AsyncIterator[Record]:
        """All records of the type that hold today: `id`, these fields of it, `_meta` with `valid_from` and `source`."""
        ...

    async def load(
        self,
        type: str,
        records: Iterable[Record],
        *,
        source: str,
        valid_from: date,
        on_duplicate: OnDuplicate,
        label: str,
    ) -> LoadResult:
        """Bring in many records, best effort: what is refused is named, the rest is taken.

        A record that stands already is left as it is (`skip`), or takes the fields given (`update`, true since
        `valid_from`). `label` names the work for a progress bar.
        """
        ...

    async def change(self, type: str, id: str, patch: Record, *, valid_from: date, reason: str) -> None:
        """The world changed: these fields have these values since that day."""
        ...

    async def correct(self, type: str, id: str, patch: Record, *, reason: str) -> None:
        """The record was wrong or silent: these fields have these values over the whole life of what they replace."""
        ...

    async def correct_all(
        self, type: str, patches: Iterable[Record], *, source: str, reason: str, label: str
    ) -> LoadResult:
        """The same for many records at once: each patch carries the `id` of its record. What is refused is named."""
        ...

    async def rename(self, level: str, id: str, name: str, *, effective: date, reason: str) -> None:
        """The area bears another name since that day; the old name keeps answering."""
        ...

    async def reparent(
        self, level: str, id: str, parents: Mapping[str, str | list[str]], *, effective: date, reason: str
    ) -> None:
        """The area lies elsewhere since that day: by field, the id or ids of what it lies in now."""
        ...

    async def propose(self, proposals: Iterable[Record], *, source: str) -> LoadResult:
        """Put questions before a person, as records of the type `proposal` (without id, status `open`).

        One whose `key` stands already, decided or not, is not put again (`unchanged`).
        """
        ...


@dataclass(frozen=True, slots=True)
class Option:
    """Something the caller may say about a folder: its name, what it means, and whether it must be said."""

    name: str
    meaning: str
    required: bool = False


class Adapter(Protocol):
    """One foreign format. A module under `jjm.adapters` with an `ADAPTER` of this shape is found by its name."""

    @property
    def name(self) -> str:
        """The word after `jjm import`."""
        ...

    @property
    def title(self) -> str:
        """What it reads, in one line."""
        ...

    @property
    def options(self) -> Sequence[Option]:
        """What the caller may say."""
        ...

    async def read(self, folder: Path, door: Door, options: Mapping[str, str]) -> RefreshReport:
        """Take in the folder (or one file). All of it is read before anything is sent; a second run changes nothing.

        Raises Problem for a folder that cannot be read and for options that make no sense.
        """
        ...
