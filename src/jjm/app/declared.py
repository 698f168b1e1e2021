"""The declared calls of all blocks and solutions, for the application and for the document that tells of them."""

from __future__ import annotations

from fastapi import APIRouter

from jjm.access import routers as access_routers
from jjm.exchange import routers as exchange_routers
from jjm.federation import routers as federation_routers
from jjm.indicators import routers as indicator_routers
from jjm.notify import routers as notice_routers
from jjm.solutions import solutions
from jjm.workflow import routers as workflow_routers


def declared_routers() -> list[APIRouter]:
    """Every router, those of solutions last."""
    own = [
        *access_routers(),
        *exchange_routers(),
        *federation_routers(),
        *workflow_routers(),
        *indicator_routers(),
        *notice_routers(),
    ]
    return [*own, *(router for solution in solutions() for router in solution.routers())]
