"""Who sends what comes to a node from outside: for those who look after what comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from jjm.access.model import Permit, Scope
from jjm.kit import ReadConnection, load_queries

_queries = load_queries("jjm.access", "participants")


class Sender(NamedTuple):
    """An application, whose it is, and where its participant's own records are (`places`, such as `state/21`)."""

    id: str
    name: str
    participant: str
    participant_name: str
    permits: frozenset[Permit]
    places: Sequence[str]

    def writes_in(self, type: str) -> frozenset[str] | None:
        """The areas in which it may write records of a type, as addresses; None for everywhere."""
        found = {permit.area for permit in self.permits if permit.allows(Scope.WRITE, type)}
        return None if None in found else frozenset(area for area in found if area)


async def senders(conn: ReadConnection, ids: Sequence[str]) -> Mapping[str, Sender]:
    """Those of these that are applications, by their identifiers."""
    return {row["id"]: _sender(row) async for row in _queries.senders(conn, ids=list(ids))}


def _sender(row: Any) -> Sender:
    permits = frozenset(map(Permit.parse, row["scopes"]))
    return Sender(row["id"], row["name"], row["participant"], row["participant_name"], permits, row["places"])
