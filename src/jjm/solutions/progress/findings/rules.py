"""What cannot be right in figures and works. Pure: records in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from jjm.solutions.progress.findings.model import Finding
from jjm.standards import Codelist

Record = Mapping[str, Any]
_ENDED = ("COMPLETE", "COMMISSIONED", "HANDED_OVER")
"""Stages of a work of which nothing is built any more."""
NEAR = 3
"""Villages by which reports of different days have been seen to differ without a fault in either."""


def of_reports(records: Iterable[Record], figures: Codelist) -> list[Finding]:
    """Findings on what reports state of one State: in each its newest edition, and between them."""
    newest = _newest(records)
    found = [f for record in newest for f in _parts(record, figures)]
    return found + [f for one, other in combinations(newest, 2) for f in _differences(one, other, figures)]


def _newest(records: Iterable[Record]) -> list[Record]:
    by_report: dict[str, Record] = {}
    for record in sorted(records, key=lambda r: str(r["as_on"])):
        by_report[record["report"]] = record
    return [by_report[name] for name in sorted(by_report)]


def stated(record: Record) -> dict[str, int | float]:
    """The figures of a report, by name."""
    return {entry["figure"]: entry["value"] for entry in record["figures"]}


def _parts(record: Record, figures: Codelist) -> Iterator[Finding]:
    said = stated(record)
    for name, value in said.items():
        whole = figures.codes[name].extra.get("part_of") if name in figures.codes else None
        if whole is None or whole not in said or value <= said[whole]:
            continue
        slack = 2 * float(figures.codes[name].extra.get("within", 0))
        code = "geotagged_above_total" if name.endswith("_geotagged") else "part_above_whole"
        about = {name: value, whole: said[whole], "as_on": record["as_on"], "report": record["report"]}
        is_rounded = value - said[whole] <= slack
        yield Finding(
            code, "reported_figures", record["id"], record["about"], about,
            "notice" if is_rounded else "fault", "rounded" if is_rounded else None,
        )  # fmt: skip


def _differences(one: Record, other: Record, figures: Codelist) -> Iterator[Finding]:
    first, second = stated(one), stated(other)
    for name in (name for name in first if name in second):
        gap = abs(first[name] - second[name])
        slack = 2 * float(figures.codes[name].extra.get("within", 0)) if name in figures.codes else 0
        if gap <= slack:
            continue
        about = {
            f"{name} ({one['report']})": first[name], f"{name} ({other['report']})": second[name],
            f"as_on ({one['report']})": one["as_on"], f"as_on ({other['report']})": other["as_on"],
        }  # fmt: skip
        is_near = gap <= NEAR and one["as_on"] != other["as_on"]
        yield Finding(
            "reports_differ", "reported_figures", one["id"], one["about"], about,
            "notice" if is_near else "fault", "other_day" if is_near else None,
        )  # fmt: skip


def of_village(record: Record) -> list[Finding]:
    """A source that states more taps than households."""
    households, taps = record.get("households"), record.get("households_with_tap")
    if households is None or taps is None or taps <= households:
        return []
    about = {"households": households, "households_with_tap": taps, "figure_source": record["figure_source"]}
    about["year"] = record["year"]
    return [Finding("taps_above_households", "village_figure", record["id"], record["village"], about)]


def of_scheme(record: Record) -> list[Finding]:
    """A scheme that has achieved more than was planned, or spent more than it may cost."""
    found: list[Finding] = []
    place = first_of(record.get("villages"))
    planned, achieved = record.get("connections_planned"), record.get("connections_achieved")
    if planned is not None and achieved is not None and achieved > planned:
        about = {"connections_planned": planned, "connections_achieved": achieved}
        found.append(Finding("achieved_above_planned", "scheme", record["id"], place, about))
    cost, spent = record.get("estimated_cost"), spent_on(record)
    if cost is not None and spent is not None and spent > cost:
        about = {"estimated_cost": cost, "expenditure": spent}
        found.append(Finding("expenditure_above_cost", "scheme", record["id"], place, about))
    return found


def of_work(record: Record) -> list[Finding]:
    """A work of which more is built, of a component or in connections, than was planned."""
    place = first_of(record.get("villages"))
    pairs = [(c["component"], c["planned"], c.get("achieved")) for c in record.get("components") or ()]
    pairs.append(("connections", record.get("connections_planned"), record.get("connections_achieved")))
    return [
        Finding("achieved_above_planned", "work", record["id"], place, {"of": name, "planned": plan, "achieved": done})
        for name, plan, done in pairs
        if plan is not None and done is not None and done > plan
    ]


def of_taps(scheme: Record, works: Sequence[Record], recorded: int) -> list[Finding]:
    """A scheme whose works are said to have reached more homes than taps are recorded on it.

    While a work goes on its register may still be filled, which explains it; where none goes on any more, nothing does.
    More taps than reported are none: the scheme had some before. Where none is recorded, no register is kept here.
    """
    counted = [work for work in works if work["stage"] != "DROPPED"]
    reported = sum(work.get("connections_achieved") or 0 for work in counted)
    if not 0 < recorded < reported:
        return []
    goes_on = any(work["stage"] not in _ENDED for work in counted)
    about = {"taps_reported": reported, "taps_recorded": recorded}
    severity, reason = ("notice", "register_filling") if goes_on else ("fault", None)
    return [
        Finding("taps_not_recorded", "scheme", scheme["id"], first_of(scheme.get("villages")), about, severity, reason)
    ]


def of_money(scheme: Record, sanctioned: Sequence[Record], spent: Mapping[str, Decimal]) -> list[Finding]:
    """A scheme whose payments exceed what is sanctioned, or whose own total differs from them.

    `sanctioned` are the sanctions of the scheme, `spent` its payments by share, in rupees. Of sanctions those count
    that no other replaces, and of these the lowest, since each of them bounds the cost.
    """
    place, paid = first_of(scheme.get("villages")), sum(spent.values(), Decimal())
    replaced = {one.get("replaces") for one in sanctioned}
    bounds = [Decimal(str(one["amount"])) for one in sanctioned if one["id"] not in replaced]
    found: list[Finding] = []
    if bounds and paid > min(bounds):
        about = {"sanctioned": float(min(bounds)), "paid": float(paid)}
        found.append(Finding("expenditure_above_sanction", "scheme", scheme["id"], place, about))
    for share, field in (("centre", "expenditure_central"), ("state", "expenditure_state")):
        said = scheme.get(field)
        if spent and said is not None and Decimal(str(said)) != spent.get(share, Decimal()):
            about = {field: said, "paid": float(spent.get(share, Decimal()))}
            found.append(Finding("total_differs_from_entries", "scheme", scheme["id"], place, about))
    return found


def spent_on(scheme: Record) -> int | float | None:
    """What a scheme's record says was spent of both shares; None where it says neither."""
    shares = [scheme[name] for name in ("expenditure_central", "expenditure_state") if scheme.get(name) is not None]
    return sum(shares) if shares else None


def of_contract(record: Record, today: date) -> list[Finding]:
    """A contract whose work goes on although a guarantee for it has run out."""
    if record.get("completed_on") or record.get("status") in ("completed", "closed", "terminated"):
        return []
    place, over = (
        first_of(record.get("districts")),
        [
            guarantee
            for guarantee in record.get("guarantees", ())
            if guarantee.get("valid_upto") and date.fromisoformat(str(guarantee["valid_upto"])) < today
        ],
    )
    about = [{"guarantee": g.get("number") or g["kind"], "valid_upto": g["valid_upto"]} for g in over]
    return [Finding("guarantee_expired", "contract", record["id"], place, figures) for figures in about]


def first_of(places: Sequence[str] | None) -> str:
    """The first of some areas; nothing where there is none."""
    return places[0] if places else ""
