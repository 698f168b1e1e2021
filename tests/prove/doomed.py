"""A node that is killed again and again: in a process of its own, with its own PostgreSQL, always at one address."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import psutil
from databases import passable_folder
from nodes import Served, starting

from jjm.kit import reach
from jjm.ledger.store import _LOCK

# Whoever holds the lock under which entries are numbered.
_SEQUENCING = f"select pid from pg_locks where locktype = 'advisory' and objid = {_LOCK} and granted"
_AT_WORK = "select pid from pg_stat_activity where application_name = 'jjm' and state <> 'idle'"
_NO_LIMIT = "calls_per_minute: 1000000000\n"


@contextmanager
def doomed(standards: Path | None = None) -> Iterator[Doomed]:
    """A started node in a folder of its own, on the shipped standards or others; what is left of it ends with this."""
    with passable_folder() as folder:
        settings = folder / "node.yaml"
        settings.write_text(_NO_LIMIT)
        more = ("--standards", standards) if standards else ()
        with starting() as start:
            node = Doomed(
                folder / "node", settings, start(folder / "node", "--port", "0", "--node", settings, *more), start, more
            )
            try:
                yield node
            finally:
                node.bury()


@dataclass
class Doomed:
    """A node and the ways to kill it. Each way returns once the node can be expected to answer again."""

    folder: Path
    settings: Path
    served: Served
    _start: Callable[..., Served]
    _more: Sequence[str | Path] = ()
    token: str = field(init=False)
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.token, self.url = self.served.token, self.served.url

    @property
    def ways(self) -> dict[str, Callable[[random.Random], Awaitable[None]]]:
        """The ways to kill, by name."""
        return {
            "node": self._kill_node,
            "node again while it starts": self._kill_twice,
            "node and PostgreSQL": self._kill_all,
            "PostgreSQL": self._kill_postmaster,
            "a process of PostgreSQL": self._kill_process,
            "connections at work": self._end_connections,
            "the sequencer": self._end_sequencer,
            "the sequencer's process": self._kill_sequencer,
        }

    async def ready(self) -> None:
        """Wait until the node answers from its database."""
        async with asyncio.timeout(60), httpx.AsyncClient(base_url=self.url, timeout=5) as client:
            while True:
                with suppress(httpx.TransportError):
                    if (await client.get("/health/ready")).status_code == 200:
                        return
                await asyncio.sleep(0.05)

    def said(self) -> str:
        """What the node wrote to standard error."""
        return self.served.errors.read_text()

    def bury(self) -> None:
        """End a PostgreSQL that was left without its node."""
        if self.served.process.poll() is None:
            return
        for process in psutil.process_iter(["cmdline"]):
            if str(self.folder) in " ".join(process.info["cmdline"] or ()):
                process.send_signal(signal.SIGQUIT)

    async def _kill_node(self, chance: random.Random) -> None:
        self._end_node()
        await asyncio.to_thread(self._start_again)

    async def _kill_twice(self, chance: random.Random) -> None:
        self._end_node()
        starting = asyncio.create_task(asyncio.to_thread(self._start_again))
        await asyncio.sleep(chance.uniform(0.0, 1.5))
        young = [p for p in psutil.Process().children() if str(self.folder) in " ".join(_words(p))]
        for process in young:
            self._kill(process.pid)
        with suppress(AssertionError):  # it did not start, as intended
            await starting
            if young:
                self._end_node()
        if young:
            await asyncio.to_thread(self._start_again)

    async def _kill_all(self, chance: random.Random) -> None:
        self._kill(self._postmaster().pid)
        await self._kill_node(chance)

    async def _kill_postmaster(self, chance: random.Random) -> None:
        self._kill(self._postmaster().pid)
        await self.ready()

    async def _kill_process(self, chance: random.Random) -> None:
        self._kill(chance.choice(self._postmaster().children()).pid)
        await self.ready()

    async def _end_connections(self, chance: random.Random) -> None:
        await self._at_database(f"select pg_terminate_backend(pid) from ({_AT_WORK} and pid <> pg_backend_pid()) b")
        await self.ready()

    async def _end_sequencer(self, chance: random.Random) -> None:
        await self._at_database(f"select pg_terminate_backend(pid) from ({_SEQUENCING}) sequencer")
        await self.ready()

    async def _kill_sequencer(self, chance: random.Random) -> None:
        for row in await self._at_database(_SEQUENCING):
            self._kill(row[0])
        await self.ready()

    async def _at_database(self, question: str) -> list[asyncpg.Record]:
        """Ask until there is an answer."""
        async with reach(self.folder) as url, asyncio.timeout(10):
            conn = await asyncpg.connect(url)
            while not (found := await conn.fetch(question)):
                await asyncio.sleep(0)
            await conn.close()
        return found

    def _end_node(self) -> None:
        self.served.end(signal.SIGKILL)

    def _start_again(self) -> None:
        port = str(httpx.URL(self.url).port)
        self.served = self._start(self.folder, "--port", port, "--node", self.settings, *self._more)

    def _postmaster(self) -> psutil.Process:
        (found,) = [p for p in psutil.Process(self.served.process.pid).children() if "postgres" in p.name()]
        return found

    def _kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
