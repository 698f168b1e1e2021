"""A node in memory that keeps the contract of the door: what breaks its standard or dangles is refused by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from shipped import rules, shipped

from jjm.adapters import LoadResult, Record
from jjm.kit import Fault, Problem, not_found
from jjm.standards import Catalogue

SHARED = Path(__file__).parents[1].parent / "shared" / "data"


@cache
def catalogue() -> Catalogue:
    """The standards as shipped."""
    return shipped()


@cache
def _checks() -> Mapping[str, Any]:
    return rules(catalogue())


@cache
def refs(type: str) -> Mapping[str, str]:
    """The fields of a type that point to records, and to which type."""
    single = {f.name: f.ref for f in catalogue().types[type].fields if f.ref}
    many = {f.name: f.item.ref for f in catalogue().types[type].fields if f.item is not None and f.item.ref}
    return single | many


def states() -> list[Record]:
    """The 36 States and Union Territories as a fresh node holds them."""
    found: list[Record] = []
    for code in catalogue().codelists["state"].codes.values():
        known = {k: v for k, v in code.extra.items() if k in ("iso", "kind", "census_2001", "census_2011") and v}
        version = {"lgd_version": int(code.extra["lgd_version"])}
        found.append({"id": f"STA-{code.code}", "code": code.code, "name": code.title["en"]} | known | version)
    return found


class MemoryDoor:
    """Keeps the records that hold today, since when, and every call that changed something."""

    def __init__(self, *, strict: bool = True, **records: Iterable[Record]) -> None:
        self.strict = strict
        given = {"state": states()} | records
        self.records: dict[str, dict[str, Record]] = {t: {r["id"]: dict(r) for r in rs} for t, rs in given.items()}
        self.meta: dict[str, dict[str, Any]] = {}
        self.calls: Counter[str] = Counter()
        self.log: list[tuple[str, str, Any]] = []
        self.refuse: dict[str, str] = {}

    async def existing(self, type: str, fields: Sequence[str]) -> AsyncIterator[Record]:
        known = {field.name for field in catalogue().types[type].fields} | {"external_ids"}
        assert set(fields) <= known, f"{type} has no {set(fields) - known}"
        for id, record in list(self.records.get(type, {}).items()):
            shown = {name: record[name] for name in fields if name in record}
            yield shown | {"id": id, "_meta": self.meta.get(id, {"valid_from": "2020-01-01", "source": None})}

    async def load(
        self, type: str, records: Iterable[Record], *, source: str, valid_from: date, on_duplicate: str, label: str
    ) -> LoadResult:
        result = LoadResult()
        held = self.records.setdefault(type, {})
        for line, record in enumerate(records, start=1):
            id = record.get("id") or f"{type[:3].upper()}-{len(held) + 1}"
            if faults := self._faults(type, id, record, line):
                result.refused += 1
                result.problems.append(faults[0])
            elif id not in held:
                held[id] = dict(record) | {"id": id}
                self.meta[id] = {"valid_from": valid_from.isoformat(), "source": source}
                result.created += 1
            elif on_duplicate == "update" and any(held[id].get(k) != v for k, v in record.items()):
                held[id] |= record
                result.updated += 1
            else:
                result.unchanged += 1
        self.calls += Counter(created=result.created, updated=result.updated)
        return result

    async def change(self, type: str, id: str, patch: Record, *, valid_from: date, reason: str) -> None:
        self._patch("change", type, id, patch, valid_from)

    async def correct(self, type: str, id: str, patch: Record, *, reason: str) -> None:
        self._patch("correct", type, id, patch, None)

    async def correct_all(
        self, type: str, patches: Iterable[Record], *, source: str, reason: str, label: str
    ) -> LoadResult:
        result = LoadResult()
        for line, patch in enumerate(patches, start=1):
            try:
                self._patch("correct", type, patch["id"], {k: v for k, v in patch.items() if k != "id"}, None)
                result.updated += 1
            except Problem as problem:
                result.refused += 1
                result.problems.append(Fault(problem.detail, "Mend it.", line=line))
        return result

    async def rename(self, level: str, id: str, name: str, *, effective: date, reason: str) -> None:
        assert catalogue().types[level].level, f"{level} is no area"
        self._patch("rename", level, id, {"name": name}, effective)

    async def reparent(
        self, level: str, id: str, parents: Mapping[str, str | list[str]], *, effective: date, reason: str
    ) -> None:
        standard = catalogue().types[level].level
        assert standard and set(parents) <= set(standard.parents), f"{level} does not lie in {set(parents)}"
        self._patch("reparent", level, id, dict(parents), effective)

    async def propose(self, proposals: Iterable[Record], *, source: str) -> LoadResult:
        standing = {record["key"] for record in self.records.get("proposal", {}).values()}
        given = list(proposals)
        fresh = [proposal for proposal in given if proposal["key"] not in standing]
        result = await self.load(
            "proposal", fresh, source=source, valid_from=date(2026, 1, 1), on_duplicate="skip", label="proposals"
        )
        result.unchanged += len(given) - len(fresh)
        return result

    def copy(self) -> MemoryDoor:
        """A node of its own with the same records."""
        made = MemoryDoor(**{type: held.values() for type, held in self.records.items()})
        made.meta |= self.meta
        return made

    def said(self, what: str) -> list[tuple[str, Any]]:
        """The ids and contents of the calls of one kind."""
        return [(id, patch) for call, id, patch in self.log if call == what]

    def _patch(self, what: str, type: str, id: str, patch: Record, since: date | None) -> None:
        if id in self.refuse or id not in self.records.get(type, {}):
            raise not_found(f"{id} is not known")
        self.records[type][id] |= patch
        self.calls[what] += 1
        self.log.append((what, id, patch))
        if since is not None:
            self.meta[id] = {"valid_from": since.isoformat(), "source": None}

    def _faults(self, type: str, id: str, record: Record, line: int) -> list[Fault]:
        if id in self.refuse:
            return [Fault(self.refuse[id], "Mend it.", line=line)]
        if not self.strict:
            return []
        data = {name: value for name, value in record.items() if name not in ("id", "external_ids")}
        if not _checks()[type].is_valid(data):
            return [Fault(str(fault), "Mend it.", line=line) for fault in _checks()[type].validate(data)]
        for name, target in refs(type).items():
            value = record.get(name)
            for ref in value if isinstance(value, list) else [value] if value else []:
                if ref not in self.records.get(target, {}):
                    return [Fault(f"{name} {ref} is not known", "Load it first.", line=line)]
        return []
