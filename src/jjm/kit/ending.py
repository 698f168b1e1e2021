"""Bringing tasks to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

_AGAIN = 1.0


async def cut_short(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until all are over.

    They are cancelled again each second: before Python 3.12 a cancellation is lost where what `asyncio.wait_for` waits
    for ends at the same moment, and a task that never ends would keep the whole node from stopping.
    """
    waiting = {task for task in tasks if not task.done()}
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=_AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)
