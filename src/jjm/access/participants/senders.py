"""Who sends what comes to a node in numbers: for those who look after what comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from jjm.access.model import Permit, Scope
from jjm.kit import ReadConnection, load_queries

_queries = load_queries("jjm.access", "participants")


class Sender(NamedTuple):
    """An application and whose it is, a token, or a person, by the name that stands in what they record.

    `places`, such as `state/21`, are where the participant's own records are, or the person holds a role.
    """

    id: str
    kind: Literal["application", "token", "person"]
    name: str
    participant: str | None = None
    participant_name: str | None = None
    permits: frozenset[Permit] = frozenset()
    places: Sequence[str] = ()

    def writes_in(self, type: str) -> frozenset[str] | None:
        """The areas in which it may write records of a type, as addresses; None for everywhere."""
        found = {permit.area for permit in self.permits if permit.allows(Scope.WRITE, type)}
        return None if None in found else frozenset(area for area in found if area)


async def senders(conn: ReadConnection, names: Sequence[str]) -> Mapping[str, Sender]:
    """Those of these that are applications, people or tokens, by the names that stand in what they record.

    A token that was revoked, and a grant that has ended, still tell where it came from.
    """
    asked = list(names)
    found = {row["name"]: _token(row) async for row in _queries.senders_by_token(conn, names=asked)}
    found |= {row["id"]: _person(row) async for row in _queries.senders_in_person(conn, ids=asked)}
    return found | {row["id"]: _application(row) async for row in _queries.senders(conn, ids=asked)}


def _application(row: Any) -> Sender:
    permits = frozenset(map(Permit.parse, row["scopes"]))
    whose = row["participant"], row["participant_name"]
    return Sender(row["id"], "application", row["name"], *whose, permits, row["places"])


def _token(row: Any) -> Sender:
    return Sender(row["name"], "token", row["name"], permits=frozenset(map(Permit.parse, row["scopes"])))


def _person(row: Any) -> Sender:
    return Sender(row["id"], "person", row["id"], places=row["places"])
