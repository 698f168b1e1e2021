"""A job, and one turn of work on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from jjm.kit.queries import load_queries
from jjm.kit.transaction import WriteConnection

queries = load_queries("jjm.kit")
OPEN = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Job:
    """Long work: what was asked and by whom, how far it is, what came of it.

    `state` is waiting, running, done, failed or cancelled. `scopes` are what the actor was allowed when asking.
    """

    id: str
    kind: str
    actor: str
    scopes: tuple[str, ...]
    request: Mapping[str, Any]
    state: str
    progress: Mapping[str, Any]
    result: Mapping[str, Any] | None
    problem: Mapping[str, Any] | None
    cancel: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    turn: int

    @property
    def has_ended(self) -> bool:
        """True once nothing more happens to it."""
        return self.state not in OPEN


class JobStopped(Exception):
    """Raised by a handler that stopped because it was asked to; `result` says what had been done by then."""

    def __init__(self, result: Mapping[str, object] | None = None) -> None:
        super().__init__("the job was stopped")
        self.result = result


class Overtaken(Exception):
    """The job goes on in another turn; what this one does must not be kept."""


@dataclass
class Run:
    """One turn of work on a job."""

    job: Job
    _cancelled: bool = field(init=False)

    def __post_init__(self) -> None:
        self._cancelled = self.job.cancel

    async def save(self, conn: WriteConnection, progress: Mapping[str, object]) -> None:
        """Note how far the work is, in the transaction of the work itself, so that both are kept or neither.

        Ends the turn with an exception, and so the transaction, if the job was taken up elsewhere meanwhile.
        """
        text = orjson.dumps(progress).decode()
        row: Any = await queries.save_job(conn, id=self.job.id, turn=self.job.turn, progress=text)
        if row is None:
            raise Overtaken(self.job.id)
        self._cancelled = self._cancelled or row["cancel"]

    def cancel(self) -> None:
        """Ask the work to stop at its next good place."""
        self._cancelled = True

    def is_cancelled(self) -> bool:
        """True once somebody asked for the job to be stopped; known at the latest after the next `save`."""
        return self._cancelled
