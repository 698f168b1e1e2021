"""The public reports: all of them, and each for an area and a day, down to the village."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from starlette.responses import Response

from jjm.indicators import Entry, Place, Report, Row, Value, asked_of, known_report, report, shown_value
from jjm.kit.http import decode_cursor, encode_cursor
from jjm.standards import ReportColumn
from jjm.web import figures, places
from jjm.web.language import N_
from jjm.web.site import Page

A_PAGE = 100
_TOTAL, _SUBTOTAL = N_("Total"), N_("Sub-Total: %(group)s")
_KEPT = ("within", "by", "valid_at", "known_at")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is shown: what it is called, where its name leads, and its values beside their columns."""

    name: str
    path: str | None
    cells: Sequence[tuple[ReportColumn, Value]]
    missing: int | None
    is_sum: bool = False


async def reports(page: Page) -> Response:
    """Every report of this node."""
    found = sorted(page.registry.catalogue.indicators.values(), key=lambda i: i.code)
    return page.render("reports.html", {"reports": found})


async def one_report(page: Page) -> Response:
    """A report: rows of areas, and the sums over them."""
    indicator = known_report(page.registry, page.request.path_params["name"])
    after = decode_cursor(page.query["cursor"]) if page.query.get("cursor") else []
    async with page.registry.database.snapshot() as conn:
        found = await report(page.registry, conn, indicator, asked_of(page.request, A_PAGE, after))
        above = found.within and await places.trails(page.registry, conn, found.within.id, page.as_of)
        summed_at = await figures.summed_at(conn) if page.as_of is None and indicator.kept else None
    values = {
        "report": found,
        "indicator": indicator,
        "columns": indicator.shown,
        "upper": _upper(indicator.shown),
        "lines": _lines(page, found),
        "entries": [(_name(page, e.place), _path(page, found, e.place), _cells(e)) for e in found.entries],
        "gaps": found.total.missing is not None,
        "above": above[0] if above else [],
        "summed_at": summed_at,
        "following": page.here(cursor=encode_cursor(found.next)) if found.next else None,
        "files": _files(page, indicator.name),
    }
    return page.render("report.html", values)


def _cells(entry: Entry) -> list[date | str | list[Mapping[str, str]]]:
    """What is told of a record, codes by their titles."""
    told = entry.values.values()
    return [one if isinstance(one, date | str) else [code.title for code in one] for one in told]


def _lines(page: Page, found: Report) -> list[Line]:
    if found.listing:
        return []
    rows = [_line(found, row, _name(page, row.place), _path(page, found, row.place)) for row in found.rows]
    if found.next:
        return rows
    for row in found.subtotals:
        assert found.indicator.groups is not None
        title = page.shown.title(found.indicator.groups.codelist, row.group or "")
        rows.append(_line(found, row, page.language.say(_SUBTOTAL, group=title), None, True))
    return [*rows, _line(found, found.total, page.language.say(_TOTAL), None, True)]


def _line(found: Report, row: Row, name: str, path: str | None, is_sum: bool = False) -> Line:
    cells = [(c, shown_value(c, row.values[c.name])[0]) for c in found.indicator.shown]
    return Line(name, path, cells, row.missing, is_sum)


def _name(page: Page, place: Place | None) -> str:
    return page.shown.name(place.standard, place.id, place.code, place.name) if place else ""


def _path(page: Page, found: Report, place: Place | None) -> str | None:
    """Where the name of an area leads: to the report inside it, or to its page where nothing is smaller."""
    if place is None:
        return None
    if place.level == found.indicator.grain:
        return page.url(places.address(place.standard, place.id, place.code))
    return page.here(within=f"{place.level}/{place.code}", by=None, cursor=None)


def _upper(columns: Sequence[ReportColumn]) -> list[tuple[Mapping[str, str] | None, list[ReportColumn]]]:
    """The columns under their common headings; one without is by itself."""
    found: list[tuple[Mapping[str, str] | None, list[ReportColumn]]] = []
    for under, run in groupby(columns, key=lambda c: c.under):
        together = list(run)
        found += [(under, together)] if under else [(None, [column]) for column in together]
    return found


def _files(page: Page, name: str) -> list[tuple[str, str]]:
    """The same report as files, with the addresses of them."""
    asked = {word: page.query[word] for word in _KEPT if page.query.get(word)}
    told = {"CSV": ".csv", "XLSX": ".xlsx", "JSON": ""}
    said = {"lang": page.language.code}
    return [
        (kind, page.at(f"/api/v1/reports/{name}{ending}", asked | (said if ending else {})))
        for kind, ending in told.items()
    ]
