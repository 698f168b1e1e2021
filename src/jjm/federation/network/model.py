"""The nodes of the federation as the Centre lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

Role = Literal["centre", "state"]
Handover = Literal["begun", "returning", "taken_back", "called_off", "confirmed"]
"""A State is moving to its own node; it is about to be taken back, which waits for what was written; it is back; it is
back, but without its node, which did not answer; it has moved for good."""
_HANDOVERS: Mapping[str, Handover] = {n: n for n in get_args(Handover)}


@dataclass(frozen=True, slots=True)
class Member:
    """One node as it is listed.

    `states` are LGD codes; `types` names those types of record for which it has authority there, None all that the
    standards give to a State. `keys` is a JWK Set, `ledger` the verifier key of its log; `address` is None for one
    that nobody can reach and that `pushes`. Nothing is taken from or done for one that is not `active`.
    `handover` says how it stands with States that move to it from the Centre's node; it writes their records once it
    has followed the Centre to position `begins` (None: not known yet).
    """

    name: str
    role: Role
    title: str = ""
    address: str | None = None
    states: frozenset[str] = frozenset()
    types: frozenset[str] | None = None
    keys: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ledger: str | None = None
    pushes: bool = False
    active: bool = True
    software: str | None = None
    standards: Mapping[str, str] = field(default_factory=dict[str, str])
    handover: Handover | None = None
    begins: int | None = None

    @property
    def has_authority(self) -> bool:
        """False for a node whose States were taken back: it only has copies of their records."""
        return self.handover not in ("taken_back", "called_off")

    @property
    def is_moving(self) -> bool:
        """True while its States move to it, or back."""
        return self.handover in ("begun", "returning")

    def as_json(self) -> dict[str, Any]:
        """As it stands in the list."""
        said: dict[str, Any] = {
            "name": self.name,
            "role": self.role,
            "title": self.title,
            "address": self.address,
            "states": sorted(self.states),
            "types": sorted(self.types) if self.types is not None else None,
            "keys": dict(self.keys),
            "ledger": self.ledger,
            "exchange": "push" if self.pushes else "pull",
            "status": "active" if self.active else "suspended",
            "software": self.software,
            "standards": dict(self.standards),
            "handover": self.handover,
            "begins": self.begins,
        }
        return {name: value for name, value in said.items() if value is not None}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Member:
        """As it stood in a list. Raises KeyError or TypeError for what is no node."""
        types = said.get("types")
        return cls(
            name=str(said["name"]),
            role="centre" if said["role"] == "centre" else "state",
            title=str(said.get("title", "")),
            address=said.get("address"),
            states=frozenset(map(str, said.get("states", ()))),
            types=None if types is None else frozenset(map(str, types)),
            keys=dict(said.get("keys") or {}),
            ledger=said.get("ledger"),
            pushes=said.get("exchange") == "push",
            active=said.get("status", "active") == "active",
            software=said.get("software"),
            standards=dict(said.get("standards") or {}),
            handover=_handover(said.get("handover")),
            begins=None if said.get("begins") is None else int(said["begins"]),
        )


def _handover(said: object) -> Handover | None:
    """As a list says it. Raises ValueError for what is not known here, so that nothing is done by half."""
    if said is None:
        return None
    if said not in _HANDOVERS:
        raise ValueError(f"a handover that is {said!r} is not known here")
    return _HANDOVERS[str(said)]


@dataclass(frozen=True, slots=True)
class NodeList:
    """The list of nodes as the Centre signed it: `signed` is the compact JWS, `serial` rises with every change."""

    centre: str
    serial: int
    issued: datetime
    members: Mapping[str, Member]
    signed: str = ""

    @property
    def centre_member(self) -> Member:
        """The Centre's own entry."""
        return self.members[self.centre]

    def of_state(self, state: str, type: str) -> Member | None:
        """The node with authority over a State's records of a type; None where that State has none of its own."""
        return next(
            (
                m
                for m in self.members.values()
                if m.role == "state" and m.has_authority and state in m.states and (m.types is None or type in m.types)
            ),
            None,
        )
