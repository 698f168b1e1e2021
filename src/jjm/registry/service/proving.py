"""Versions as everybody may be shown that the ledger has them: without what is personal, with the proof of each."""

from __future__ import annotations

from typing import NamedTuple

from jjm.kit import Problem, ReadConnection
from jjm.ledger import proof_file
from jjm.registry import store
from jjm.registry.model import Version
from jjm.registry.rows import closed_version_of
from jjm.registry.rules import content
from jjm.registry.sealing import digest_in, is_told_by_values
from jjm.registry.sight import WHOLE
from jjm.registry.table import Table


class Placed(NamedTuple):
    """A version whose personal part is left closed, and its place in the ledger; None before it has one."""

    version: Version
    position: int | None


async def open_versions(conn: ReadConnection, table: Table, id: str, most: int) -> list[Placed]:
    """The versions of a record, newest first, at most so many, for whoever shows what is not personal in them.

    Nothing sealed is opened. Empty for a record of which there is none.
    """
    rows = await store.versions(conn, table, id, WHOLE, limit=most)
    return [Placed(closed_version_of(table, row), row["position"]) for row in rows]


async def open_proof(conn: ReadConnection, table: Table, placed: Placed) -> str:
    """The proof file of a version with all that is not personal in it, as it is kept now: `jjm.ledger.verify_proof`
    tells whether that is what was entered.

    Raises Problem `not-sequenced` for one without a place in the ledger yet, `not-found` where the ledger has nothing
    at that place, and ValueError where what is kept has no canonical form.
    """
    if placed.position is None:
        detail = "The version is recorded, and the ledger is about to give it its place. Ask again in a moment."
        raise Problem("not-sequenced", 503, "Not available now", detail, headers={"Retry-After": "1"})
    version = placed.version
    if is_told_by_values(version.sealed):
        return await proof_file(conn, placed.position)
    said = content(table.standard.name, version, version.data, digest_in(version.sealed))
    return await proof_file(conn, placed.position, said)
