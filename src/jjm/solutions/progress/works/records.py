"""What approvals make of the records that they are about. Pure: records in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jjm.kit import IST
from jjm.workflow import Deed

Record = Mapping[str, Any]
_EVIDENCE = ("reached_on", "report")
_APRIL = 4


def counted(work: Record, report: Record, id: str) -> Mapping[str, Any] | None:
    """The components of a work with what a report says of one of them.

    None where a later day is accepted already: reports are accepted in any order, and an older one takes nothing back.
    """
    known = next((c for c in work["components"] if c["component"] == report["component"]), None)
    if known is None or str(known.get("reached_on", "")) > report["reached_on"]:
        return None
    found = {**known, "achieved": report["quantity"], "reached_on": report["reached_on"], "report": id}
    return {"components": [found if c is known else c for c in work["components"]]}


def evidence_of_reports(deed: Deed) -> Mapping[str, Any]:
    """The components with the accepted report of each whose quantity is as it was accepted, and of no other."""
    before = {c["component"]: c for c in deed.record.get("components") or ()}
    return {"components": [_with_evidence(c, before.get(c["component"], {})) for c in deed.becomes["components"]]}


def _with_evidence(component: Record, before: Record) -> dict[str, Any]:
    bare = {name: value for name, value in component.items() if name not in _EVIDENCE}
    same = component.get("achieved") == before.get("achieved")
    return bare | ({name: before[name] for name in _EVIDENCE if name in before} if same else {})


def placed(tag: Record, id: str, named: str, asset: Record) -> Mapping[str, Any] | None:
    """What the asset that a geotag names in a field becomes; None where a later tag is approved already."""
    stem = "board_" if named == "scheme" else ""
    day = datetime.fromisoformat(tag["captured_at"]).astimezone(IST).date().isoformat()
    if str(asset.get(f"{stem}geotagged_on", "")) > day:
        return None
    values = {f"{stem}location": tag["location"], f"{stem}geotag": id, f"{stem}geotagged_on": day}
    marked = {"landmark": tag["landmark"]} if named == "water_source" and tag.get("landmark") else {}
    return values | marked


def in_the_figures(case: Record, id: str) -> tuple[str, Mapping[str, Any]]:
    """The figures of a village and a financial year that say how its Har Ghar Jal stands; their identifier first."""
    village, status = case["village"], case["status"]
    reported = date.fromisoformat(case["reported_on"])
    year = reported.year if reported.month >= _APRIL else reported.year - 1
    stands = status != "WITHDRAWN"
    values = {
        "village": village, "figure_source": "har_ghar_jal", "year": year,
        "as_on": case.get("resolved_on") or case["reported_on"],
        "households": case["households"],
        "households_with_tap": case["households_with_tap"] if stands else None,
        "piped_supply": True if stands else None,
        "har_ghar_jal": {"REPORTED": "reported", "CERTIFIED": "certified"}.get(status, "not_reported"),
        "har_ghar_jal_reported_on": case["reported_on"] if stands else None,
        "har_ghar_jal_certified_on": case.get("resolved_on") if stands else None,
        "har_ghar_jal_case": id,
    }  # fmt: skip
    return f"FIG-{village}-har_ghar_jal-{year}", values


def handed_over(handover: Record, id: str) -> Mapping[str, Any]:
    """What a scheme becomes when it is taken over."""
    day = {"status": "handed_over", "handed_over_on": handover["handed_over_on"], "handed_over_to": handover["to"]}
    committee: Sequence[str] = ("committee",) if handover.get("committee") else ()
    return {**day, "handover": id, **{name: handover[name] for name in committee}}
