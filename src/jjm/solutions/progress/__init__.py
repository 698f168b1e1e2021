"""Progress: how far works have come, what they cost, and what in their records cannot be right.

What people may do in works stands in `standards/workflows/`; this solution brings the rules that these name, and the
list of findings with who must act (docs/decisions/0015-progress.md). Calls are declared by `routers`.
"""

from fastapi import APIRouter

from jjm.solutions.progress.findings.api import router as _findings
from jjm.solutions.progress.findings.told import told_of_area
from jjm.solutions.progress.works.api import router as _works
from jjm.solutions.progress.works.deeds import DEEDS
from jjm.solutions.progress.works.sheet import PATH, milestone_sent, work_page
from jjm.solutions.progress.works.told import milestones_of_work, work_of_report, works_in_village, works_of_scheme

FINDINGS = told_of_area
"""What the page of findings tells of an area."""

PAGES = {PATH: work_page}
"""The page of a work: its components, its milestones."""

FORMS = {PATH: milestone_sent}
"""By its form an engineer records the next milestone."""

RECORDS = {
    "scheme": works_of_scheme,
    "village": works_in_village,
    "work": milestones_of_work,
    "progress_report": work_of_report,
}
"""What the pages of these records tell of works."""


def routers() -> list[APIRouter]:
    """The calls of this solution."""
    return [_findings, _works]


__all__ = ["DEEDS", "FINDINGS", "FORMS", "PAGES", "RECORDS", "routers"]
