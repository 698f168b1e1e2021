"""Taking part: what a node does among the others as long as it runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from jjm.federation.context import Federation

_log = logging.getLogger(__name__)
_LIST_PAUSE = 20.0
_FIRST_PAUSE = 1.0


async def take_part(federation: Federation, stop: asyncio.Event) -> None:
    """Keep the list of nodes fresh until `stop` is set. Outlives whatever fails on the way."""
    if federation.network.own.centre is None:
        return
    async with federation.client() as client:
        await _again(lambda: federation.network.fetch(client), lambda: _pause(federation), stop)


def _pause(federation: Federation) -> float:
    return _LIST_PAUSE if federation.network.listed and federation.network.fault is None else _FIRST_PAUSE


async def _again(act: Callable[[], Awaitable[None]], pause: Callable[[], float], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await act()
        except Exception as error:  # a database that restarts must not end it
            _log.warning("taking part in the federation failed and will be tried again: %r", error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause())
