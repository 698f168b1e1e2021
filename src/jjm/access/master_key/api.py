"""The master key over HTTP: which one is in use, and another in its place. For administrators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from jjm.access.context import access_of, actor_of, deciding, guarded
from jjm.access.master_key.service import Rotation
from jjm.access.model import Scope
from jjm.access.rules import require

router = APIRouter(
    prefix="/api/v1",
    tags=["access"],
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Rotating the master key")),
)


class MasterKeys(BaseModel):
    """The master keys of the node by their names, which tell nothing of the keys."""

    key: str = Field(description="The one that seals what is personal")
    former: list[str] = Field(description="Those that still open what was sealed with them, until all is wrapped anew")
    job: str | None = Field(description="The job that wraps anew, while there is one")


class RotationAsked(BaseModel):
    """The job that rotates the master key."""

    job: str = Field(description="Its identifier")
    url: str = Field(description="Where it tells how far it is")


@router.get("/master-key")
async def shown(request: Request) -> MasterKeys:
    """Which master keys are in use."""
    actor = await actor_of(request)
    async with access_of(request).database.read() as conn:
        return MasterKeys(**await _rotation(request).standing(conn, actor))


@router.post("/master-key:rotate", status_code=202)
async def rotate(request: Request) -> RotationAsked:
    """Put a new master key in place of the present one: all is wrapped anew, then the old one is destroyed."""
    actor = await actor_of(request)
    async with deciding(request) as conn:
        job = await _rotation(request).ask(conn, actor)
    return RotationAsked(job=job.id, url=f"/api/v1/jobs/{job.id}")


def _rotation(request: Request) -> Rotation:
    rotation: Rotation = request.app.state.rotation
    return rotation
