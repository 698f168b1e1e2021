"""Progress: how far works have come, what they cost, and what in their records cannot be right.

What people may do in works stands in `standards/workflows/`; this solution brings the rules that these name, and the
list of findings with who must act (docs/decisions/0015-progress.md). Calls are declared by `routers`.
"""

from fastapi import APIRouter

from jjm.solutions.progress.findings.api import router as _findings
from jjm.solutions.progress.findings.told import told_of_area
from jjm.solutions.progress.works.api import router as _works
from jjm.solutions.progress.works.deeds import DEEDS

FINDINGS = told_of_area
"""What the page of findings tells of an area."""


def routers() -> list[APIRouter]:
    """The calls of this solution."""
    return [_findings, _works]


__all__ = ["DEEDS", "FINDINGS", "routers"]
