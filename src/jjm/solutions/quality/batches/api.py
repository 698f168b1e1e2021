"""The call by which a laboratory sends the file of an instrument's run."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from jjm.access import actor_of, guarded
from jjm.kit import Problem, WriteConnection
from jjm.kit.http import answer
from jjm.registry import act_once
from jjm.solutions.quality.batches.model import MOST
from jjm.solutions.quality.batches.service import take_in
from jjm.workflow import may_act, workflows_of

router = APIRouter(prefix="/api/v1", tags=["quality"], route_class=guarded(may_act, MOST))


class LineProblem(BaseModel):
    """Why a line was not taken in."""

    line: int | None
    sample: str | None
    message: str
    remedy: str


class BatchTold(BaseModel):
    """What became of a file."""

    batch: str
    held: bool = Field(description="A control failed: nothing of this batch is approved")
    controls: list[dict[str, Any]] = Field(description="Blanks and duplicates: kind, parameter, passed, why")
    submitted: list[str] = Field(description="Samples whose results now wait for approval")
    problems: list[LineProblem]


@router.post("/quality/batches", status_code=201, response_model=BatchTold)
async def send(
    request: Request,
    laboratory: Annotated[str, Query(max_length=100)],
    number: Annotated[str, Query(min_length=1, max_length=60, description="As the laboratory numbers its runs")],
    run_at: datetime,
    instrument: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Send the results of a run as CSV: `kind,sample,parameter,value,below,word,unit,method,tested_at`.

    `kind` is sample (so without it), blank or duplicate. Samples are submitted one by one, each wholly or not at all.
    """
    known, actor, body = workflows_of(request), await actor_of(request), await request.body()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("bad-run", 422, "The file cannot be read", "Write it as UTF-8.") from error
    run = {"laboratory": laboratory, "number": number, "run_at": run_at.isoformat()}
    run |= {"instrument": instrument} if instrument else {}

    async def act(conn: WriteConnection) -> Response:
        return answer(asdict(await take_in(known, conn, actor, run, text)), 201)

    return await act_once(request, known.registry, actor, body, act)
