"""A node in memory behind the door's contract: dangling references are refused, every call is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from jjm.adapters import LoadResult, Record
from jjm.kit import Fault, not_found

REFS = {
    "state": "state",
    "district": "district",
    "districts": "district",
    "subdistrict": "subdistrict",
    "blocks": "block",
    "local_bodies": "local_body",
    "village": "village",
}


class MemoryDoor:
    """Keeps the records that hold today, when each became true, and the calls that changed something."""

    def __init__(self, **records: Iterable[Record]) -> None:
        self.records: dict[str, dict[str, Record]] = {t: {r["id"]: dict(r) for r in rs} for t, rs in records.items()}
        self.meta: dict[str, dict[str, Any]] = {}
        self.calls: Counter[str] = Counter()
        self.log: list[tuple[Any, ...]] = []
        self.proposals: dict[str, Record] = {}
        self.refuse: dict[str, str] = {}

    async def existing(self, type: str, fields: Sequence[str]) -> AsyncIterator[Record]:
        for id, record in list(self.records.get(type, {}).items()):
            shown = {name: record[name] for name in fields if name in record}
            yield shown | {"id": id, "_meta": self.meta.get(id, {"valid_from": "2020-01-01", "source": None})}

    async def load(
        self, type: str, records: Iterable[Record], *, source: str, valid_from: date, on_duplicate: str, label: str
    ) -> LoadResult:
        result = LoadResult()
        held = self.records.setdefault(type, {})
        batch = list(records)
        coming = {r["id"] for r in batch if "id" in r}
        for line, record in enumerate(batch, start=1):
            id = record.get("id") or f"{type[:3].upper()}-{len(held) + 1}"
            if fault := self._fault(type, id, record, coming, line):
                result.refused += 1
                result.problems.append(fault)
            elif id not in held:
                held[id] = dict(record) | {"id": id}
                self.meta[id] = {"valid_from": valid_from.isoformat(), "source": source}
                result.created += 1
            elif on_duplicate == "update" and {k: held[id].get(k) for k in record} != record:
                held[id] |= record
                result.updated += 1
            else:
                result.unchanged += 1
        self.calls["created"] += result.created
        self.calls["updated"] += result.updated
        return result

    def _fault(self, type: str, id: str, record: Record, coming: set[str], line: int) -> Fault | None:
        if id in self.refuse:
            return Fault(self.refuse[id], "Mend it.", line=line)
        for name, value in record.items():
            target = type if name == "parent" else REFS.get(name)
            for ref in value if isinstance(value, list) else [value]:
                if target and ref not in self.records.get(target, {}) and not (target == type and ref in coming):
                    return Fault(f"{name} {ref} is not known", "Load it first.", line=line, pointer=f"/{name}")
        return None

    async def change(self, type: str, id: str, patch: Record, *, valid_from: date, reason: str) -> None:
        self._patch("change", type, id, patch)
        self.meta[id] = {"valid_from": valid_from.isoformat(), "source": None}

    async def correct(self, type: str, id: str, patch: Record, *, reason: str) -> None:
        self._patch("correct", type, id, patch)

    async def rename(self, level: str, id: str, name: str, *, effective: date, reason: str) -> None:
        self._patch("rename", level, id, {"name": name})
        self.meta[id] = {"valid_from": effective.isoformat(), "source": None}

    async def reparent(
        self, level: str, id: str, parents: Mapping[str, str | list[str]], *, effective: date, reason: str
    ) -> None:
        self._patch("reparent", level, id, dict(parents))
        self.meta[id] = {"valid_from": effective.isoformat(), "source": None}

    async def propose(self, proposals: Iterable[Record], *, source: str) -> LoadResult:
        result = LoadResult()
        for proposal in proposals:
            result.unchanged += proposal["key"] in self.proposals
            result.created += proposal["key"] not in self.proposals
            self.proposals.setdefault(proposal["key"], proposal)
        self.calls["proposed"] += result.created
        return result

    def _patch(self, what: str, type: str, id: str, patch: Record) -> None:
        if id not in self.records.get(type, {}):
            raise not_found(f"{id} is not known")
        self.records[type][id] |= patch
        self.calls[what] += 1
        self.log.append((what, id, patch))


def of_india(states_csv: str) -> list[Record]:
    """The 36 States as a fresh node holds them, from the codelist `state.csv`."""
    import csv

    rows = csv.DictReader(states_csv.splitlines())
    same = ("code", "iso", "kind", "census_2001", "census_2011")
    return [
        {"id": f"STA-{r['code']}", "name": r["en"], "lgd_version": int(r["lgd_version"])}
        | {k: r[k] for k in same if r[k]}
        for r in rows
    ]
