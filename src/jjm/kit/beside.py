"""Long work without I/O, done so that other calls are answered meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_MANY = 1_000

ALONE: ContextVar[bool] = ContextVar("alone", default=False)
"""True in a process that serves nobody: it does its work at once, and saves the way into a thread and back."""


async def beside(items: int, act: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """The outcome of work on so many items: in a thread where they are many, else at once."""
    if items > _MANY and not ALONE.get():
        return await asyncio.to_thread(act, *args, **kwargs)
    return act(*args, **kwargs)
