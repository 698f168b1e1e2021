"""What must be so while a contamination is dealt with: informed, advised, remedied; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from jjm.kit import Fault
from jjm.solutions.quality.times import CLOCKS_DIFFER, day_in_india, instant
from jjm.standards import Catalogue, Limit, edition_on
from jjm.workflow import Deed

_BACTERIA = 6
"""The table of IS 10500 whose parameters boiling takes away; what stands in the others it makes stronger."""
_SAME = ("village", "habitation", "scheme", "component", "water_source", "sampling_point", "point_kind")


def opened_by_unsafe_sample(deed: Deed) -> list[Fault]:
    """A contamination begins with an approved sample whose verdict is contaminated, for what decided it."""
    sample = _source(deed)
    bad = sample.get("decided_by") or () if sample.get("verdict") == "contaminated" else ()
    if sample.get("status") == "APPROVED" and bad and set(deed.becomes.get("parameters") or ()) <= set(bad):
        return []
    return [Fault("no approved unsafe sample is linked", "It opens by itself when one is approved.", "/links")]


def of_the_sample(deed: Deed) -> Mapping[str, Any]:
    """The place and the sample of a contamination that begins, at level 1."""
    sample = _source(deed)
    return {name: sample.get(name) for name in _SAME} | {"sample": sample.get("id"), "level": 1}


def health_and_village_informed(deed: Deed) -> list[Fault]:
    """The health department, and the committee or panchayat of the village."""
    told = set[str](deed.becomes.get("informed") or ())
    if "health" in told and told & {"vwsc", "panchayat"}:
        return []
    remedy = "Inform the health department, and the committee or panchayat."
    return [Fault("not everybody is informed", remedy, "/data/informed")]


def advice_fits(deed: Deed) -> list[Fault]:
    """Boiling is never advised for a chemical contaminant: it takes no arsenic away, and leaves more in less water."""
    if deed.becomes.get("advisory") != "boil":
        return []
    taken = instant(_source(deed), "collected_at") or deed.now
    chemical = chemicals(deed.record.get("parameters") or (), deed.catalogue, day_in_india(taken))
    if not chemical:
        return []
    what = f"boiling does not take {', '.join(chemical)} away"
    remedy = "Advise another source, a filter that was given out, or water that is brought."
    return [Fault(what, remedy, "/data/advisory")]


def chemicals(parameters: Iterable[str], catalogue: Catalogue, day: date) -> list[str]:
    """Those of these parameters that are not bacteria; what no edition of limits knows is taken for chemical."""
    edition = edition_on(catalogue.limits.values(), day)
    limits: Mapping[str, Limit] = edition.limits if edition else {}
    return [name for name in parameters if name not in limits or limits[name].table != _BACTERIA]


def advised_now(deed: Deed) -> Mapping[str, Any]:
    """When the people were advised."""
    return {"advised_at": deed.now.isoformat()}


def people_are_advised(deed: Deed) -> list[Fault]:
    """Nothing is mended before the people know what not to drink."""
    if deed.record.get("advisory"):
        return []
    return [Fault("the people are not advised yet", "Advise them first (ADVISE).", "/action")]


def remedy_after_sample(deed: Deed) -> list[Fault]:
    """A remedy comes after the sample that showed the need of it, and is not of tomorrow."""
    at, faults = instant(deed.becomes, "remedied_at"), list[Fault]()
    samples = [one for kind in ("source", "retest", "again") for one in deed.linked.get(kind, ())]
    last = max((t for one in samples if (t := instant(one, "collected_at"))), default=None)
    if at is None or at > deed.now + CLOCKS_DIFFER:
        faults.append(Fault("it was not done yet", "Record what was done, when it was done.", "/data/remedied_at"))
    elif last is not None and at <= last:
        what = "it was done before the last unsafe sample was taken"
        faults.append(Fault(what, "Record what was done since.", "/data/remedied_at"))
    return faults


def _source(deed: Deed) -> Mapping[str, Any]:
    found: Iterable[Mapping[str, Any]] = (one for one in deed.linked.get("source", ()) if one["_type"] == "sample")
    return next(iter(found), {"id": None})
