"""What must be so before a sample moves on: pure.

Sampled once and in order, tested completely, by a laboratory that is accredited for it on the day, in time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from jjm.kit import Fault
from jjm.solutions.quality.limits import Reason
from jjm.solutions.quality.samples.judging import verdict_of
from jjm.solutions.quality.times import CLOCKS_DIFFER, day_in_india, instant
from jjm.workflow import Deed

PARAMETERS = "water-quality-parameter"
_ACCREDITED = ("nabl", "recognised")
_NO_ZERO = ("mg/L", "ug/L", "µg/L", "Bq/L")
_NOT_WHOLE = ("leaking", "seal_broken", "unlabelled")
_ORDER = ("collected_at", "handed_over_at", "received_at")
_TOLD = ("value", "below", "word")


def sample_was_taken(deed: Deed) -> list[Fault]:
    """A sample that nobody has taken goes nowhere; one of tomorrow was not taken."""
    at = instant(deed.becomes, "collected_at")
    if at is None:
        return [
            Fault("nobody has taken this sample yet", "Take it first (COLLECT), and say when.", "/data/collected_at")
        ]
    if at > deed.now + CLOCKS_DIFFER:
        return [Fault("it was taken in the future", "Set the clock, and say when it was taken.", "/data/collected_at")]
    return []


def not_taken_twice(deed: Deed) -> list[Fault]:
    """One bottle, one taking."""
    if deed.record.get("collected_at") is None:
        return []
    return [Fault("this sample was taken already", "Register another sample for another bottle.", "/action")]


def asks_for_tests(deed: Deed) -> list[Fault]:
    """What is to be tested is said before it is tested, and stays asked, so that nothing is left out unseen."""
    asked = deed.becomes.get("tests_asked") or ()
    if not asked:
        return [Fault("no tests are asked for", "Name the parameters that are to be tested.", "/data/tests_asked")]
    remedy = "Ask for more, not for less; what cannot be tested is said with its reason under `untested`."
    dropped = [name for name in deed.record.get("tests_asked") or () if name not in asked]
    return [Fault(f"`{name}` was asked for already", remedy, "/data/tests_asked") for name in dropped]


def hands_in_order(deed: Deed) -> list[Fault]:
    """Taken, handed over, received: one after the other, and none of it in the future."""
    known = [(name, at) for name in _ORDER if (at := instant(deed.becomes, name)) is not None]
    faults = [
        Fault(f"`{later}` is before `{earlier}`", "Say when each of them was.", f"/data/{later}")
        for (earlier, before), (later, after) in pairwise(known)
        if after < before
    ]
    ahead = [name for name, at in known if at > deed.now + CLOCKS_DIFFER]
    return faults + [Fault(f"`{name}` is in the future", "Say when it was.", f"/data/{name}") for name in ahead]


def bottle_is_whole(deed: Deed) -> list[Fault]:
    """What leaked, was opened, or cannot be told from other bottles is no sample any more."""
    condition = deed.becomes.get("condition")
    if condition not in _NOT_WHOLE:
        return []
    remedy = "Refuse it (REFUSE), so that another sample is taken."
    return [Fault(f"the bottle came `{condition}`", remedy, "/action", value=str(condition))]


def no_kit_waits(deed: Deed) -> list[Fault]:
    """What a kit found is confirmed or refuted by a laboratory; it is not cancelled away."""
    if not deed.record.get("confirms_of"):
        return []
    remedy = "Take the sample; if the bottle is lost, take it again."
    return [Fault("it is to confirm what a field kit found out of range", remedy, "/action")]


def results_well_formed(deed: Deed) -> list[Fault]:
    """Each parameter once, each with one finding in a unit that is known, none of them zero where a method has a limit
    of detection."""
    taken, seen, faults = instant(deed.becomes, "collected_at"), set[str](), list(_unknown_units(deed))
    for place, one in enumerate(_results(deed)):
        at = f"/data/results/{place}"
        faults += _one_finding(deed, one, at)
        if one["parameter"] in seen:
            faults.append(Fault(f"`{one['parameter']}` is there twice", "Give each parameter once.", at))
        seen.add(one["parameter"])
        faults += _in_time(one, taken, deed.now, at)
    return faults


def _unknown_units(deed: Deed) -> Iterator[Fault]:
    """What cannot be compared with its limit for its unit would be neither safe nor unsafe, and nobody would ask on."""
    taken = instant(deed.becomes, "collected_at")
    judged = verdict_of(deed.becomes, deed.catalogue, taken)["judged"] if taken else ()
    for place, one in enumerate(judged):
        if one.get("reason") == Reason.UNIT_UNKNOWN.value:
            remedy = f"Give it in `{_unit(deed, one)}`, or in a unit that is converted into it."
            yield Fault(f"the unit of `{one['parameter']}` is not known", remedy, f"/data/results/{place}/unit")


def _one_finding(deed: Deed, one: Mapping[str, Any], at: str) -> Iterator[Fault]:
    told = [name for name in _TOLD if one.get(name) is not None]
    if len(told) != 1:
        remedy = "Give `value`, or `below` with the limit of detection, or `word`."
        yield Fault("there is not one finding", remedy, at)
    if one.get("below") == 0:
        yield Fault("a limit of detection is never zero", "Give the limit of the method.", f"{at}/below", value="0")
    if one.get("value") == 0 and _unit(deed, one) in _NO_ZERO:
        remedy = "Give the limit of detection as `below`; what was not detected is never zero."
        yield Fault("0 is not what a method can find", remedy, f"{at}/value", value="0")


def _in_time(one: Mapping[str, Any], taken: datetime | None, now: datetime, at: str) -> Iterator[Fault]:
    tested = instant(one, "tested_at")
    if tested is None or tested > now + CLOCKS_DIFFER:
        yield Fault("it is not said when it was tested", "Give a time that has passed.", f"{at}/tested_at")
    elif taken is not None and tested < taken:
        yield Fault("it was tested before it was taken", "Give the time of the test.", f"{at}/tested_at")


def results_complete(deed: Deed) -> list[Fault]:
    """Everything that was asked for has a result, or the reason why it has none; and something was tested.

    What was found beyond a limit is tested again or told again; it does not become untested.
    """
    tested = {one["parameter"] for one in _results(deed)}
    untested = {one["parameter"] for one in deed.becomes.get("untested") or ()}
    missing = [name for name in deed.becomes.get("tests_asked") or () if name not in tested | untested]
    faults = [
        Fault(f"`{name}` was asked for and is missing", "Give its result, or say under `untested` why not.", "/data")
        for name in missing
    ]
    faults += [
        Fault(f"`{name}` is tested and untested", "Say one of it.", "/data") for name in sorted(tested & untested)
    ]
    faults += [
        Fault(f"`{name}` was found beyond its limit before", "Test it again, or give that result again.", "/data")
        for name in sorted(untested - tested)
        if name in _beyond(deed)
    ]
    return faults if tested else [*faults, Fault("nothing was tested", "Give a result.", "/data/results")]


def _beyond(deed: Deed) -> set[str]:
    return {one["parameter"] for one in deed.record.get("judged") or () if one["verdict"] == "beyond"}


def laboratory_accredited(deed: Deed) -> list[Fault]:
    """A laboratory reports what it is accredited or recognised for on the day of the test, and nothing else."""
    laboratory = deed.referred.get("laboratory")
    if laboratory is None:
        return [Fault("no laboratory is named", "Name it when the sample is received.", "/data/laboratory")]
    if laboratory.get("accreditation") not in _ACCREDITED or not laboratory.get("accredited_upto"):
        remedy = "Send the sample to a laboratory that is, or keep this one's record up to date."
        return [Fault(f"{laboratory['id']} is neither accredited nor recognised", remedy, "/data/results")]
    known, until = laboratory.get("accredited_parameters") or (), str(laboratory["accredited_upto"])
    return [
        fault
        for place, one in enumerate(_results(deed))
        for fault in _covered(one, known, until, f"/data/results/{place}")
    ]


def _covered(one: Mapping[str, Any], known: Sequence[str], until: str, at: str) -> Iterator[Fault]:
    tested = instant(one, "tested_at")
    if one["parameter"] not in known:
        remedy = "Leave it out with the reason `not_accredited`, and have it tested elsewhere."
        yield Fault(f"the laboratory is not accredited for `{one['parameter']}`", remedy, at)
    if tested is not None and day_in_india(tested).isoformat() > until:
        yield Fault(f"its accreditation ended on {until}", "Send the sample to another laboratory.", at)


def within_holding_time(deed: Deed) -> list[Fault]:
    """What changes in the bottle is tested before it has changed; the hours stand in the codelist of parameters.

    What keeps for less than an hour is tested on the spot, all else by the laboratory once it has the bottle.
    """
    taken, faults = instant(deed.becomes, "collected_at"), list[Fault]()
    received = instant(deed.becomes, "received_at")
    for place, one in enumerate(_results(deed)):
        code, tested = deed.catalogue.codelists[PARAMETERS].codes.get(one["parameter"]), instant(one, "tested_at")
        hours = code.extra.get("holding_hours") if code else None
        if hours and float(hours) >= 1 and received and tested and tested < received:
            what = f"`{one['parameter']}` was tested before the laboratory had received it"
            faults.append(Fault(what, "Give the time of the test.", f"/data/results/{place}/tested_at"))
        if hours and taken and tested and tested - taken > timedelta(hours=float(hours)):
            remedy = "Leave it out with the reason `past_holding_time`, and ask for another sample."
            what = f"`{one['parameter']}` keeps for {hours} hours and was tested after more"
            faults.append(Fault(what, remedy, f"/data/results/{place}"))
    return faults


def batch_of_laboratory(deed: Deed) -> list[Fault]:
    """A laboratory's results come from its own runs."""
    batch = deed.referred.get("batch")
    if batch is None or batch["laboratory"] == deed.becomes.get("laboratory"):
        return []
    return [Fault("this is a run of another laboratory", "Name a run of yours.", "/data/batch", value=batch["id"])]


