"""A node in the foreground: its port claimed first, its address written once it answers, stopped in good order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import uvicorn

from jjm.app.address import ADDRESS_FILE
from jjm.app.asgi import application
from jjm.app.listening import BACKLOG, claim
from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.app.start import keep_start
from jjm.kit import Problem

# What is under way gets this long to end once the node is asked to stop.
_GRACE = 4
_T = TypeVar("_T")

Told = Callable[[Node, str], Awaitable[None]]
"""Told of the node and its address once it answers."""
First = Callable[[Node], Awaitable[None]]
"""What is done with the node before it answers."""


def run(work: Awaitable[_T]) -> _T:
    """Run to the end on the fastest event loop that this machine has."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if sys.platform != "win32":
        import uvloop

        factory = uvloop.new_event_loop

    async def main() -> _T:
        return await work

    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main())


async def serve(settings: Settings, port: int | None, told: Told, first: First | None = None) -> None:
    """Start a node, tell of it once it answers, and serve until a signal asks it to stop.

    With `port` None the first free one from 8000 on is taken; 0 lets the machine choose. A second signal ends the
    process at once; the next start then puts the database in order. Raises Problem where the node cannot start.
    """
    stop = asyncio.Event()
    _listen_for_signals(stop)
    listener = claim(settings.host, port)
    settings = replace(settings, port=listener.getsockname()[1])
    with contextlib.closing(listener), _as_problems(settings.folder):
        async with running(settings) as node:
            keep_start(settings)
            if first is not None and not stop.is_set():
                await first(node)
            if not stop.is_set():
                await _serve(node, listener, stop, told)


async def _serve(node: Node, listener: socket.socket, stop: asyncio.Event, told: Told) -> None:
    config = uvicorn.Config(
        application(node), loop="none", lifespan="off", log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=_GRACE, ws="none", backlog=BACKLOG,
    )  # fmt: skip
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await _first(server.answering.wait(), asyncio.shield(serving))
        url = _url(node.settings.host, listener.getsockname()[1])
        _settle()
        async with _announced(node.settings.folder, url):
            await told(node, url)
            await _first(stop.wait(), asyncio.shield(serving))
    finally:
        node.stopping.set()
        # A call that is cut short at the end is no fault of anybody's.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        server.should_exit = True
        await serving


def _settle() -> None:
    """Let what stands at the start be: it stays, and to look through it for cycles again and again costs every call."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


async def _first(*works: Awaitable[Any]) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it: a node that is still starting must hear them too."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _listen_for_signals(stop: asyncio.Event) -> None:
    def asked() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    # `nohup` has the end of the terminal ignored, and means it.
    hangup = [] if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else [signal.SIGHUP]
    for sign in (signal.SIGINT, signal.SIGTERM, *hangup):
        asyncio.get_running_loop().add_signal_handler(sign, asked)


def _url(host: str, port: int) -> str:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound
    shown = everywhere.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


@asynccontextmanager
async def _announced(folder: Path, url: str) -> AsyncGenerator[None, None]:
    """The node's address in its folder, for the commands of this machine, as long as it answers there."""
    path = folder / ADDRESS_FILE
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(url + "\n", "utf-8")
    draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _as_problems(folder: Path) -> Generator[None, None, None]:
    """What the machine or the database refuses at start, as a Problem."""
    try:
        yield
    except asyncpg.PostgresError as error:
        detail = f"PostgreSQL refused: {error}. It must be of release 15 to 18, and its user may make schemas."
        raise Problem("database-refused", 503, "The database cannot be used", detail) from error
    except OSError as error:
        detail = f"{error.filename or folder}: {error.strerror or error}. Use another folder with --data."
        raise Problem("folder-unusable", 503, "The data folder cannot be used", detail) from error
