"""Long work in a process of its own: what it brings comes back in order, and it waits while nobody takes it."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from jjm.kit.beside import ALONE
from jjm.kit.logs import log_to_standard_error

_T = TypeVar("_T")
_P = ParamSpec("_P")
_GRACE = 5.0
_BEGIN = "from jjm.kit.apart import work; work()"


async def apart(
    act: Callable[_P, AsyncGenerator[_T, None]], *args: _P.args, **kwargs: _P.kwargs
) -> AsyncGenerator[_T, None]:
    """What a generator brings when it is run in another process; at most one thing ahead, so memory stays bounded.

    `act` is a function of a module; its arguments, what it brings and what it raises are things that can be pickled.
    Raises what it raises, and ConnectionError where its process dies.
    """
    process = await asyncio.to_thread(_start, act, args, kwargs)
    brought: Any = Connection(os.dup(process.stdout.fileno()), writable=False)
    try:
        while True:
            is_item, found = await asyncio.to_thread(_next, brought)
            if not is_item:
                break
            yield found
        if found is not None:
            raise found
    finally:
        await asyncio.to_thread(_end, process, brought)


def _start(act: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    # A fresh interpreter, not a fork, which would inherit connections, threads and locks in whatever state they are;
    # in a session of its own, since Ctrl-C reaches every process of a terminal, and this one ends when nobody listens.
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _BEGIN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
        start_new_session=True,
    )
    assert process.stdin is not None
    with process.stdin as asked:
        asked.write(pickle.dumps((act, args, kwargs)))
    return process


def _next(brought: Any) -> tuple[bool, Any]:
    try:
        return brought.recv()
    except EOFError:
        raise ConnectionError("the process that did the work has died") from None


def _end(process: Any, brought: Any) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
    brought.close()


def work() -> None:
    """Do what is asked for on standard input; to be called by the process that was started for it."""
    bring: Any = Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # whoever prints must not speak in between
    log_to_standard_error()
    try:
        act, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started this one
    except (EOFError, pickle.UnpicklingError):  # which died before it had said all: nobody waits for an answer
        return
    # Looking for cycles whenever a few hundred more rows are held would take a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 10, 1_000)
    ALONE.set(True)
    error: Exception | None = None
    try:
        asyncio.run(_bring(bring, act(*args, **kwargs)))
    except BrokenPipeError:
        return
    except Exception as raised:  # it is raised where the work was asked for
        error = raised
    bring.send((False, _portable(error)))


async def _bring(bring: Any, source: AsyncGenerator[Any, None]) -> None:
    async for item in source:
        await asyncio.to_thread(bring.send, (True, item))


def _portable(error: Exception | None) -> Exception | None:
    try:
        return pickle.loads(pickle.dumps(error))  # noqa: S301 - made a moment ago, on the same line
    except Exception:  # an error that cannot travel is told
        return ConnectionError(repr(error))
