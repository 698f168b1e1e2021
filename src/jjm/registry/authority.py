"""Who has authority over a record, where several nodes keep registries together. A node by itself has all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jjm.standards import Standard


@dataclass(frozen=True, slots=True)
class Owner:
    """Another node that has authority, and where it answers; `address` None for one that nobody can reach."""

    name: str
    title: str
    address: str | None


class Authority(Protocol):
    """What the registry has to know of other nodes, which the federation knows."""

    def owner(self, standard: Standard, state: str | None, made_on: str | None) -> Owner | None:
        """The other node with authority over a record of this type in a State; None where it is this one.

        `state` is an LGD code, None for a record in no State; `made_on` the node that made its last version.
        """
        ...

    def decides(self, standard: Standard, state: str | None) -> Owner | None:
        """The other node that decides those fields of the Centre's records that the standard leaves to the State."""
        ...
