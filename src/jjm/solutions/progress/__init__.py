"""Progress: how far works have come, what they cost, and the public reports that tell of it.

Reports are declared in `standards/indicators/`, one file each; `reports` evaluates them for an area and a day. Calls
are declared by `routers` (docs/decisions/0015-progress.md).
"""

from fastapi import APIRouter

from jjm.solutions.progress.reports.api import router as _reports
from jjm.solutions.progress.reports.model import Asked, Place, Report, Row
from jjm.solutions.progress.reports.rules import headings, shown_value
from jjm.solutions.progress.reports.service import known_report, report
from jjm.workflow import Deeds

DEEDS = Deeds()


def routers() -> list[APIRouter]:
    """The calls of this solution."""
    return [_reports]


__all__ = ["DEEDS", "Asked", "Place", "Report", "Row", "headings", "known_report", "report", "routers", "shown_value"]