def batch_not_held(deed: Deed) -> list[Fault]:
    """Where a blank or duplicate failed nothing of its batch is approved."""
    batch = deed.referred.get("batch")
    if batch is None or not batch.get("held"):
        return []
    remedy = "Send it back (RETEST) and run it in another batch."
    return [Fault(f"a quality control of batch {batch['number']} failed", remedy, "/action", value=batch["id"])]


CONTROLS = ("blank", "duplicate")
"""Codes of `control-kind`."""


def batch_has(deed: Deed, kind: str) -> list[Fault]:
    """A run counts only with a control of that kind for each parameter; what was tested singly names no run."""
    batch = deed.referred.get("batch")
    if batch is None:
        return []
    along = {one["parameter"] for one in batch.get("controls") or () if one["kind"] == kind}
    lacking = [one["parameter"] for one in _results(deed) if one["parameter"] not in along]
    remedy = "Send it back (RETEST) and run it in a batch that has one."
    what = f"batch {batch['number']} has no `{kind}` for {', '.join(lacking)}"
    return [Fault(what, remedy, "/action", value=batch["id"])] if lacking else []


def _results(deed: Deed) -> Sequence[Mapping[str, Any]]:
    return deed.becomes.get("results") or ()


def _unit(deed: Deed, one: Mapping[str, Any]) -> str | None:
    code = deed.catalogue.codelists[PARAMETERS].codes.get(one["parameter"])
    return code.extra.get("unit") if code else None
