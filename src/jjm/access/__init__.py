"""Who may do what: actors, tokens, and the one decision about types and personal fields.

Every service of the node takes an `Actor`. `view_of` says what an actor sees of a type, `require` and
`require_write` whether it may act; nothing is allowed that is not said here.
"""

from jjm.access.model import ANONYMOUS, NODE, Actor, Permit, Scope, Terms, View
from jjm.access.rules import require, require_write, unauthenticated, view_of
from jjm.access.service import Gate, NewToken, create_token, revoke_token, tokens

__all__ = [
    "ANONYMOUS",
    "NODE",
    "Actor",
    "Gate",
    "NewToken",
    "Permit",
    "Scope",
    "Terms",
    "View",
    "create_token",
    "require",
    "require_write",
    "revoke_token",
    "tokens",
    "unauthenticated",
    "view_of",
]
