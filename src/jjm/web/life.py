"""The life of a record as pages tell it: its versions, what each changed and why, and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jjm.kit import Problem, ReadConnection
from jjm.ledger import Checkpoint, head
from jjm.registry import Registry, history
from jjm.standards import Standard
from jjm.web.language import N_
from jjm.web.shown import Shown, Step, plain, steps

_MOST = 20
CHANGES: Mapping[str, str] = {
    "create": N_("First recorded"),
    "change": N_("Changed in the world"),
    "correct": N_("Corrected: what was recorded had been wrong"),
    "retire": N_("Ended"),
    "restore": N_("In force again"),
}


@dataclass(frozen=True, slots=True)
class Life:
    """The versions of a record, newest first, and the ledger in which they stand. `is_whole` if these are all."""

    plural: str
    id: str
    steps: list[Step]
    is_whole: bool
    checkpoint: Checkpoint | None

    def said(self, change: str) -> str:
        """What a version did, in words to be translated."""
        return CHANGES[change]

    @property
    def proof(self) -> str:
        """The address of the proof of the version that holds today."""
        return f"/api/v1/{self.plural}/{self.id}/proof"


async def life_of(registry: Registry, conn: ReadConnection, standard: Standard, id: str, shown: Shown) -> Life:
    """The newest versions of a record, with the names behind the references in them."""
    table = registry.table(standard.name)
    versions = await history(registry, conn, shown.actor, table, id, below=None, limit=_MOST + 1)
    told = steps(standard, versions)
    await shown.learn(conn, ((of, value) for step in told for of, *both in step.changes for value in both))
    return Life(standard.plural, id, told[:_MOST], len(versions) <= _MOST, await newest_checkpoint(conn))


async def newest_checkpoint(conn: ReadConnection) -> Checkpoint | None:
    """The newest signed checkpoint of the ledger; None in the moment before the first."""
    try:
        return await head(conn)
    except Problem:
        return None


def identifiers(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The identifiers that a record has in other systems."""
    return plain(record.get("external_ids", []))
