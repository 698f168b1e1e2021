"""What is to be made of an error in a job: wait and go on, or tell whoever asked for the job."""

from __future__ import annotations

import errno
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
from asyncpg.exceptions import InternalClientError

from jjm.kit.database import UNREACHABLE
from jjm.kit.errors import Problem
from jjm.kit.job_model import Job

_log = logging.getLogger(__name__)

# The database is starting, stopping or out of reach: the job is right, the moment is not.
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
)
# Another transaction was in the way, or a connection broke under a statement.
_IN_THE_WAY = (
    asyncpg.TransactionRollbackError,
    asyncpg.InterfaceError,
    InternalClientError,
    asyncpg.QueryCanceledError,
)
_MOST_TRIES = 10
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0


@dataclass
class Patience:
    """How long a job waits for better moments: without end for the database, a few times for what stands in the way."""

    _tries: int = 0
    _pause: float = _FIRST_PAUSE
    _reached: Mapping[str, object] | None = None

    def has_more_for(self, error: Exception, progress: Mapping[str, object]) -> bool:
        """True if the work should be taken up again; `progress` is what it had reached when this turn began."""
        if progress != self._reached:
            self._tries, self._pause, self._reached = 0, _FIRST_PAUSE, progress
        if isinstance(error, _IN_THE_WAY):
            self._tries += 1
            return self._tries < _MOST_TRIES
        return _is_away(error)

    def pause_after(self, error: Exception) -> float | None:
        """Seconds to wait before going on; None for an error that waiting does not mend."""
        if not (_is_away(error) or isinstance(error, _IN_THE_WAY)):
            return None
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return pause


def _is_away(error: Exception) -> bool:
    return isinstance(error, _AWAY) or (isinstance(error, Problem) and error.code == UNREACHABLE)


def as_problem(job: Job, error: Exception) -> Problem:
    """What whoever asked for the job is told; the cause of an unforeseen error goes to the log."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, asyncpg.DiskFullError) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        _log.error("job %s: the disk is full", job.id)
        detail = "What was done up to the progress shown is kept. Make room on the node's disk, then ask again."
        return Problem("storage-full", 507, "The node's disk is full", detail)
    trace = secrets.token_hex(8)
    _log.error("%s: unforeseen in job %s (%s)", trace, job.id, job.kind, exc_info=error)
    detail = f"This is a fault of the node, not of what was asked. Its log has more under {trace}."
    return Problem("internal", 500, "Something went wrong here", detail, extra={"trace": trace})
