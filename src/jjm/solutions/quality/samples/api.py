"""Calls about samples: the label of the bottle, and in whose hands it was."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from jjm.access import Actor, actor_of, base_of, guarded, unauthenticated
from jjm.registry import get, history
from jjm.solutions.quality.samples.custody import hands_of
from jjm.solutions.quality.samples.label import label
from jjm.workflow import shown_steps, workflows_of

_MOST_VERSIONS = 200


def _known(actor: Actor) -> None:
    if actor.kind == "nobody":
        raise unauthenticated("Labels and custody are for those who work with samples.")


router = APIRouter(prefix="/api/v1", tags=["quality"], route_class=guarded(_known))


class Hands(BaseModel):
    """One change of hands."""

    at: str
    action: str
    actor: str
    custodian: str | None
    seal_number: str | None
    carried_at: float | None = Field(description="Temperature of the box")
    condition: str | None
    entry: int = Field(description="Its place in the ledger")


class Custody(BaseModel):
    """In whose hands a sample was, from the tap to the bench."""

    sample: str
    items: list[Hands]


@router.get(
    "/quality/samples/{id}/label.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}}
)
async def bottle(request: Request, id: str) -> Response:
    """The label of a sample's bottle; whoever scans it comes to the sample."""
    registry, actor = workflows_of(request).registry, await actor_of(request)
    async with registry.database.read() as conn:
        record, _ = await get(registry, conn, actor, registry.table("sample"), id)
    point = registry.catalogue.codelists["sampling-point-kind"].codes[str(record["point_kind"])].title["en"]
    lines = (point, str(record["village"]), str(record.get("collected_at") or ""), str(record.get("seal_number") or ""))
    drawn = label(str(record["id"]), f"{base_of(request)}/samples/{record['id']}", lines)
    return Response(drawn, media_type="image/svg+xml")


@router.get("/quality/samples/{id}/custody", response_model=Custody)
async def custody(request: Request, id: str) -> dict[str, Any]:
    """The chain of custody: who had the sample from when on, sealed how, how cold, and where the ledger says so."""
    known, actor = workflows_of(request), await actor_of(request)
    async with known.registry.database.read() as conn:
        table = known.registry.table("sample")
        steps = await shown_steps(known, conn, actor, id)
        versions = await history(known.registry, conn, actor, table, id, below=2**31 - 1, limit=_MOST_VERSIONS)
    return {"sample": id, "items": hands_of(steps, versions)}
