"""Public reports over HTTP: the list of them, and each as JSON, CSV and XLSX. Everybody may read them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from jjm.indicators.listing import RECORD
from jjm.indicators.model import Asked, Entry, Place, Report, Row, Told, Value
from jjm.indicators.service import MOST_AT_ONCE, every_row, known_report, level_names, report
from jjm.indicators.sheets import as_csv, as_xlsx, said
from jjm.kit.http import answer, decode_cursor, encode_cursor, only_known
from jjm.registry import AsOf, Registry, day, moment
from jjm.standards import Code, Indicator

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ASKED = ("within", "by", "valid_at", "known_at")
router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

Within = Annotated[str | None, Query(description="The area, as `state/21`; the whole country where it is left out")]
By = Annotated[
    str | None,
    Query(description="The level of the rows, as `district`; the next below where left out; `record` for a list"),
]
ValidAt = Annotated[date | None, Query(description="The Indian day of which the report is told; today if left out")]
KnownAt = Annotated[datetime | None, Query(description="As far as it was known at this instant; now if left out")]
Lang = Annotated[str, Query(pattern="^[a-z]{2,3}$", description="Language of headings: `en` or `hi`")]


class ColumnTold(BaseModel):
    """A column of a report: its name in data, its headings, and where its value comes from."""

    name: str
    title: dict[str, str]
    under: dict[str, str] | None = None
    unit: str
    show: str | None = Field(None, description="Shown to people in `lakh` or `crore`; data are in units")
    numerator: str | None = None
    denominator: str | None = None
    verify: str | None = Field(None, description="What still has to be checked against the report itself")


class ListColumnTold(BaseModel):
    """A column of a list of records."""

    name: str
    title: dict[str, str]


class ListTold(BaseModel):
    """The records behind a report, told one by one with `by=record`."""

    title: dict[str, str]
    columns: list[ListColumnTold]


class ReportAbout(BaseModel):
    """A report that this node can tell."""

    name: str
    version: str
    code: str
    title: dict[str, str]
    description: dict[str, str]
    grain: str
    missing: dict[str, str]
    source: str | None = None
    verify: str | None = None
    columns: list[ColumnTold]
    listing: ListTold | None = None


class ReportsTold(BaseModel):
    """The reports of this node."""

    items: list[ReportAbout]


class AreaTold(BaseModel):
    """The area that a row is of."""

    level: str
    id: str
    code: str
    name: str
    name_local: str | None = None


class RowTold(BaseModel):
    """A row: an area, a sum, or a record of a list. A share without a denominator is null; codes are an array."""

    area: AreaTold | None = None
    group: str | None = None
    values: dict[str, int | float | str | list[str] | None]
    missing: int | None = Field(None, description="Units of the report's grain without a record")


class ReportTold(BaseModel):
    """One page of a report."""

    report: ReportAbout
    valid_at: date
    known_at: datetime | None = None
    within: AreaTold | None = None
    by: str
    levels: list[str] = Field(description="The levels that rows can be of")
    items: list[RowTold]
    subtotals: list[RowTold]
    total: RowTold
    next: str | None = None


@router.get("", response_model=ReportsTold)
async def reports(request: Request) -> dict[str, Any]:
    """The reports of this node, with their columns."""
    only_known(request, ())
    registry: Registry = request.app.state.registry
    return {"items": [_about(one) for _, one in sorted(registry.catalogue.indicators.items())]}


@router.get("/{name}.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def as_csv_file(
    request: Request,
    name: str,
    within: Within = None,
    by: By = None,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
    lang: Lang = "en",
) -> Response:
    """A report as CSV: all rows, values in units, the total at the end."""
    only_known(request, (*_ASKED, "lang"))
    registry: Registry = request.app.state.registry
    indicator = known_report(registry, name)
    pieces = as_csv(_pages(registry, indicator, asked_of(request)), _groups(registry, indicator), lang)
    first = await anext(pieces)
    return StreamingResponse(_joined(first, pieces), media_type="text/csv; charset=utf-8", headers=_saved(name, "csv"))


@router.get("/{name}.xlsx", response_class=Response, responses={200: {"content": {_XLSX: {}}}})
async def as_xlsx_file(
    request: Request,
    name: str,
    within: Within = None,
    by: By = None,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
    lang: Lang = "en",
) -> Response:
    """A report as a file of a spreadsheet, with the headings that people know."""
    only_known(request, (*_ASKED, "lang"))
    registry: Registry = request.app.state.registry
    indicator, asked = known_report(registry, name), asked_of(request)
    on = asked.as_of.valid_at if asked.as_of else registry.clock.today()
    about = [f"{indicator.code} {said(indicator.title, lang)}", on.strftime("%d/%m/%Y"), said(indicator.missing, lang)]
    pieces = as_xlsx(_pages(registry, indicator, asked), _groups(registry, indicator), lang, about)
    return StreamingResponse(_joined(await anext(pieces), pieces), media_type=_XLSX, headers=_saved(name, "xlsx"))


@router.get("/{name}", response_model=ReportTold)
async def one_report(
    request: Request,
    name: str,
    within: Within = None,
    by: By = None,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 100,
    cursor: Annotated[str | None, Query(description="Where the last page ended, from `next`")] = None,
) -> Response:
    """A report: a row for each area of one level, for today or any day in the past."""
    only_known(request, (*_ASKED, "limit", "cursor"))
    registry: Registry = request.app.state.registry
    indicator = known_report(registry, name)
    asked = asked_of(request, limit, decode_cursor(cursor) if cursor else [])
    async with registry.database.snapshot() as conn:
        found = await report(registry, conn, indicator, asked)
    following = request.url.include_query_params(cursor=encode_cursor(found.next)) if found.next else None
    at = asked.as_of or registry.now()
    told = {
        "report": _about(indicator),
        "valid_at": at.valid_at,
        "known_at": asked.as_of.known_at if asked.as_of else None,
        "within": _area(found.within),
        "by": RECORD if found.listing else level_names([found.level])[0],
        "levels": [*level_names(found.levels), *([RECORD] if found.within and indicator.listing else [])],
        "items": [_entry(entry) for entry in found.entries] if found.listing else [_row(row) for row in found.rows],
        "subtotals": [_row(row) for row in found.subtotals],
        "total": _row(found.total),
        "next": f"{following.path}?{following.query}" if following else None,
    }
    return answer(told)


def asked_of(request: Request, limit: int = MOST_AT_ONCE, after: list[str] | None = None) -> Asked:
    """What the query of a call or page asks of a report. Raises Problem 400 for a day or instant that is none."""
    query, registry = request.query_params, request.app.state.registry
    valid_at = day(request, "valid_at") if query.get("valid_at") else None
    known_at = moment(request, "known_at") if query.get("known_at") else None
    as_of = None
    if valid_at is not None or known_at is not None:
        as_of = AsOf(valid_at or registry.clock.today(), known_at or registry.clock.now())
    return Asked(query.get("within") or None, query.get("by") or None, as_of, limit, after or ())


async def _pages(registry: Registry, indicator: Indicator, asked: Asked) -> AsyncIterator[Report]:
    async with registry.database.snapshot() as conn:
        async for page in every_row(registry, conn, indicator, asked):
            yield page


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _saved(name: str, ending: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}.{ending}"', "vary": "Accept-Language"}


def _groups(registry: Registry, indicator: Indicator) -> Mapping[str, Code]:
    return registry.catalogue.codelists[indicator.groups.codelist].codes if indicator.groups else {}


def _about(indicator: Indicator) -> dict[str, Any]:
    columns = [
        {
            "name": c.name,
            "title": c.title,
            "under": c.under,
            "unit": c.unit,
            "show": c.show,
            "numerator": c.share[0] if c.share else None,
            "denominator": c.share[1] if c.share else None,
            "verify": c.verify,
        }
        for c in indicator.columns
    ]
    words = ("name", "version", "code", "title", "description", "grain", "missing", "source", "verify")
    told = indicator.listing
    listed = (
        {"title": told.title, "columns": [{"name": c.name, "title": c.title} for c in told.columns]} if told else None
    )
    return {word: getattr(indicator, word) for word in words} | {"columns": columns, "listing": listed}


def _area(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {word: getattr(place, word) for word in ("level", "id", "code", "name", "name_local")}


def _row(row: Row) -> dict[str, Any]:
    values = {name: _number(value) for name, value in row.values.items()}
    return {"area": _area(row.place), "group": row.group, "values": values, "missing": row.missing}


def _entry(entry: Entry) -> dict[str, Any]:
    values = {name: _told(told) for name, told in entry.values.items()}
    return {"area": _area(entry.place), "group": None, "values": values, "missing": None}


def _told(told: Told) -> str | list[str]:
    if isinstance(told, date):
        return told.isoformat()
    return told if isinstance(told, str) else [code.code for code in told]


def _number(value: Value) -> int | float | None:
    """A value as JSON has it: of at most fifteen digits, so that it is written as it is."""
    return float(value) if isinstance(value, Decimal) else value
