"""What a node must hold: every change it acknowledged, once, in order; and nothing that nobody asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Told = tuple[int, str, Json]
"""A version of a record: its number, what it did, its values."""


@dataclass
class Expected:
    """The model: what was acknowledged, by record, and what may have happened without an answer."""

    versions: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    imported: dict[str, int] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    counted: int = 0

    def acknowledge(self, shown: Json) -> None:
        """Note a version that the node says it has recorded."""
        meta = shown["_meta"]
        said = {} if meta["change"] == "retire" else values(shown)  # the feed tells an end without values
        self.versions[shown["id"]].append((meta["version"], meta["change"], said))

    def differs(self, told: dict[str, list[Told]], sources: Counter[str]) -> list[str]:
        """Where the node's own story is another one; empty where it is the same."""
        faults = [
            f"{id}: acknowledged {sorted(made, key=lambda v: v[0])}, told {told.get(id)}"
            for id, made in self.versions.items()
            if sorted(made, key=lambda v: v[0]) != told.get(id)
        ]
        others = [versions for id, versions in told.items() if id not in self.versions]
        names = Counter(version[2].get("name", "") for versions in others for version in versions)
        faults += [f"{name} was not asked for, or twice" for name in names if name not in self.unanswered]
        faults += [f"{name} was made {count} times" for name, count in names.items() if count > 1]
        faults += [
            f"import {source}: {count} records acknowledged, {sources[source]} told"
            for source, count in self.imported.items()
            if sources[source] != count
        ]
        return faults


def values(shown: Json) -> Json:
    """What a record says itself."""
    return {name: value for name, value in shown.items() if name not in ("id", "_meta")}
