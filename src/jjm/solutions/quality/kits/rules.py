"""What must be so for a kit test to count, and what its results say: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jjm.kit import Fault
from jjm.solutions.quality.times import CLOCKS_DIFFER, day_in_india, instant
from jjm.workflow import Deed


def well_formed(deed: Deed) -> list[Fault]:
    """Each parameter once, something tested, and not in the future."""
    faults, seen, at = list[Fault](), set[str](), instant(deed.becomes, "tested_at")
    if at is None or at > deed.now + CLOCKS_DIFFER:
        faults.append(Fault("it was tested in the future", "Say when it was tested.", "/data/tested_at"))
    for place, one in enumerate(_results(deed)):
        if one["parameter"] in seen:
            what, remedy = f"`{one['parameter']}` is there twice", "Give each parameter once."
            faults.append(Fault(what, remedy, f"/data/results/{place}"))
        seen.add(one["parameter"])
    if not _tested(deed):
        faults.append(Fault("nothing was tested", "Give what the kit showed; untested is not safe.", "/data/results"))
    return faults


def kit_is_good(deed: Deed) -> list[Fault]:
    """The kit is named, in use, not past its day, made for these parameters, and has reagent for them.

    An application may leave the kit out: the portals that push kit tests do not know it.
    """
    kit, at = deed.referred.get("kit"), instant(deed.becomes, "tested_at")
    if kit is None:
        if deed.actor.kind == "application" and not deed.becomes.get("kit"):
            return []
        return [Fault("no kit is named", "Name the kit that was used.", "/data/kit")]
    day = day_in_india(at).isoformat() if at else ""
    return [*_usable(kit, day), *(f for one in _tested(deed) for f in _has_reagent(kit, one, day))]


def _usable(kit: Mapping[str, Any], day: str) -> Iterator[Fault]:
    if kit.get("status", "in_use") != "in_use":
        yield Fault(f"the kit is {kit['status']}", "Use another kit.", "/data/kit", value=kit["id"])
    if day > str(kit["expires_on"]):
        what = f"the kit was good until {kit['expires_on']}"
        yield Fault(what, "Use another kit, and test again.", "/data/kit", value=kit["id"])


def _has_reagent(kit: Mapping[str, Any], parameter: str, day: str) -> Iterator[Fault]:
    if parameter not in kit["parameters"]:
        yield Fault(f"this kit does not test `{parameter}`", "Say not_tested, or name the right kit.", "/data/results")
    for reagent in kit.get("reagents") or ():
        if reagent["parameter"] != parameter:
            continue
        if reagent["left"] < 1:
            yield Fault(f"no reagent is left for `{parameter}`", "Say not_tested; ask for reagent.", "/data/results")
        if reagent.get("expires_on") and day > str(reagent["expires_on"]):
            what = f"the reagent for `{parameter}` was good until {reagent['expires_on']}"
            yield Fault(what, "Say not_tested; ask for reagent.", "/data/results")


def all_in_range(deed: Deed) -> list[Fault]:
    """Nothing that was tested is out of range."""
    bad = out_of_range(deed.becomes)
    return (
        [Fault(f"out of range: {', '.join(bad)}", "It goes to a laboratory (OUT_OF_RANGE).", "/action")] if bad else []
    )


def some_out_of_range(deed: Deed) -> list[Fault]:
    """Something is."""
    return [] if out_of_range(deed.becomes) else [Fault("all is in range", "Take IN_RANGE.", "/action")]


def out_of_range(test: Mapping[str, Any]) -> list[str]:
    """The parameters that a kit test showed out of range."""
    return [one["parameter"] for one in test.get("results") or () if one["result"] == "unsafe"]


def left_after(kit: Mapping[str, Any], tested: Sequence[str]) -> list[dict[str, Any]]:
    """The reagents of a kit after a test of these parameters."""
    return [
        {**one, "left": one["left"] - 1} if one["parameter"] in tested and one["left"] > 0 else dict(one)
        for one in kit.get("reagents") or ()
    ]


def _results(deed: Deed) -> Sequence[Mapping[str, Any]]:
    return deed.becomes.get("results") or ()


def _tested(deed: Deed) -> list[str]:
    return [one["parameter"] for one in _results(deed) if one["result"] != "not_tested"]
