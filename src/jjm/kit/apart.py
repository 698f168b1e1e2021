"""Long work in a process of its own: what it brings comes back in order, and it waits while nobody takes it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import os
import pickle
import select
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from jjm.kit.beside import ALONE
from jjm.kit.logs import log_to_standard_error

_T = TypeVar("_T")
_P = ParamSpec("_P")
_GRACE = 5.0
_BEGIN = "from jjm.kit.apart import work; work()"
_WAITS, _TRUSTED = 60.0, 45.0
"""Seconds for which a process stands ready, and for which it is counted on; the difference is for a slow machine."""
_PIPE = 1 << 20


class Apart:
    """Work with the functions of one module, each time in a process of its own.

    That takes a second to begin. Where work is about to come, a process can be made ready meanwhile; it ends by itself
    if none comes.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._ready: Any = None
        self._since = 0.0

    def make_ready(self) -> None:
        """Have a process load the module, for the next work, unless one does already."""
        if not self._is_ready():
            self.close()
            self._since = time.monotonic()
            self._ready = _start(self._module)

    async def run(
        self, act: Callable[_P, AsyncGenerator[_T, None]], *args: _P.args, **kwargs: _P.kwargs
    ) -> AsyncGenerator[_T, None]:
        """What a generator brings when it is run in another process; a few things ahead, so memory stays bounded.

        `act` is a function of the module; its arguments, what it brings and what it raises are things that can be
        pickled. Raises what it raises, and ConnectionError where its process dies.
        """
        process = self._take()
        brought: Any = Connection(os.dup(process.stdout.fileno()), writable=False)
        try:
            await asyncio.to_thread(_ask, process, (act, args, kwargs))
            while True:
                is_item, found = await asyncio.to_thread(_next, brought)
                if not is_item:
                    break
                yield found
            if found is not None:
                raise found
        finally:
            await asyncio.to_thread(_end, process, brought)

    def close(self) -> None:
        """Let the process go that stands ready, if one does."""
        ready, self._ready = self._ready, None
        if ready is not None:
            ready.stdin.close()  # which is how it learns that nothing will come
            _finish(ready)

    def _is_ready(self) -> bool:
        ready = self._ready
        return ready is not None and ready.poll() is None and time.monotonic() - self._since < _TRUSTED

    def _take(self) -> Any:
        if not self._is_ready():
            self.close()
            return _start(self._module)
        taken, self._ready = self._ready, None
        return taken


def _start(module: str) -> Any:
    # A fresh interpreter, not a fork, which would inherit connections, threads and locks in whatever state they are;
    # in a session of its own, since Ctrl-C reaches every process of a terminal, and this one ends when nobody listens.
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _BEGIN, module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
    )
    assert process.stdout is not None
    # What is brought is megabytes at a time: the two would wake each other for every 64 kB of them.
    with contextlib.suppress(OSError, AttributeError):  # a system that does not know this, or allows no more
        fcntl.fcntl(process.stdout.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    return process


def _ask(process: Any, work: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> None:
    with process.stdin as asked:
        asked.write(pickle.dumps(work))


def _next(brought: Any) -> tuple[bool, Any]:
    try:
        return brought.recv()
    except EOFError:
        raise ConnectionError("the process that did the work has died") from None


def _end(process: Any, brought: Any) -> None:
    process.terminate()
    _finish(process)
    brought.close()


def _finish(process: Any) -> None:
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def work() -> None:
    """Do what is asked for on standard input; to be called by the process that was started for it."""
    bring: Any = Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # whoever prints must not speak in between
    log_to_standard_error()
    import_module(sys.argv[1])
    if not select.select([sys.stdin], [], [], _WAITS)[0]:
        return
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
    """Send each thing while the next one is being made, which does not stop for it."""
    loop, sending = asyncio.get_running_loop(), None
    try:
        async for item in source:
            if sending is not None:
                await sending
            sending = loop.run_in_executor(None, bring.send, (True, item))
    finally:
        if sending is not None:
            await sending


def _portable(error: Exception | None) -> Exception | None:
    try:
        return pickle.loads(pickle.dumps(error))  # noqa: S301 - made a moment ago, on the same line
    except Exception:  # an error that cannot travel is told
        return ConnectionError(repr(error))
