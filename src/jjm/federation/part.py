"""Taking part: what a node does among the others as long as it runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from jjm.federation.context import Federation
from jjm.federation.following.follower import Follower
from jjm.federation.following.service import retry_held
from jjm.federation.handover.moving import keep_moving
from jjm.federation.network.store import forget_nonces
from jjm.federation.relayed import bring_proposals
from jjm.federation.sharing.sharer import share
from jjm.kit import cut_short

_log = logging.getLogger(__name__)
_LIST_PAUSE = 20.0
_FIRST_PAUSE = _MOVING_PAUSE = 1.0
_PROPOSAL_PAUSE, _HELD_PAUSE, _SHARE_PAUSE, _FORGET_PAUSE = 2.0, 60.0, 5.0, 300.0


async def take_part(federation: Federation, stop: asyncio.Event) -> None:
    """Keep the list of nodes fresh and follow the others until `stop` is set. Outlives whatever fails on the way."""
    if federation.network.own.centre is None:
        return
    async with federation.client() as client:

        async def fetch() -> None:
            await federation.network.fetch(client)

        async def bring() -> None:
            await bring_proposals(federation)

        async def retry() -> None:
            listed = federation.network.listed
            if listed is not None and await retry_held(federation.registry, listed.members):
                federation.wake()

        async def lend() -> None:
            await share(federation, client)

        async def move() -> None:
            await keep_moving(federation, client)

        async def forget() -> None:
            async with federation.registry.database.write() as conn:
                await forget_nonces(conn, federation.registry.clock.now())

        await asyncio.gather(
            _again(fetch, lambda: _pause(federation), stop),
            _follow(federation, stop),
            _again(bring, lambda: _PROPOSAL_PAUSE, stop),
            _again(retry, lambda: _HELD_PAUSE, stop),
            _again(lend, lambda: _MOVING_PAUSE if federation.network.is_moving else _SHARE_PAUSE, stop),
            _again(move, lambda: _FIRST_PAUSE, stop),
            _again(forget, lambda: _FORGET_PAUSE, stop),
        )


def _pause(federation: Federation) -> float:
    network = federation.network
    is_known = network.listed is not None and network.own.name in network.listed.members
    if network.is_moving:
        return _MOVING_PAUSE
    return _LIST_PAUSE if is_known and network.fault is None else _FIRST_PAUSE


async def _follow(federation: Federation, stop: asyncio.Event) -> None:
    """One follower for each node that this one follows or pushes to, begun and ended as the list says."""
    running: dict[tuple[str, bool], asyncio.Task[None]] = {}

    async def arrange() -> None:
        if federation.network.own.is_centre:
            await federation.network.issue()
        wanted = set(federation.network.to_follow())
        for key in wanted - running.keys():
            running[key] = asyncio.create_task(Follower(federation, *key).run())
        for key in running.keys() - wanted:
            running.pop(key).cancel()

    try:
        await _again(arrange, lambda: _FIRST_PAUSE, stop)
    finally:
        await cut_short(running.values())


async def _again(act: Callable[[], Awaitable[None]], pause: Callable[[], float], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await act()
        except Exception as error:  # a database that restarts must not end it
            _log.warning("taking part in the federation failed and will be tried again: %r", error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause())
