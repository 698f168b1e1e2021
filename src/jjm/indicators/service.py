"""Evaluates a report for an area and a moment, page by page. Nothing here writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from jjm.access import ANONYMOUS
from jjm.indicators.listing import RECORD, entries, placed
from jjm.indicators.model import Asked, Place, Report, Row
from jjm.indicators.rules import completed, subtotals, summed
from jjm.kit import Fault, Problem, ReadConnection, bad_request, not_found
from jjm.registry import Ask, AsOf, Registry, area_id, get, page, tallied
from jjm.standards import Indicator, Standard

MOST_AT_ONCE = 1_000


def known_report(registry: Registry, name: str) -> Indicator:
    """The report of that name. Raises Problem 404 with those that there are."""
    found = registry.catalogue.indicators.get(name)
    if found is None:
        known = ", ".join(sorted(registry.catalogue.indicators))
        raise not_found(f"There is no report `{name}`; reports are {known}.", "report-unknown")
    return found


async def report(registry: Registry, conn: ReadConnection, indicator: Indicator, asked: Asked) -> Report:
    """One page of a report. Raises Problem 404 for an area not known then, 400 for a level that is not inside it."""
    within = await _place(registry, conn, asked) if asked.within else None
    levels = _levels(registry, indicator, within)
    if asked.by == RECORD and indicator.listing is not None:
        return await _as_list(registry, conn, indicator, within, levels, asked)
    level = await _level(registry, conn, levels, within, asked)
    if within is None and level == levels[0]:
        return await _of_the_country(registry, conn, indicator, levels, asked)
    found = await page(registry, conn, ANONYMOUS, registry.table(level.name), _ask(within, asked))
    rows = await _rows(registry, conn, indicator, level, found.items, asked.as_of)
    if within is None:
        total = summed(indicator, await _tops(registry, conn, indicator, levels[0], asked.as_of))
    else:
        total = await _whole(registry, conn, indicator, within, asked.as_of)
    return Report(indicator, within, level, levels, rows, [], total, found.next)


async def _whole(
    registry: Registry, conn: ReadConnection, indicator: Indicator, within: Place, as_of: AsOf | None
) -> Row:
    whole = (await tallied(registry, conn, indicator, within.standard, [within.id], as_of))[within.id]
    return Row(within, completed(indicator, whole.values), whole.missing)


async def _as_list(
    registry: Registry,
    conn: ReadConnection,
    indicator: Indicator,
    within: Place | None,
    levels: Sequence[Standard],
    asked: Asked,
) -> Report:
    """The records behind the report in an area; the total counts them all."""
    if within is None:
        fault = Fault("a list of the whole country", "Give the area, as `within=state/21`.", "/within")
        raise bad_request("bad-level", "Records are listed inside an area.", fault)
    grain = registry.catalogue.level(indicator.grain)
    assert grain is not None
    if within.standard.level and grain.level and within.standard.level.rank > grain.level.rank:
        fault = Fault("a smaller area than the report is of", f"Give a {indicator.grain} or a larger area.", "/within")
        raise bad_request("bad-level", "Nothing of this report is known inside the area.", fault)
    told, following = await entries(registry, conn, indicator, within.id, asked)
    total = await _whole(registry, conn, indicator, within, asked.as_of)
    return Report(indicator, within, grain, levels, [], [], total, following, indicator.listing, told)


async def _of_the_country(
    registry: Registry, conn: ReadConnection, indicator: Indicator, levels: Sequence[Standard], asked: Asked
) -> Report:
    """All States on one page, by their groups and names."""
    rows = await _tops(registry, conn, indicator, levels[0], asked.as_of)
    order = list(registry.catalogue.codelists[indicator.groups.codelist].codes) if indicator.groups else []
    ranks = {code: rank for rank, code in enumerate(order)}
    rows = sorted(rows, key=lambda r: (ranks.get(r.group or "", len(order)), r.place.name if r.place else ""))
    parts = subtotals(indicator, rows, order)
    return Report(indicator, None, levels[0], levels, rows, parts, summed(indicator, rows), ())


async def every_row(
    registry: Registry, conn: ReadConnection, indicator: Indicator, asked: Asked
) -> AsyncIterator[Report]:
    """All pages of a report, one after the other."""
    asked = replace(asked, limit=MOST_AT_ONCE)
    while True:
        found = await report(registry, conn, indicator, asked)
        yield found
        if not found.next:
            return
        asked = replace(asked, after=found.next)


async def _tops(
    registry: Registry, conn: ReadConnection, indicator: Indicator, top: Standard, as_of: AsOf | None
) -> Sequence[Row]:
    found = await page(registry, conn, ANONYMOUS, registry.table(top.name), Ask(MOST_AT_ONCE, as_of=as_of))
    return await _rows(registry, conn, indicator, top, found.items, as_of)


async def _rows(
    registry: Registry,
    conn: ReadConnection,
    indicator: Indicator,
    level: Standard,
    records: Sequence[dict[str, Any]],
    as_of: AsOf | None,
) -> list[Row]:
    places = [placed(level, record) for record in records]
    counted = await tallied(registry, conn, indicator, level, [p.id for p in places], as_of)
    group = _groups(registry, indicator, level)
    return [
        Row(p, completed(indicator, counted[p.id].values), counted[p.id].missing, group.get(p.code, _rest(indicator)))
        for p in places
    ]


def _rest(indicator: Indicator) -> str | None:
    return indicator.groups.rest if indicator.groups else None


def _groups(registry: Registry, indicator: Indicator, level: Standard) -> dict[str, str]:
    """The group of each State, by its code."""
    if indicator.groups is None or level != registry.levels()[0]:
        return {}
    codes = registry.catalogue.codelists["state"].codes.values()
    return {c.code: c.extra.get(indicator.groups.column, indicator.groups.rest) for c in codes}


async def _place(registry: Registry, conn: ReadConnection, asked: Asked) -> Place:
    level, _, _ = (asked.within or "").partition("/")
    id = await area_id(registry, conn, asked.within or "")
    standard = registry.catalogue.level(level)
    assert standard is not None
    record, _ = await get(registry, conn, ANONYMOUS, registry.table(standard.name), id, asked.as_of)
    return placed(standard, record)


def level_names(levels: Sequence[Standard]) -> list[str]:
    """The names of levels in addresses."""
    return [s.level.name for s in levels if s.level]


def _levels(registry: Registry, indicator: Indicator, within: Place | None) -> list[Standard]:
    """The levels that rows may be of: below the area, down to the report's grain."""
    grain = registry.catalogue.level(indicator.grain)
    lowest = grain.level.rank if grain and grain.level else 0
    above = within.standard.level.rank if within and within.standard.level else -1
    return [s for s in registry.levels() if s.level and above < s.level.rank <= lowest]


async def _level(
    registry: Registry, conn: ReadConnection, levels: Sequence[Standard], within: Place | None, asked: Asked
) -> Standard:
    names = level_names(levels)
    if asked.by is not None:
        if asked.by not in names:
            fault = Fault(f"`{asked.by}` is no level inside", f"One of: {', '.join(names) or 'none'}", "/by")
            raise bad_request("bad-level", "The rows of a report are areas inside the one asked for.", fault)
        return levels[names.index(asked.by)]
    for standard in levels if within else levels[:1]:
        asked_one = Ask(1, within=within.id if within else None, as_of=asked.as_of)
        if within is None or (await page(registry, conn, ANONYMOUS, registry.table(standard.name), asked_one)).items:
            return standard
    if not levels:
        raise Problem("bad-level", 400, "Nothing is smaller", "The report has no rows below the area asked for.")
    return levels[-1]


def _ask(within: Place | None, asked: Asked) -> Ask:
    return Ask(asked.limit, within=within.id if within else None, as_of=asked.as_of, after=asked.after)
