"""pgqueuer under the names of our own tables. Imported when the first job is asked for or done: it takes a second."""

from __future__ import annotations

from typing import Any, cast

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.adapters.persistence import qb
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job as Handed
from pgqueuer.domain.settings import DBSettings
from pgqueuer.ports.driver import Driver
from pgqueuer.queries import Queries

from jjm.kit.database import Database
from jjm.kit.transaction import WriteConnection

# Said in full, so that no environment variable can change one.
NAMES = DBSettings(
    prefix="",
    db_schema="kit",
    channel="jjm_queue",  # pyright: ignore[reportArgumentType]
    function="queue_changed",
    trigger="queue_changed",
    queue_table="queue",
    queue_table_log="queue_log",
    statistics_table="queue_statistics",
    schedules_table="queue_schedule",
    queue_status_type="queue_status",
)


def on_connection(conn: WriteConnection) -> Queries:
    """The queue's statements inside the caller's transaction."""
    return _statements(AsyncpgDriver(cast("Any", conn)))


def on_pool(database: Database) -> Queries:
    """The queue's statements, each by itself."""
    return _statements(AsyncpgPoolDriver(cast("Any", database.pool)))


def _statements(driver: Driver) -> Queries:
    builders = (qb.QueryBuilderEnvironment(NAMES), qb.QueryQueueBuilder(NAMES), qb.QuerySchedulerBuilder(NAMES))
    return Queries(driver, *builders)


def manager(database: Database) -> QueueManager:
    """Hands over what the queue holds."""
    return QueueManager(on_pool(database), NAMES.channel)


__all__ = ["Handed", "QueueManager", "manager", "on_connection", "on_pool"]
