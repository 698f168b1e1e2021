"""Reading ahead: the next thing is made while the last one is being dealt with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import ParamSpec, TypeVar

from jjm.kit.beside import ALONE

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def ahead(source: AsyncGenerator[_T, None]) -> AsyncGenerator[_T, None]:
    """What a generator brings, made ahead; at most two things wait at a time. Raises what it raises, in its place."""
    ready: asyncio.Queue[tuple[_T] | Exception | None] = asyncio.Queue(1)

    async def fill() -> None:
        try:
            async for item in source:
                await ready.put((item,))
            await ready.put(None)
        except Exception as error:  # it is raised where things are taken
            await ready.put(error)

    filling = asyncio.create_task(fill())
    try:
        while (found := await ready.get()) is not None:
            if isinstance(found, Exception):
                raise found
            yield found[0]
    finally:
        filling.cancel()
        await asyncio.wait([filling])
        await source.aclose()


async def to_its_end(act: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """The outcome of work in a thread; whoever is cancelled meanwhile still waits until the thread is done."""
    if ALONE.get():
        return act(*args, **kwargs)
    working = asyncio.ensure_future(asyncio.to_thread(act, *args, **kwargs))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
