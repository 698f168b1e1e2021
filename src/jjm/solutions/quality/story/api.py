"""The call about a village's water, for everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from jjm.registry import Reach
from jjm.solutions.quality.story.service import told_of_village
from jjm.workflow import workflows_of

router = APIRouter(prefix="/api/v1", tags=["quality"])


class VillageTold(BaseModel):
    """What everybody may know of a village's water."""

    title: str
    lines: list[str] = Field(description="Latest results with their days, and contaminations that were closed")
    samples: list[str | None] = Field(description="Page of the sample of each line; null where it speaks of none")
    warnings: list[str] = Field(description="Contaminations that are open, and what to do")
    note: str


@router.get("/quality/villages/{code}", response_model=VillageTold)
async def village(
    request: Request, code: str, lang: Annotated[str, Query(pattern="^(en|hi)$")] = "en"
) -> dict[str, Any]:
    """The latest results of a village's water with their days, in plain words; untested is said as untested."""
    registry = workflows_of(request).registry
    async with registry.database.read() as conn:
        (id, *_) = await Reach(registry).ids(conn, f"village/{code}")
        told = await told_of_village(registry, conn, id, lang)
    lines = [one.text for one in told.lines], [one.address or None for one in told.lines]
    warnings = [one.text for one in told.warnings if one.language == lang]
    return {"title": told.title, "lines": lines[0], "samples": lines[1], "warnings": warnings, "note": told.note}
