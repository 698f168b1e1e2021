"""Writing what the directory says otherwise: a renaming as one, a respelling as a correction, a move as a move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jjm.adapters.lgd_compare import Difference
from jjm.adapters.model import Record
from jjm.adapters.refresh import Item, RefreshReport, Section
from jjm.adapters.sending import Sending

SOURCE = "lgd "


@dataclass(frozen=True, slots=True)
class Change:
    """All that one row says otherwise than the record `id`, which lies in that State."""

    id: str
    state: str | None
    found: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes differences through the door and tells them in the report once the node has taken them.

    `areas`: the records are areas, which are renamed and moved by re-organisations; others change as records do.
    """

    sending: Sending
    report: RefreshReport
    as_on: date
    areas: bool = True

    async def write(self, type: str, changes: Sequence[Change], *, propose: bool) -> None:
        """Write all changes of a type; what a person decides is proposed, unless the list is an old one."""
        done = await self.sending.each(changes, lambda change: self._write(type, change))
        for change in done:
            self._tell(type, change)
        doubts = [(c, d) for c in changes for d in c.found if d.section is Section.DECISION]
        if doubts and propose:
            proposals = [_proposal(type, change, doubt) for change, doubt in doubts]
            result = await self.sending.door.propose(proposals, source=self.sending.source)
            self.report.tally(Section.PROPOSED, type, result.created)

    def _tell(self, type: str, change: Change) -> None:
        for found in change.found:
            if found.section is not Section.UPDATED:
                self.report.add(found.section, Item(type, change.id, found.was, found.now, found.remark))
        if updated := [found for found in change.found if found.section is Section.UPDATED]:
            was, now = "; ".join(d.was for d in updated if d.was), "; ".join(d.now for d in updated if d.now)
            self.report.add(Section.UPDATED, Item(type, change.id, was or None, now))

    async def _write(self, type: str, change: Change) -> None:
        door, reason, since = self.sending.door, f"Local Government Directory, list as on {self.as_on}", self.as_on
        if patch := _patch(change.found, (Section.RESPELLED, Section.UPDATED), in_the_world=False):
            await door.correct(type, change.id, patch, reason=reason)
        changed = [Section.UPDATED] if self.areas else [Section.RENAMED, Section.MOVED, Section.UPDATED]
        for found in change.found if self.areas else ():
            if found.section is Section.RENAMED and found.now is not None:
                await door.rename(type, change.id, found.now, effective=since, reason=reason)
        if self.areas and (patch := _patch(change.found, (Section.MOVED,), in_the_world=True)):
            await door.reparent(type, change.id, patch, effective=since, reason=reason)
        if patch := _patch(change.found, changed, in_the_world=True):
            await door.change(type, change.id, patch, valid_from=since, reason=reason)


def _patch(found: Iterable[Difference], sections: Sequence[Section], *, in_the_world: bool) -> Record:
    chosen = [d.patch for d in found if d.section in sections and d.in_the_world is in_the_world]
    return {name: value for patch in chosen for name, value in patch.items()}


def _proposal(type: str, change: Change, doubt: Difference) -> Record:
    field = next(iter(doubt.patch))
    proposal = {
        "kind": "rename" if field == "name" else "move",
        "status": "open",
        "about_type": type,
        "about": change.id,
        "key": f"{type}:{change.id}:{field}:{doubt.now}",
        "data": dict(doubt.patch),
        "grounds": f"{doubt.was} -> {doubt.now}: {doubt.remark}",
    }
    return proposal | ({"state": change.state} if change.state else {})
