"""Records that a foreign system numbers: found again by that number, made where new, filled in where they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from jjm.adapters.model import Door, Record
from jjm.adapters.refresh import Item, RefreshReport, Section
from jjm.adapters.sending import Origin, Sending
from jjm.kit import Fault

Join: TypeAlias = Callable[[list[Any], list[Any]], list[Any]]
"""What a list becomes that a further file speaks of: of what stood, and of what the file says."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A record of a foreign system: its number there, its values, where it stood."""

    number: str
    values: Record
    origin: Origin


@dataclass(frozen=True, slots=True)
class Register:
    """The records of one type that a foreign system numbers, on the way to a node.

    A new one is sent only with all that is `needed`. `joined` says of a field that holds a list what it holds with that
    of a further file: what a file leaves out stays.
    """

    door: Door
    report: RefreshReport
    type: str
    system: str
    needed: Sequence[str] = ()
    joined: Mapping[str, Join] = field(default_factory=dict[str, Join])

    async def take(self, found: Sequence[Numbered], fields: Sequence[str], *, since: date, source: str) -> None:
        """Make what is new, true since that day, and put right what differs; a second time nothing changes."""
        standing = await self._standing(fields)
        fresh = [one for one in found if one.number not in standing and self._is_whole(one)]
        sending = Sending(self.door, self.report.notes, source)
        records = [{**one.values, "external_ids": [{"system": self.system, "value": one.number}]} for one in fresh]
        origins = [one.origin for one in fresh]
        result, refused = await sending.load(self.type, records, origins, valid_from=since, label=self.type)
        taken = [one for n, one in enumerate(fresh) if n not in refused]
        for one in taken[: result.created]:
            self.report.add(Section.CREATED, Item(self.type, one.number, now=one.values.get("name")))
        await self._put_right(sending, [(one, standing[one.number]) for one in found if one.number in standing], source)

    def _is_whole(self, one: Numbered) -> bool:
        missing = [name for name in self.needed if one.values.get(name) in (None, [])]
        if missing:
            what = f"{self.type} {one.number} is new here and lacks {', '.join(missing)}"
            remedy = "Import the list that states it; not taken till then."
            at = one.origin
            fault = Fault(what, remedy, file=at.file, line=at.line, column=missing[0], value=one.number)
            self.report.notes.error("incomplete", fault)
        return not missing

    async def _standing(self, fields: Sequence[str]) -> Mapping[str, Record]:
        found: dict[str, Record] = {}
        async for record in self.door.existing(self.type, (*fields, "external_ids")):
            for known in record.get("external_ids") or ():
                if known["system"] == self.system:
                    found[known["value"]] = record
        return found

    async def _put_right(self, sending: Sending, pairs: Sequence[tuple[Numbered, Record]], reason: str) -> None:
        patches: list[Record] = []
        ones: list[Numbered] = []
        for one, old in pairs:
            more = {n: join(old.get(n) or [], one.values.get(n) or []) for n, join in self.joined.items()}
            values = one.values | {name: value for name, value in more.items() if value}
            patch = {name: value for name, value in values.items() if old.get(name) != value}
            if patch:
                patches.append({"id": old["id"]} | patch)
                ones.append(one)
            else:
                self.report.unchanged[self.type] += 1
        origins = [one.origin for one in ones]
        refused = await sending.correct(self.type, patches, origins, reason=reason, label=f"{self.type}, what differs")
        for n, one in enumerate(ones):
            if n not in refused:
                now = ", ".join(name for name in patches[n] if name != "id")
                self.report.add(Section.UPDATED, Item(self.type, one.number, now=now))


def one_of_each(found: Sequence[Numbered], report: RefreshReport) -> list[Numbered]:
    """One record a number: rows that say the same are one, rows that contradict each other are not taken at all."""
    by_number: dict[str, list[Numbered]] = {}
    for one in found:
        by_number.setdefault(one.number, []).append(one)
    kept: list[Numbered] = []
    for number, same in by_number.items():
        if all(one.values == same[0].values for one in same):
            kept.append(same[0])
            continue
        lines = ", ".join(str(one.origin.line) for one in same)
        what = f"{number} stands on lines {lines} with different values"
        remedy = "Find out which is right; none is taken."
        for one in same:
            fault = Fault(what, remedy, file=one.origin.file, line=one.origin.line, value=number)
            report.notes.error("contradicting-rows", fault)
    return kept
