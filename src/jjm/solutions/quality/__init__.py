"""Quality: which water is safe, who tested it, and what becomes of what is not.

`limits` judges a sample by the edition of the standard that held on its day (docs/decisions/0013-quality-limits.md),
`plan` says who must test what by when, and what is overdue.
"""

from fastapi import APIRouter

from jjm.solutions.quality.limits import api as limits_api
from jjm.solutions.quality.plan import api as plan_api

__all__ = ["routers"]


def routers() -> list[APIRouter]:
    """The calls of this solution."""
    return [limits_api.router, plan_api.router]
