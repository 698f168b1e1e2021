"""What a node does by itself as long as it runs: numbering, jobs, deliveries, sums, upkeep."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jjm.access import purge_logs, write_down_presence
from jjm.access import tidy as tidy_access
from jjm.app.telling import tell_of_steps
from jjm.exchange import Desk
from jjm.exchange import tidy as tidy_exchange
from jjm.federation import take_part
from jjm.kit import cut_short
from jjm.kit.http import queries as kit_queries
from jjm.notify import Courier
from jjm.notify import tidy as tidy_notices
from jjm.registry import held_records, propose_duplicates, settle_due
from jjm.solutions import solutions
from jjm.web import Totals
from jjm.workflow import begin_by_news, behind, fire, reseat, take_over

if TYPE_CHECKING:
    from jjm.app.node import Node

# Seconds that work in the background has to come to its end.
_TO_END = 2.0
_log = logging.getLogger(__name__)


async def keep_going(stack: AsyncExitStack, node: Node) -> None:
    """Begin all that a node does by itself, and end it with the stack."""
    stop, readings = asyncio.Event(), node.registry.readings
    assert readings is not None, "a running node notes readings"
    works: list[Callable[[], Coroutine[Any, Any, None]]] = [
        lambda: node.sequencer.run(stop),
        lambda: node.bulk.jobs.run(stop),
        lambda: Desk(node.exchange).run(stop),
        lambda: Courier(node.notices).run(stop),
        lambda: readings.run(node.database, stop),
        lambda: Totals(node.registry, node.sequencer.news).follow(stop),
        lambda: _every(timedelta(seconds=20), lambda: _settle(node), stop),
        lambda: _every(timedelta(seconds=5), lambda: _find_duplicates(node, stop), stop),
        lambda: _every(timedelta(seconds=20), lambda: write_down_presence(node.access), stop),
        lambda: _every(timedelta(hours=1), lambda: _tidy(node), stop),
        lambda: _every(timedelta(seconds=2), lambda: _fire(node, stop), stop),
        lambda: _every(timedelta(seconds=1), lambda: _begin_cases(node, stop), stop),
        lambda: _every(timedelta(seconds=1), lambda: _tell(node, stop), stop),
        lambda: _every(timedelta(seconds=1), lambda: _read_on(node, stop), stop),
        lambda: _every(timedelta(seconds=5), lambda: _reseat(node, stop), stop),
        lambda: _every(timedelta(seconds=10), lambda: node.access.meter.add_up(node.database), stop),
        lambda: take_part(node.federation, stop),
    ]
    if node.cluster is not None:
        works.append(lambda: _every(timedelta(seconds=1), lambda: _mend(node), stop))
    tasks = [asyncio.create_task(work()) for work in works]

    async def end() -> None:
        stop.set()
        await _ended(tasks)
        with suppress(Exception):  # a database that is gone already has nothing added
            await node.access.meter.add_up(node.database)

    stack.push_async_callback(end)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Let works come to their end; what takes longer is cut short, undone by its transaction, and done again later."""
    await asyncio.wait(tasks, timeout=_TO_END)
    await cut_short(tasks)


async def _every(pause: timedelta, act: Callable[[], Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await act()
        except Exception as error:  # a database that restarts must not end the node's upkeep
            _log.warning("upkeep failed and will be tried again: %r", error)
        try:
            await asyncio.wait_for(stop.wait(), pause.total_seconds())
        except TimeoutError:
            continue


async def _settle(node: Node) -> None:
    settled = 1
    while settled:
        async with node.database.write() as conn:
            settled = await settle_due(node.registry, conn)


async def _fire(node: Node, stop: asyncio.Event) -> None:
    fired = 1 if node.workflows.declared else 0
    while fired and not stop.is_set():
        async with node.database.write() as conn:
            fired = await fire(node.workflows, conn)


async def _begin_cases(node: Node, stop: asyncio.Event) -> None:
    if not node.workflows.declared:
        return
    async with node.database.read() as conn:
        names = await behind(node.workflows, conn)
    for name in names:
        passed = 1
        while passed and not stop.is_set():
            async with node.database.write() as conn:
                passed = await begin_by_news(node.workflows, conn, name)
        node.sequencer.wake()


async def _tell(node: Node, stop: asyncio.Event) -> None:
    passed = 1 if node.workflows.declared else 0
    while passed and not stop.is_set():
        async with node.database.write() as conn:
            passed = await tell_of_steps(node.notices, node.workflows, conn)


async def _read_on(node: Node, stop: asyncio.Event) -> None:
    """What solutions do by news from the ledger."""
    for read in (reader for solution in solutions() for reader in solution.readers):
        done = 1
        while done and not stop.is_set():
            async with node.database.write() as conn:
                done = await read(node.registry, node.notices, conn)


async def _reseat(node: Node, stop: asyncio.Event) -> None:
    if not node.workflows.declared:
        return
    for work in (take_over, reseat):
        moved = 1
        while moved and not stop.is_set():
            async with node.database.write() as conn:
                moved = await work(node.workflows, conn)


async def _find_duplicates(node: Node, stop: asyncio.Event) -> None:
    passed = 1
    while passed and not stop.is_set():
        async with node.database.write() as conn:
            passed = await propose_duplicates(node.registry, conn)


async def _tidy(node: Node) -> None:
    async with node.database.write() as conn:
        await kit_queries.forget_answers(conn, before=node.registry.clock.now() - timedelta(days=1))
        await tidy_access(node.access, conn)
        await tidy_exchange(node.exchange, conn)
    await tidy_notices(node.notices)
    if node.registry.readings is not None:
        await node.registry.readings.tidy(node.database)
    clock = node.registry.clock
    async with node.database.read() as conn:
        held = await held_records(conn, clock.today())
    done = await purge_logs(node.database, node.registry.catalogue, held, clock.now())
    for name, count in done.items():
        if count:
            _log.info("%s entries of the log of %s were over their term and are forgotten", count, name)


async def _mend(node: Node) -> None:
    if node.cluster is not None and not node.cluster.is_running():
        _log.warning("PostgreSQL is down; starting it again")
        await node.cluster.ensure_running()
