"""Who may call about cases at all, before a call is read."""

from __future__ import annotations

from jjm.access import Actor, Scope, require_some, unauthenticated


def must_be_known(actor: Actor) -> None:
    """Cases are for those who are known."""
    if actor.kind == "nobody":
        raise unauthenticated("Cases are for those who are known here.")


def may_act(actor: Actor) -> None:
    """People act by their roles; a program needs to be allowed to change something at all."""
    must_be_known(actor)
    if actor.kind != "person":
        require_some(actor, Scope.WRITE, "Acting in cases")
