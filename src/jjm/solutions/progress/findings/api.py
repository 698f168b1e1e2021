"""Findings over HTTP: for an area, what cannot be right, and who must act. Open, like the records behind them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from jjm.kit.http import answer, decode_cursor, encode_cursor, only_known
from jjm.registry import AsOf, Registry, area_id, day, moment
from jjm.solutions.progress.findings.model import Finding
from jjm.solutions.progress.findings.service import findings

CODES = "finding"
router = APIRouter(prefix="/api/v1/progress", tags=["progress"])


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
    """A page of findings: those on reports first, then on schemes, contracts and villages."""

    items: list[FindingTold]
    next: str | None = None


@router.get("/findings", response_model=FindingsTold)
async def found(
    request: Request,
    within: Annotated[str | None, Query(description="The area, as `state/21`; all of this node if left out")] = None,
    valid_at: Annotated[date | None, Query(description="The Indian day looked at; today if left out")] = None,
    known_at: Annotated[datetime | None, Query(description="As far as known at this instant")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    cursor: Annotated[str | None, Query(description="Where the last page ended, from `next`")] = None,
) -> Response:
    """What records say that cannot be right, with who must act. Nothing is put right by itself."""
    only_known(request, ("within", "valid_at", "known_at", "limit", "cursor"))
    registry: Registry = request.app.state.registry
    valid, known = day(request, "valid_at"), moment(request, "known_at")
    clock = registry.clock
    as_of = AsOf(valid or clock.today(), known or clock.now()) if valid or known else None
    async with registry.database.snapshot() as conn:
        area = await area_id(registry, conn, within) if within else None
        page = await findings(registry, conn, area, as_of, limit, decode_cursor(cursor) if cursor else ())
    following = request.url.include_query_params(cursor=encode_cursor(page.next)) if page.next else None
    told = [_told(registry, one) for one in page.items]
    return answer({"items": told, "next": f"{following.path}?{following.query}" if following else None})


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
