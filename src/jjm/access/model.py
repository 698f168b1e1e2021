"""Who acts, and what may be seen: the actor that every service call takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a token allows. Scopes do not include one another; `admin` alone implies the rest."""

    READ = "read"
    PERSONAL = "personal"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, by the name that stands in every version it makes."""

    name: str
    scopes: frozenset[Scope] = frozenset()

    def has(self, scope: Scope) -> bool:
        """True if the actor was given this scope, or is an administrator."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


ANONYMOUS = Actor("anonymous")
NODE = Actor("node", frozenset({Scope.ADMIN}))


@dataclass(frozen=True, slots=True)
class View:
    """How much of a type an actor sees: the names of the fields that are hidden."""

    hidden: frozenset[str] = frozenset()
