"""What a village says of its Har Ghar Jal against its own figures and the taps that are recorded. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jjm.solutions.progress.findings.model import Finding

Record = Mapping[str, Any]
OWN = "har_ghar_jal"
"""The source of figures that the case itself writes; it is no witness of itself."""
_CODE = "har_ghar_jal_differs"


def newest_of_each(figures: Iterable[Record]) -> dict[str, Record]:
    """Of each village the newest figures of another source that state households and taps."""
    found: dict[str, Record] = {}
    told = [f for f in figures if f["figure_source"] != OWN]
    for one in sorted(told, key=day_of):
        if one.get("households") is not None and one.get("households_with_tap") is not None:
            found[one["village"]] = one
    return found


def day_of(figure: Record) -> str:
    """The day that figures are of: as their source names it, else the last of their financial year."""
    return str(figure.get("as_on") or f"{int(figure['year']) + 1}-03-31")


def of_har_ghar_jal(case: Record, figure: Record | None, taps: int) -> list[Finding]:
    """A village that is said to have a tap in every home, where its figures or recorded taps say something else.

    Figures of the day of the report or later by which homes are without a tap are a fault; what is older, or differs in
    the number of homes alone, and a register of taps that holds fewer, is explained.
    """
    homes, reached = case["households"], case["households_with_tap"]
    said = {"households": homes, "households_with_tap": reached}
    found: list[Finding] = []

    def differs(others: Mapping[str, int | float | str], reason: str | None) -> None:
        severity = "notice" if reason else "fault"
        found.append(Finding(_CODE, OWN, case["id"], case["village"], {**said, **others}, severity, reason))

    if figure is not None and (figure["households"], figure["households_with_tap"]) != (homes, reached):
        lacking = figure["households_with_tap"] < figure["households"] and day_of(figure) >= str(case["reported_on"])
        others = {"homes_by_figures": figure["households"], "taps_by_figures": figure["households_with_tap"]}
        others |= {"figure_source": figure["figure_source"], "year": figure["year"]}
        differs(others, None if lacking else "other_day")
    if 0 < taps < reached:
        differs({"taps_recorded": taps}, "register_filling")
    return found
