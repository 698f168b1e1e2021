"""Who may do what where: actors, permits, tokens, and the one decision about types, areas and personal fields.

Every service of the node takes an `Actor`. `view_of` says what an actor sees of a type and in which areas, `require`
and `require_write` whether it may act; nothing is allowed that is not said here. `Gate` tells who calls: each kind of
secret begins with a prefix of its own and is looked up by its own `Bearer`. Calls are declared by `routers`.
"""

from fastapi import APIRouter

from jjm.access.context import Access, Places, access_of, actor_of, guarded
from jjm.access.gate import Bearer, Gate, secret_digest
from jjm.access.keys import NodeKey, open_node_key, signed_by
from jjm.access.model import ANONYMOUS, NODE, Actor, Permit, Scope, Terms, View
from jjm.access.purposes import Basis, known_purposes
from jjm.access.readings.model import Extent, Way
from jjm.access.readings.service import Readings, readings_of, stretches_of
from jjm.access.rules import require, require_export, require_write, unauthenticated, view_of
from jjm.access.tokens.api import router as _tokens
from jjm.access.tokens.service import PREFIX as _TOKEN
from jjm.access.tokens.service import NewToken, create_token, revoke_token, token_actor, tokens


def routers() -> list[APIRouter]:
    """The calls of access."""
    return [_tokens]


def bearers() -> dict[str, Bearer]:
    """Who is behind each kind of secret, by how it begins."""
    return {_TOKEN: token_actor}


__all__ = [
    "ANONYMOUS",
    "NODE",
    "Access",
    "Actor",
    "Basis",
    "Bearer",
    "Extent",
    "Gate",
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
    "actor_of",
    "bearers",
    "create_token",
    "guarded",
    "known_purposes",
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
    "tokens",
    "unauthenticated",
    "view_of",
]
