"""Small lists of the Local Government Directory, and what an import of them told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from memory_door import MemoryDoor

from jjm.adapters import RefreshReport, Section, adapters

Folder = Callable[[str, Mapping[str, str]], Path]

DISTRICTS = "State Code,State Name,District Code,District Name,Census 2001 Code,Census 2011 Code\n"
BLOCKS = "S.No.,State Code,State Name,District Code,District Name,Block Code,Block Version,Block Name ,Block Name\n"
SUBDISTRICTS = (
    "S.No.,State Code,State Name,District Code,District Name,Sub-district Code,Sub-district Version,Sub-district Name,"
    "Census 2001 code,Census 2011 code\n"
)
TWO = DISTRICTS + "21,ODISHA,345,CUTTACK,12,381\n21,ODISHA,362,PURI,,0\n"


async def lgd(door: MemoryDoor, folder: Path, **options: str) -> RefreshReport:
    """Import a folder of lists."""
    return await adapters()["lgd"].read(folder, door, options)


def told(report: RefreshReport, section: Section) -> list[tuple[str, str | None, str | None]]:
    """The ids of a section, with what was and is."""
    return [(item.id, item.was, item.now) for item in report.items(section)]


def kinds(report: RefreshReport) -> dict[str, int]:
    """How many notes of each kind."""
    return {note.kind: report.notes.count(note.kind) for note in report.notes.notes}
