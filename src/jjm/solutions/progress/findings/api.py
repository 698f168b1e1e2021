"""Findings over HTTP: for an area, what cannot be right, and who must act. Open, like the records behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from jjm.kit.http import answer, decode_cursor, encode_cursor, only_known
from jjm.registry import AsOf, Registry, area_id, day, moment
from jjm.solutions.progress.findings.model import Finding
from jjm.solutions.progress.findings.service import every_finding, findings
from jjm.solutions.progress.findings.sheet import heading_line, lines_of, names_of
from jjm.solutions.progress.findings.words import CODES, told_of

router = APIRouter(prefix="/api/v1/progress", tags=["progress"])
Within = Annotated[str | None, Query(description="The area, as `state/21`; all of this node if left out")]
ValidAt = Annotated[date | None, Query(description="The Indian day looked at; today if left out")]
KnownAt = Annotated[datetime | None, Query(description="As far as known at this instant")]
Lang = Annotated[str, Query(pattern="^[a-z]{2,3}$", description="Language of the words: `en` or `hi`")]


class Acts(BaseModel):
    """Who must act: whoever holds that role for the area, or for the smallest one around it where somebody does."""

    role: str
    place: str


class FindingTold(BaseModel):
    """A finding: what is wrong, by which numbers, in which record, who must act and what mends it."""

    code: str
    title: dict[str, str]
    severity: str = Field(description="`notice` where a known reason explains it, else `fault`")
    reason: str | None = Field(None, description="`rounded`, or `other_day` for reports of different days")
    type: str
    record: str
    place: str
    figures: dict[str, int | float | str]
    acts: Acts
    remedy: dict[str, str]


class FindingsTold(BaseModel):
    """A page of findings: those on reports first, then on schemes, works, contracts and villages.

    A page ends after 5,000 records that were looked at, so that it may hold none and still have a `next`.
    """

    items: list[FindingTold]
    next: str | None = None


@router.get("/findings", response_model=FindingsTold)
async def found(
    request: Request,
    within: Within = None,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    cursor: Annotated[str | None, Query(description="Where the last page ended, from `next`")] = None,
) -> Response:
    """What records say that cannot be right, with who must act. Nothing is put right by itself."""
    only_known(request, ("within", "valid_at", "known_at", "limit", "cursor"))
    registry: Registry = request.app.state.registry
    as_of = _as_of(request)
    async with registry.database.snapshot() as conn:
        area = await area_id(registry, conn, within) if within else None
        page = await findings(registry, conn, area, as_of, limit, decode_cursor(cursor) if cursor else ())
    following = request.url.include_query_params(cursor=encode_cursor(page.next)) if page.next else None
    told = [_told(registry, one) for one in page.items]
    return answer({"items": told, "next": f"{following.path}?{following.query}" if following else None})


@router.get("/findings.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def found_as_csv(
    request: Request, within: Within = None, valid_at: ValidAt = None, known_at: KnownAt = None, lang: Lang = "en"
) -> Response:
    """All findings of an area as CSV, in words: what is wrong, where, by which numbers, who must act, what mends it."""
    only_known(request, ("within", "valid_at", "known_at", "lang"))
    registry: Registry = request.app.state.registry
    as_of = _as_of(request)
    if within:
        async with registry.database.read() as conn:
            await area_id(registry, conn, within)
    headers = {"content-disposition": 'attachment; filename="findings.csv"'}
    pieces = _csv(registry, within, as_of, lang)
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)


async def _csv(registry: Registry, within: str | None, as_of: AsOf | None, lang: str) -> AsyncIterator[bytes]:
    yield heading_line(lang)
    async with registry.database.snapshot() as conn:
        area = await area_id(registry, conn, within) if within else None
        async for items in every_finding(registry, conn, area, as_of):
            names = await names_of(registry, conn, [one.place for one in items])
            yield lines_of([told_of(one, registry.catalogue, lang) for one in items], names)


def _as_of(request: Request) -> AsOf | None:
    valid, known = day(request, "valid_at"), moment(request, "known_at")
    clock = request.app.state.registry.clock
    return AsOf(valid or clock.today(), known or clock.now()) if valid or known else None


def _told(registry: Registry, finding: Finding) -> dict[str, Any]:
    code = registry.catalogue.codelists[CODES].codes[finding.code]
    return {
        "code": finding.code,
        "title": dict(code.title),
        "severity": finding.severity,
        "reason": finding.reason,
        "type": finding.type,
        "record": finding.record,
        "place": finding.place,
        "figures": dict(finding.figures),
        "acts": {"role": code.extra["acts"], "place": finding.place},
        "remedy": {"en": code.extra["remedy"], "hi": code.extra["remedy_hi"]},
    }
