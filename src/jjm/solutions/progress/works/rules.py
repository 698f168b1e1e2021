"""The guards and fillings that the workflows of works name. Pure: a deed in, faults or values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from math import floor
from typing import Any, cast

from jjm.kit import IST, Fault
from jjm.workflow import Deed

Component = Mapping[str, Any]
ITEMS = "handover-item"
TAPS = "fhtc"
"""The component whose quantity is connections."""
_WHOLE = 100
_INDIA = (68.0, 6.0, 98.0, 37.6)
"""West, south, east, north: a box around the country, to find positions that cannot be."""


def progress_of(components: Sequence[Component]) -> float | None:
    """How far a work has come, in per cent rounded down to two decimals: each component by its weight, none beyond
    what was planned. Only what is all built is 100.

    A component of which nothing is planned does not count. None where nothing counts: nobody knows it.
    """
    counted = [c for c in components if c["planned"] > 0 and c["weight"] > 0]
    whole = sum(_exact(c["weight"]) for c in counted)
    if not whole:
        return None
    done = sum(_exact(c["weight"]) * min(1, _exact(c.get("achieved", 0)) / _exact(c["planned"])) for c in counted)
    return floor(100 * _WHOLE * done / whole) / 100


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def progress_of_components(deed: Deed) -> Mapping[str, Any]:
    """Physical progress as it follows from the components."""
    found = progress_of(deed.becomes.get("components") or ())
    return {} if found is None else {"physical_progress": found}


def taps_of_components(deed: Deed) -> Mapping[str, Any]:
    """Connections achieved as they follow from the component of taps; nobody types them beside it."""
    taps = _of_taps(deed.becomes)
    return {} if taps is None else {"connections_achieved": int(taps.get("achieved", 0))}


def taps_are_a_component(deed: Deed) -> list[Fault]:
    """The connections that are planned are the component of taps, so that both say the same of what is achieved."""
    planned, taps = deed.becomes.get("connections_planned", 0), _of_taps(deed.becomes)
    counted = taps["planned"] if taps else 0
    if planned == counted:
        return []
    remedy = f"Plan the connections as the component `{TAPS}`, with the same number."
    return [Fault(f"{planned} connections are planned, and {counted:g} as `{TAPS}`", remedy, "/data/components")]


def _of_taps(work: Mapping[str, Any]) -> Component | None:
    return next((c for c in work.get("components") or () if c["component"] == TAPS), None)


def weights_are_there(deed: Deed) -> list[Fault]:
    """Each component stands once, and some of them count."""
    components = deed.becomes.get("components") or ()
    twice = [name for name, count in Counter(c["component"] for c in components).items() if count > 1]
    faults = [Fault(f"`{name}` stands twice", "Give each component once.", "/data/components") for name in twice]
    if progress_of(components) is None:
        faults.append(Fault("no component counts", "Plan at least one, with a weight above 0.", "/data/components"))
    return faults


def plan_stays(deed: Deed) -> list[Fault]:
    """Measuring changes what is achieved; what was planned, and how much it counts, stays as it was sanctioned."""
    before, after = (_planned(values) | _taps(values) for values in (deed.record, deed.becomes))
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    remedy = "Give every component as it was planned, with what is achieved of it."
    return [Fault(f"the plan of `{name}` is changed", remedy, "/data/components") for name in changed]


def _planned(values: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    return {c["component"]: (c["planned"], c["weight"]) for c in values.get("components") or ()}


def _taps(values: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    return {"connections": (values["connections_planned"], 0)} if values.get("connections_planned") is not None else {}


def all_is_built(deed: Deed) -> list[Fault]:
    """A work is complete when each of its components is, and others than the builder have seen and accepted it."""
    components: Sequence[Component] = deed.becomes.get("components") or ()
    progress = progress_of(components)
    faults = _not_ahead(deed, "completed_on")
    if progress is None or progress < _WHOLE:
        said = "not known" if progress is None else f"{progress:g} %"
        faults.append(Fault(f"physical progress is {said}", "Record what is built first.", "/action"))
    remedy = "Report it (`progress-report`), and have it inspected and accepted."
    measured = [c["component"] for c in components if c["planned"] > 0 and c["weight"] > 0 and not c.get("report")]
    return faults + [Fault(f"`{name}` is measured and not accepted", remedy, "/action") for name in measured]


def _referred(deed: Deed, field: str, scheme: str) -> list[Fault]:
    found = deed.referred.get(field)
    named: object = found.get(scheme) if found else None
    schemes = cast("list[object]", named) if isinstance(named, list) else [named]
    if found is None or deed.becomes.get("scheme") in schemes:
        return []
    return [Fault(f"the {field} is of another scheme", f"Name a {field} of this scheme.", f"/data/{field}")]


def sanction_is_of_the_scheme(deed: Deed) -> list[Fault]:
    """A work is sanctioned by an order for its own scheme."""
    return _referred(deed, "sanction", "scheme")


def contract_is_of_the_scheme(deed: Deed) -> list[Fault]:
    """A work order is given under a contract over its scheme."""
    return _referred(deed, "contract", "schemes")


def component_is_planned(deed: Deed) -> list[Fault]:
    """A report is of a component that its work has, in a village of it."""
    work = deed.referred.get("work", {})
    found: list[Fault] = []
    if deed.becomes["component"] not in [c["component"] for c in work.get("components") or ()]:
        message = f"`{deed.becomes['component']}` is not planned in this work"
        found.append(Fault(message, "Name a component of the detailed project report.", "/data/component"))
    if deed.becomes["village"] not in (work.get("villages") or ()):
        found.append(Fault("the work is not in this village", "Name a village of the work.", "/data/village"))
    return found


def work_is_under_way(deed: Deed) -> list[Fault]:
    """What is accepted counts in a work that goes on."""
    stage = deed.referred.get("work", {}).get("stage")
    if stage == "IN_PROGRESS":
        return []
    return [Fault(f"the work stands at {stage}", "Accept it while the work is in progress.", "/action")]


def handover_is_of_the_scheme(deed: Deed) -> list[Fault]:
    """A scheme is handed over whole: with all its villages, and with a work of its own."""
    scheme, work = deed.referred.get("scheme", {}), deed.referred.get("work")
    faults: list[Fault] = []
    if set(deed.becomes["villages"]) != set(scheme.get("villages") or ()):
        remedy = "Name all villages of the scheme; the part inside a village is a scheme of its own."
        faults.append(Fault("the villages are not those of the scheme", remedy, "/data/villages"))
    if work is not None and work.get("scheme") != deed.becomes["scheme"]:
        faults.append(Fault("the work is of another scheme", "Name a work of this scheme.", "/data/work"))
    return faults


def work_is_commissioned(deed: Deed) -> list[Fault]:
    """Nobody takes over what is still being built, by the work that is named or by another of the scheme."""
    work, scheme = deed.referred.get("work"), deed.referred.get("scheme", {})
    if work is not None and (stage := work.get("stage")) not in ("COMMISSIONED", "HANDED_OVER"):
        return [Fault(f"the work stands at {stage}", "Commission the work first.", "/action")]
    if scheme.get("status") in ("commissioned", "handed_over"):
        return []
    remedy = "Commission or drop all its works; where it has none here, put the stage of the scheme right."
    return [Fault(f"the scheme stands at {scheme.get('status')}", remedy, "/action")]


def asset_lies_there(deed: Deed) -> list[Fault]:
    """Nobody tags an asset of another village."""
    village = deed.becomes["village"]
    return [
        Fault(f"the {name} is not in this village", "Name the village in which it stands.", f"/data/{name}")
        for name, asset in deed.referred.items()
        if village not in (asset.get("villages") or [asset.get("village")])
    ]


def not_before_completion(deed: Deed) -> list[Fault]:
    """Nothing is commissioned before it is complete, nor on a day that has not come."""
    return [*_order(deed, "completed_on", "commissioned_on"), *_not_ahead(deed, "commissioned_on")]


def handover_is_done(deed: Deed) -> list[Fault]:
    """A scheme counts as handed over when the case of its handover has ended so."""
    done = [
        record
        for record in deed.linked.get("handover", ())
        if record.get("status") == "HANDED_OVER" and record.get("scheme") == deed.record.get("scheme")
    ]
    remedy = "Link the handover of this scheme, once the Gram Panchayat has taken it over."
    return [] if done else [Fault("no handover of this scheme is done", remedy, "/links")]


def not_in_the_future(deed: Deed) -> list[Fault]:
    """What is reported has been reached, and was captured before it arrives here."""
    return [*_not_ahead(deed, "reached_on"), *_captured(deed)]


def not_before_it_was_reached(deed: Deed) -> list[Fault]:
    """An inspection sees what is there."""
    return [*_order(deed, "reached_on", "inspected_on"), *_not_ahead(deed, "inspected_on")]


def inspection_agrees(deed: Deed) -> list[Fault]:
    """No more is accepted than the inspection found."""
    reported, found = deed.becomes["quantity"], deed.becomes["inspected_quantity"]
    if found >= reported:
        return []
    remedy = "Refuse the report; the engineer reports what is there."
    return [Fault(f"{reported:g} were reported and {found:g} found", remedy, "/action")]


def names_one_asset(deed: Deed) -> list[Fault]:
    """A tag is of one asset: a source for a water source, a component for a structure, a scheme for its board."""
    wanted = {"WS": ("water_source",), "SS": ("component",), "SIB": ("scheme",), "OA": ("component", "water_source")}
    named = [name for name in ("component", "water_source", "scheme") if deed.becomes.get(name)]
    fitting = wanted.get(str(deed.becomes.get("kind")), ())
    if len([name for name in named if name in fitting]) == 1:
        return []
    remedy = f"Name one: {' or '.join(fitting)}."
    return [Fault("it is not said which asset this is", remedy, "/data")]


def position_is_in_india(deed: Deed) -> list[Fault]:
    """A position lies in the country, and was captured before it arrives here."""
    longitude, latitude = deed.becomes["location"]["coordinates"]
    faults = _captured(deed)
    if not is_in_india(longitude, latitude):
        message = f"{latitude:g} north, {longitude:g} east is not in India"
        faults.append(Fault(message, "Give longitude and latitude in this order.", "/data/location"))
    return faults


def is_in_india(longitude: float, latitude: float) -> bool:
    """True in a box around the country."""
    west, south, east, north = _INDIA
    return west <= longitude <= east and south <= latitude <= north


def every_home_has_a_tap(deed: Deed) -> list[Fault]:
    """Har Ghar Jal is reported where no household is without a tap."""
    homes, taps = deed.becomes["households"], deed.becomes["households_with_tap"]
    faults = _not_ahead(deed, "reported_on")
    if taps != homes:
        faults.append(Fault(f"{taps} of {homes} households have a tap", "Report it when every home has one.", "/data"))
    return faults


def resolution_after_report(deed: Deed) -> list[Fault]:
    """The Gram Sabha certifies what was reported before."""
    return [*_order(deed, "reported_on", "resolved_on"), *_not_ahead(deed, "resolved_on")]


def every_item_once(deed: Deed) -> list[Fault]:
    """The checklist answers each item of the list, and each once."""
    given = Counter(entry["item"] for entry in deed.becomes.get("checklist") or ())
    wanted = list(deed.catalogue.codelists[ITEMS].codes)
    lacking = [
        Fault(f"`{name}` is not answered", "Answer each item.", "/data/checklist") for name in wanted if not given[name]
    ]
    twice = [
        Fault(f"`{name}` is answered twice", "Answer it once.", "/data/checklist") for name, n in given.items() if n > 1
    ]
    return [*lacking, *twice]


def every_item_is_met(deed: Deed) -> list[Fault]:
    """Nobody takes over what is not ready."""
    open_items = [entry["item"] for entry in deed.becomes.get("checklist") or () if not entry["is_met"]]
    faults = [Fault(f"`{name}` is not met", "Send it back until it is.", "/action") for name in open_items]
    return [*faults, *_not_ahead(deed, "handed_over_on")]


def _order(deed: Deed, first: str, second: str) -> list[Fault]:
    begins, ends = deed.becomes.get(first), deed.becomes.get(second)
    if begins is None or ends is None or date.fromisoformat(ends) >= date.fromisoformat(begins):
        return []
    return [
        Fault(f"`{second}` {ends} is before `{first}` {begins}", "Give the days in their order.", f"/data/{second}")
    ]


def _not_ahead(deed: Deed, field: str) -> list[Fault]:
    said = deed.becomes.get(field)
    today = deed.now.astimezone(IST).date()
    if said is None or date.fromisoformat(said) <= today:
        return []
    return [Fault(f"`{field}` {said} has not come yet", f"Give a day up to {today}.", f"/data/{field}")]


def _captured(deed: Deed) -> list[Fault]:
    said = deed.becomes.get("captured_at")
    if said is None or datetime.fromisoformat(said) <= deed.now:
        return []
    return [Fault(f"`captured_at` {said} has not come yet", "Put the clock of the device right.", "/data/captured_at")]
