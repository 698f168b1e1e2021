"""A person who may sign in: a pseudonym, how to reach them, and the place whose officers look after the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PERSON = "access.person"
"""Under which type decisions about accounts stand in the ledger."""
CodeKind = Literal["invitation", "recovery"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Who a person is and how to reach them: personal data, kept sealed and never logged."""

    name: str
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `id` is a pseudonym and stands in versions and in the ledger; `contact` is None once forgotten.

    `place` is `node`, `level/code` or `department_unit/ID`; `areas` are the identifiers of what that stood for.
    """

    id: str
    place: str
    areas: tuple[str, ...]
    contact: Contact | None
    language: str | None
    has_password: bool
    has_totp: bool
    created_at: datetime
    created_by: str
    closed_at: datetime | None

    @property
    def name(self) -> str:
        """What the person is called on pages; the pseudonym where the name was forgotten."""
        return self.contact.name if self.contact and self.contact.name else self.id


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code by which a person sets a password. `digest` is None while it waits for a second officer."""

    id: str
    kind: CodeKind
    person: str
    reason: str | None
    asked_at: datetime
    asked_by: str
    given_at: datetime | None
    expires_at: datetime | None
    totp: str | None


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code just given out. `secret` is told this once; it is None while a second officer has yet to agree."""

    id: str
    person: str
    secret: str | None
    expires_at: datetime | None
