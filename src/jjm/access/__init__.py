"""Who may do what where: actors, permits, tokens, and the one decision about types, areas and personal fields.

Every service of the node takes an `Actor`. `view_of` says what an actor sees of a type and in which areas, `require`
and `require_write` whether it may act; nothing is allowed that is not said here. `Gate` tells who calls: each kind of
secret begins with a prefix of its own and is looked up by its own `Bearer`. Calls are declared by `routers`.
Participants are outsiders with applications of their own, which get their tokens by OAuth.
"""

from functools import partial

from fastapi import APIRouter

from jjm.access.again import Asked, actor_again
from jjm.access.agreements.admit import admitted, needs_admission
from jjm.access.agreements.api import routers as _agreements
from jjm.access.agreements.force import terms_of_node
from jjm.access.context import Access, Places, access_of, actor_of, guarded
from jjm.access.gate import Bearer, Gate, secret_digest
from jjm.access.keys import NodeKey, open_node_key, signed_by
from jjm.access.limits import Limiter
from jjm.access.model import ANONYMOUS, NODE, Actor, Environment, Frequency, Permit, Scope, Terms, View
from jjm.access.oauth.api import router as _oauth
from jjm.access.oauth.model import PREFIX as _ACCESS_TOKEN
from jjm.access.oauth.service import application_actor, forget_spent
from jjm.access.participants.api import routers as _participants
from jjm.access.participants.applications_api import routers as _applications
from jjm.access.participants.service import lapse_requests
from jjm.access.purposes import Basis, known_purposes
from jjm.access.readings.model import Extent, Way
from jjm.access.readings.service import Readings, readings_of, stretches_of
from jjm.access.rules import require, require_export, require_write, unauthenticated, view_of
from jjm.access.tokens.api import router as _tokens
from jjm.access.tokens.service import PREFIX as _TOKEN
from jjm.access.tokens.service import NewToken, create_token, revoke_token, token_actor, tokens
from jjm.kit import WriteConnection


def routers() -> list[APIRouter]:
    """The calls of access."""
    return [_tokens, _oauth, *_participants, *_applications, *_agreements]


def bearers(environment: Environment = "sandbox") -> dict[str, Bearer]:
    """Who is behind each kind of secret, by how it begins, at a node that is for trying things out or live."""
    return {_TOKEN: token_actor, _ACCESS_TOKEN: partial(application_actor, environment)}


async def tidy(access: Access, conn: WriteConnection) -> None:
    """Drop what is over: spent tokens and assertions, and requests that nobody decides."""
    await forget_spent(access, conn)
    await lapse_requests(access, conn)


__all__ = [
    "ANONYMOUS",
    "NODE",
    "Access",
    "Actor",
    "Asked",
    "Basis",
    "Bearer",
    "Environment",
    "Extent",
    "Frequency",
    "Gate",
    "Limiter",
    "NewToken",
    "NodeKey",
    "Permit",
    "Places",
    "Readings",
    "Scope",
    "Terms",
    "View",
    "Way",
    "access_of",
    "actor_again",
    "actor_of",
    "admitted",
    "bearers",
    "create_token",
    "guarded",
    "known_purposes",
    "needs_admission",
    "open_node_key",
    "readings_of",
    "require",
    "require_export",
    "require_write",
    "revoke_token",
    "routers",
    "secret_digest",
    "signed_by",
    "stretches_of",
    "terms_of_node",
    "tidy",
    "tokens",
    "unauthenticated",
    "view_of",
]
