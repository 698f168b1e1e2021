"""Accounts, grants and codes as calls and pages tell of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import quote

from jjm.access.people.model import NewCode, Person
from jjm.access.roles.model import Grant
from jjm.access.roles.rules import state_of


def told_person(person: Person) -> dict[str, Any]:
    """An account, for its officers and the person."""
    contact = person.contact
    return {
        "id": person.id,
        "name": person.name,
        "phone": contact.phone if contact else None,
        "email": contact.email if contact else None,
        "language": person.language,
        "place": person.place,
        "has_password": person.has_password,
        "has_second_factor": person.has_totp,
        "created_at": person.created_at,
        "created_by": person.created_by,
        "closed_at": person.closed_at,
    }


def told_grants(grants: Iterable[Grant], person: str | None, today: date) -> list[dict[str, Any]]:
    """The grants of a person, or all of them for None, each as it stands today."""
    known = {grant.id: grant for grant in grants}
    return [told_grant(g, known.get(g.original or ""), today) for g in known.values() if person in (None, g.person)]


def told_grant(grant: Grant, original: Grant | None, today: date) -> dict[str, Any]:
    """One grant, as it stands today."""
    return {**asdict(grant), "state": state_of(grant, original, today)}


def told_code(code: NewCode, base: str) -> dict[str, Any]:
    """A one-time code, and the page on which the person uses it."""
    page = f"{base.rstrip('/')}/invitation?code={quote(code.secret)}" if code.secret else None
    return {"id": code.id, "person": code.person, "code": code.secret, "page": page, "expires_at": code.expires_at}
