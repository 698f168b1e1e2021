"""Long work without I/O, done so that other calls are answered meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_MANY = 1_000


async def beside(items: int, act: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """The outcome of work on so many items: in a thread where they are many, else at once."""
    if items > _MANY:
        return await asyncio.to_thread(act, *args, **kwargs)
    return act(*args, **kwargs)
