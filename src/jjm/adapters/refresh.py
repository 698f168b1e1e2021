"""What an import did to the node: created, renamed, respelled, moved, missing, and what a person decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jjm.adapters.report import KEEP, ImportReport, Severity


class Section(StrEnum):
    """The parts of the report, in the order they are told."""

    CREATED = "created"
    RENAMED = "renamed"
    RESPELLED = "respelled"
    MOVED = "moved"
    UPDATED = "updated"
    MISSING = "missing"
    DECISION = "needs_decision"
    PROPOSED = "proposed"


MEANING = {
    Section.CREATED: "new here",
    Section.RENAMED: "a new name for the same code: a change in the world, from the as-on date",
    Section.RESPELLED: "the same name in another spelling: a correction, not a renaming",
    Section.MOVED: "the same code in another parent, from the as-on date",
    Section.UPDATED: "other fields filled in or changed",
    Section.MISSING: "here but not in the files: reported, nothing is deleted or retired",
    Section.DECISION: "left as it is until a person decides",
    Section.PROPOSED: "put before a person as a proposal",
}

_UNTOLD = (Section.CREATED, Section.PROPOSED)


@dataclass(frozen=True, slots=True)
class Item:
    """One difference: of which type and id, what it was, what it is now, and what is to be known or decided."""

    type: str
    id: str
    was: str | None = None
    now: str | None = None
    remark: str | None = None

    def as_json(self) -> dict[str, object]:
        """The difference as JSON; absent parts are left out."""
        parts = {"type": self.type, "id": self.id, "was": self.was, "now": self.now, "remark": self.remark}
        return {k: v for k, v in parts.items() if v is not None}

    def __str__(self) -> str:
        arrow = " -> ".join(part for part in (self.was, self.now) if part is not None)
        return " ".join(part for part in (self.id, arrow, f"({self.remark})" if self.remark else "") if part)


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of the folder: what it was taken for, how it is written, and its rows."""

    file: str
    taken_for: str
    written: str
    rows: int


@dataclass
class RefreshReport:
    """The whole of an import. The first 1,000 items of each section and type are kept, the others are counted."""

    adapter: str
    folder: str
    as_on: date
    as_on_from: str
    files: list[FileRead] = field(default_factory=list[FileRead])
    notes: ImportReport = field(default_factory=ImportReport)
    unchanged: Counter[str] = field(default_factory=Counter[str])
    _counts: Counter[tuple[Section, str]] = field(default_factory=Counter[tuple[Section, str]])
    _items: dict[tuple[Section, str], list[Item]] = field(default_factory=dict[tuple[Section, str], list[Item]])

    def add(self, section: Section, item: Item) -> None:
        """Take a difference."""
        self._counts[section, item.type] += 1
        if self._counts[section, item.type] <= KEEP:
            self._items.setdefault((section, item.type), []).append(item)

    def tally(self, section: Section, type: str, number: int) -> None:
        """Take differences that are known by number only."""
        if number:
            self._counts[section, type] += number

    def count(self, section: Section, type: str | None = None) -> int:
        """How many differences of that section, of one type or of all."""
        return sum(n for (s, t), n in self._counts.items() if s is section and type in (None, t))

    def items(self, section: Section, type: str | None = None) -> Iterator[Item]:
        """The kept differences of that section, of one type or of all."""
        for (s, t), items in self._items.items():
            if s is section and type in (None, t):
                yield from items

    @property
    def changed(self) -> int:
        """How many changes the node took."""
        taken = (Section.CREATED, Section.RENAMED, Section.RESPELLED, Section.MOVED, Section.UPDATED, Section.PROPOSED)
        return sum(self.count(section) for section in taken)

    def as_json(self) -> dict[str, object]:
        """The report as JSON: counts by section and type, the kept items, the files, the notes."""
        head = {"adapter": self.adapter, "folder": self.folder, "as_on": self.as_on.isoformat()}
        files = [{"file": f.file, "taken_for": f.taken_for, "written": f.written, "rows": f.rows} for f in self.files]
        sections: dict[str, object] = {str(section): self._section(section) for section in Section}
        rest = {"unchanged": dict(self.unchanged), "problems": self.notes.as_json()}
        return head | {"as_on_from": self.as_on_from, "files": files} | sections | rest

    def _section(self, section: Section) -> dict[str, object]:
        by_type = {t: n for (s, t), n in self._counts.items() if s is section}
        items = [item.as_json() for item in self.items(section)]
        return {"count": self.count(section), "by_type": by_type, "items": items}

    def table(self) -> list[tuple[str, str, int]]:
        """Rows (what, type, how many) for a table on the screen, in the order they are told."""
        rows = [(str(s), t, self._counts[s, t]) for s in Section for (x, t) in self._counts if x is s]
        return rows + [("unchanged", t, n) for t, n in self.unchanged.items() if n]

    def text(self, examples: int = 10) -> str:
        """The report for people, with the first examples of each section."""
        lines = [f"{self.adapter}: {self.folder}, as on {self.as_on.isoformat()} ({self.as_on_from})"]
        lines += [f"  {f.file}: {f.taken_for}, {f.rows:,} rows ({f.written})" for f in self.files]
        for section in Section:
            lines += self._told(section, examples)
        lines += [f"unchanged: {n:,} {t}" for t, n in self.unchanged.items() if n]
        lines += self.notes.summary()
        refused = self.notes.total(Severity.ERROR)
        return "\n".join([*lines, f"{self.changed:,} changes, {refused:,} rows or files not taken"])

    def _told(self, section: Section, examples: int) -> list[str]:
        lines: list[str] = []
        for (s, type), count in self._counts.items():
            if s is section:
                lines.append(f"{section}: {count:,} {type} ({MEANING[section]})")
                shown = self._items.get((s, type), [])[:examples] if section not in _UNTOLD else []
                lines += [f"    {item}" for item in shown]
                lines += [f"    and {count - len(shown):,} more"] if 0 < len(shown) < count else []
        return lines
