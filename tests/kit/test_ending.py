"""Tasks come to their end, also those that lose a cancellation."""

from __future__ import annotations

import asyncio

from jjm.kit import cut_short


async def test_a_task_that_loses_one_cancellation_ends_all_the_same() -> None:
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost == 2:
                    raise

    tasks = [asyncio.create_task(stubborn()), asyncio.create_task(asyncio.sleep(60))]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await cut_short(tasks)
    assert lost == 2
    assert all(task.done() for task in tasks)


async def test_what_failed_or_is_over_is_no_hindrance() -> None:
    async def failing() -> None:
        raise OSError("gone")

    tasks = [asyncio.create_task(failing())]
    await asyncio.sleep(0.01)
    await cut_short(tasks)
    await cut_short([])
