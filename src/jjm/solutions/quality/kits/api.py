"""The call that takes a kit test as the app of the live portal sends it: two lists, of parameters and of answers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from jjm.access import Actor, Scope, actor_of, guarded, require_some, unauthenticated
from jjm.kit import WriteConnection
from jjm.kit.http import answer
from jjm.registry import act_once
from jjm.solutions.quality.limits import KitAnswer, kit_answers
from jjm.workflow import Ask, begin, shown_case, workflows_of


def _acting(actor: Actor) -> None:
    if actor.kind == "nobody":
        raise unauthenticated("Kit tests come from those who are known here.")
    if actor.kind != "person":
        require_some(actor, Scope.WRITE, "Sending kit tests")


router = APIRouter(prefix="/api/v1", tags=["quality"], route_class=guarded(_acting))


class PortalKitTest(BaseModel):
    """A kit test in the words of the live portal."""

    model_config = ConfigDict(extra="forbid")
    test_selected: str = Field(max_length=1000, description="The portal's numbers of the parameters, with commas")
    saferangeid: str = Field(
        max_length=1000, description="An answer for each, in that order: 1 yes, 0 no, 2 not tested"
    )
    parameters: dict[str, str] = Field(
        description="Those numbers, as the portal's list of parameters gives them, with codes of ours", max_length=100
    )
    test: dict[str, Any] = Field(description="The other fields of a `kit_test`: village, point_kind, tested_at, kit")


class KitTestTold(BaseModel):
    """What became of it: a case that is in range, or referred to a laboratory."""

    id: str
    state: str
    answers: dict[str, KitAnswer]


@router.post("/quality/kit-tests", status_code=201, response_model=KitTestTold)
async def send(request: Request, asked: PortalKitTest) -> Response:
    """Report a kit test as the live portal sends it. Out of range anywhere, a laboratory sample is asked for by itself.

    What is not known by its number, or has no answer of its own, is refused whole.
    """
    known, actor, body = workflows_of(request), await actor_of(request), await request.body()
    answers = kit_answers(asked.test_selected, asked.saferangeid, asked.parameters)
    results = [{"parameter": name, "result": said} for name, said in answers.items()]

    async def act(conn: WriteConnection) -> Response:
        made = await begin(known, conn, actor, "kit-test", Ask("REPORT", {**asked.test, "results": results}))
        case, _ = await shown_case(known, conn.asking, actor, made.item.id)
        return answer({"id": made.item.id, "state": case["state"], "answers": answers}, 201)

    return await act_once(request, known.registry, actor, body, act)
