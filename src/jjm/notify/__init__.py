"""Notify: people are told of what happened, each by the channels they want, once (docs/decisions/0012-notify.md).

What is said stands in the standards, one file an event. `tell` writes messages in the caller's transaction; a `Courier`
has them carried behind its commit, by carriers that the node file names (`carriers_from`). `own_messages` and
`own_preference` are what a person sees and wants; `tidy` ends what is over its term. Calls are declared by `routers`.
"""

from fastapi import APIRouter

from jjm.notify.api import cursor_behind, place_from, told_preference
from jjm.notify.api import keeping as _keeping
from jjm.notify.api import own as _own
from jjm.notify.api import reporting as _reporting
from jjm.notify.carriers import Carrier, carriers_from
from jjm.notify.context import Notices, notices_of
from jjm.notify.courier import Courier, carried
from jjm.notify.inbox import languages, mark, mark_all, own_messages, own_preference, prefer, quiet_from
from jjm.notify.model import OUTSIDE, Contact, Preference, Shown, Told
from jjm.notify.service import tell
from jjm.notify.upkeep import hold_back, holdings, tidy


def routers() -> list[APIRouter]:
    """The calls of messages."""
    return [_own, _keeping, _reporting]


__all__ = [
    "OUTSIDE",
    "Carrier",
    "Contact",
    "Courier",
    "Notices",
    "Preference",
    "Shown",
    "Told",
    "carried",
    "carriers_from",
    "cursor_behind",
    "hold_back",
    "holdings",
    "languages",
    "mark",
    "mark_all",
    "notices_of",
    "own_messages",
    "own_preference",
    "place_from",
    "prefer",
    "quiet_from",
    "routers",
    "tell",
    "tidy",
    "told_preference",
]
