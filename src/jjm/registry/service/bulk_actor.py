"""The actor behind a job: kept with what was asked, so that the work is done by the same rights, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.access import Actor, Permit, Scope, Terms
from jjm.kit import Job

BY = "by"
"""Where a job's request keeps who asked for it."""


def kept(actor: Actor) -> dict[str, Any]:
    """An actor as a job keeps it; its name and permits stand beside the request."""
    terms = [
        {
            "agreement": t.agreement,
            "purpose": t.purpose,
            "areas": None if t.areas is None else sorted(t.areas),
            "fields": {type: sorted(names) for type, names in t.fields.items()},
        }
        for t in actor.terms
    ]
    who = {"kind": actor.kind, "id": actor.id, "participant": actor.participant, "purpose": actor.purpose}
    return who | {"terms": terms}


def actor_of(job: Job) -> Actor:
    """The actor who asked for a job."""
    by: Mapping[str, Any] = job.request.get(BY) or kept(Actor.with_permits(job.actor))
    permits = frozenset(map(Permit.parse, job.scopes))
    terms = tuple(map(_terms, by["terms"]))
    return Actor(job.actor, permits, by["kind"], by["id"], by["participant"], by["purpose"], terms)


def _terms(told: Mapping[str, Any]) -> Terms:
    areas = None if told["areas"] is None else frozenset[str](told["areas"])
    fields = {type: frozenset[str](names) for type, names in told["fields"].items()}
    return Terms(told["agreement"], told["purpose"], areas, fields)


def is_of(actor: Actor, job: Job) -> bool:
    """True for a job of the actor's own, while it may do all that it might when it asked; an administrator has all."""
    if actor.has(Scope.ADMIN):
        return True
    asked = actor_of(job)
    same = (asked.name, asked.kind, asked.participant) == (actor.name, actor.kind, actor.participant)
    agreed = {t.agreement for t in asked.terms} <= {t.agreement for t in actor.terms}
    return same and agreed and asked.permits <= actor.permits
