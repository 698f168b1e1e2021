"""What the page of findings tells of an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jjm.kit import ReadConnection
from jjm.registry import AsOf, Registry
from jjm.solutions.progress.findings.service import findings
from jjm.solutions.progress.findings.words import Told, told_of

_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ToldOfArea:
    """A page of findings in words, where the next begins, and where the same is found as a file."""

    items: Sequence[Told]
    next: Sequence[str]
    files: Sequence[tuple[str, str]] = (
        ("CSV", "/api/v1/progress/findings.csv"),
        ("JSON", "/api/v1/progress/findings"),
    )


async def told_of_area(
    registry: Registry, conn: ReadConnection, area: str | None, as_of: AsOf | None, after: Sequence[str], language: str
) -> ToldOfArea:
    """A page of what cannot be right in an area, or at the whole node. Raises Problem 400 for another's cursor."""
    found = await findings(registry, conn, area, as_of, _A_PAGE, after)
    return ToldOfArea([told_of(one, registry.catalogue, language) for one in found.items], found.next)
