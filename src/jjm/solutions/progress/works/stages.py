"""How far a scheme has come by its works. Pure: records in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.standards import Catalogue

Record = Mapping[str, Any]
STAGES: Mapping[str, str] = {
    "PLANNED": "planned",
    "DETAILED": "planned",
    "SANCTIONED": "sanctioned",
    "APPROVED": "approved",
    "AWARDED": "awarded",
    "IN_PROGRESS": "in_progress",
    "COMPLETE": "physically_complete",
    "COMMISSIONED": "commissioned",
    "HANDED_OVER": "commissioned",
}
"""What the stage of a work says of its scheme. A dropped work says nothing, and a handover moves the scheme itself."""
_BUILDING, _BUILT, _RUNNING = "in_progress", "physically_complete", "commissioned"


def moved(scheme: Record, works: Sequence[Record], catalogue: Catalogue, *, back: bool = False) -> Record | None:
    """What a scheme becomes by its works; None where nothing changes.

    It is commissioned, or complete, when all its works are that count; it is being built as soon as one of them is. It
    goes forward alone, unless work was taken up again (`back`); and a scheme that runs is moved by no work: water is
    drunk from it while it is extended.
    """
    ranks = {code: int(one.extra["rank"]) for code, one in catalogue.codelists["scheme-status"].codes.items()}
    found = _stage(
        sorted((STAGES[w["stage"]] for w in works if w.get("stage") in STAGES), key=ranks.__getitem__), ranks
    )
    now = str(scheme["status"])
    if found is None or ranks[now] >= ranks[_RUNNING] or not (back or ranks[found] > ranks[now]):
        return None
    return _with_days(found, works)


def _stage(reached: Sequence[str], ranks: Mapping[str, int]) -> str | None:
    if not reached:
        return None
    first, last = reached[0], reached[-1]
    if ranks[first] >= ranks[_BUILT]:
        return first
    return _BUILDING if ranks[last] >= ranks[_BUILDING] else last


def _with_days(stage: str, works: Sequence[Record]) -> Record:
    """The stage, with the day of the last work where all are complete, or commissioned."""

    def last(field: str) -> str | None:
        return max((str(w[field]) for w in works if w.get(field) and w.get("stage") in STAGES), default=None)

    built = {"completion_date": last("completed_on") if stage in (_BUILT, _RUNNING) else None}
    running = {"commissioned_on": last("commissioned_on")} if stage == _RUNNING else {}
    return {"status": stage} | built | running
