"""The call by which the app of the live portal, or who speaks like it, reports a kit test."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from jjm.access import actor_of, guarded
from jjm.kit import WriteConnection
from jjm.kit.http import answer
from jjm.registry import act_once
from jjm.solutions.quality.kits.portal import kit_test_from
from jjm.workflow import Ask, begin, may_act, shown_case, workflows_of

router = APIRouter(prefix="/api/v1", tags=["quality"], route_class=guarded(may_act))
_Id = Annotated[str | None, Field(default=None, max_length=100)]


class PortalKitTest(BaseModel):
    """A kit test with the names and numbers of the live portal."""

    model_config = ConfigDict(extra="forbid")

    source_village: str = Field(pattern="^[1-9][0-9]{0,9}$", description="LGD code of the village")
    source_filter: str | None = Field(
        default=None, pattern="^[0-9]{1,3}$", description="The portal's number of the kind of place"
    )
    point_kind: str | None = Field(
        default=None, max_length=40, description="Kind of place, where the number is not clear"
    )
    sample_testing_time: datetime
    test_selected: str = Field(max_length=1_000, description="The portal's numbers of parameters: `1,7,12`")
    saferangeid: str = Field(max_length=1_000, description="An answer for each: 1 in range, 0 out of it, 2 not tested")
    parameters: dict[str, str] = Field(
        max_length=200, description="What its numbers stand for (`GetParameterList`): codes of water-quality-parameter"
    )
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    sample_remark: str | None = Field(default=None, max_length=1_000)
    kit: _Id
    habitation: _Id
    scheme: _Id
    water_source: _Id
    sampling_point: _Id


class KitTestTold(BaseModel):
    """The case that was begun, as `GET /api/v1/cases/{id}` tells it."""

    model_config = ConfigDict(extra="allow")

    id: str
    state: str


@router.post("/quality/kit-tests", status_code=201, response_model=KitTestTold)
async def report(request: Request, sent: PortalKitTest) -> Response:
    """Report a field kit test as the live portal's app sends it; what is out of range goes to a laboratory at once."""
    known, actor = workflows_of(request), await actor_of(request)
    data = kit_test_from(sent.model_dump(), known.registry.catalogue)

    async def act(conn: WriteConnection) -> Response:
        moved = await begin(known, conn, actor, "kit-test", Ask("REPORT", data))
        body, etag = await shown_case(known, conn.asking, actor, moved.item.id)
        return answer(body, 201, {"ETag": etag, "Location": f"/api/v1/cases/{moved.item.id}"})

    return await act_once(request, known.registry, actor, await request.body(), act)
