"""The federation: each record has one authority, and every other node holds copies that it has checked.

`Network` is what a node knows of the others: the list that the Centre signs. `Shared` is the authority that it shares
out, which the registry asks before it writes. `take_part` keeps it fresh as long as the
node runs. Calls are declared by `routers`.
"""

from fastapi import APIRouter

from jjm.federation.api import deciding as _deciding
from jjm.federation.api import router as _api
from jjm.federation.authority import Shared
from jjm.federation.context import Federation
from jjm.federation.following.api import router as _following
from jjm.federation.handover.api import deciding as _handovers
from jjm.federation.handover.api import nodes as _moving
from jjm.federation.network.api import router as _network
from jjm.federation.network.model import Member, NodeList
from jjm.federation.network.service import HERE, Network, Own
from jjm.federation.part import take_part
from jjm.federation.sharing.api import deciding as _agreements
from jjm.federation.sharing.api import nodes as _sharing
from jjm.federation.standing import Status, status


def routers() -> list[APIRouter]:
    """The calls of the federation."""
    return [_network, _api, _deciding, _following, _sharing, _agreements, _handovers, _moving]


__all__ = [
    "HERE",
    "Federation",
    "Member",
    "Network",
    "NodeList",
    "Own",
    "Shared",
    "Status",
    "routers",
    "status",
    "take_part",
]
