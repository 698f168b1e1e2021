"""Started nodes for tests: in this process behind ASGI, or as a process of their own."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import shipped

from jjm.access import NODE, create_token
from jjm.app import cli
from jjm.app.asgi import application
from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.kit import Clock
from jjm.workflow import Deeds

REPOSITORY = Path(__file__).parents[1]


@asynccontextmanager
async def started(
    folder: Path, database_url: str, clock: Clock | None = None, deeds: Deeds | None = None, **more: Any
) -> AsyncGenerator[Node, None]:
    """A node on that database, with no limit on calls that a test would notice, and `more` settings."""
    settings = Settings(folder, database=database_url, calls_per_minute=1_000_000, **more)
    async with AsyncExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("jjm.app.node.load", shipped.standards)
            patch.setattr("jjm.app.node.validators", shipped.rules)
            node = await stack.enter_async_context(running(settings, clock, deeds=deeds))
        yield node


async def token(node: Node, *scopes: str) -> str:
    """A new token with these scopes, named after them."""
    async with node.database.write() as conn:
        made = await create_token(conn, NODE, node.registry.clock, name="-".join(scopes), scopes=scopes)
    return made.secret


@asynccontextmanager
async def caller(node: Node, *scopes: str) -> AsyncGenerator[httpx.AsyncClient, None]:
    """An HTTP client of the node with a token of these scopes, or without a token."""
    headers = {"authorization": f"Bearer {await token(node, *scopes)}"} if scopes else {}
    transport = httpx.ASGITransport(app=application(node))
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=headers) as client:
        yield client


async def sequenced(node: Node) -> None:
    """Wait until every change committed so far has its position in the ledger."""
    waiting = "select exists (select from ledger.batch where first is null)"
    while True:
        async with node.database.read() as conn:
            if not await conn.fetchval(waiting):
                return
        node.sequencer.wake()
        await node.sequencer.news(0.2)


async def summed(node: Node) -> None:
    """Wait until the sums that pages show have been brought up to all that was recorded so far."""
    await sequenced(node)
    behind = "select coalesce((select position from web.reader), -2) + 1 < (select max(size) from ledger.checkpoint)"
    async with asyncio.timeout(20):
        while True:
            async with node.database.read() as conn:
                if not await conn.fetchval(behind):
                    return
            await asyncio.sleep(0.05)


def jjm(*words: str | Path) -> list[str]:
    """The command line of these words."""
    return [str(REPOSITORY / "tools/jjm"), *map(str, words)]


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a command: nothing of the caller's own node."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JJM_")}
    return kept | {"JJM_PYTHON": sys.executable, "PYTHONPATH": str(REPOSITORY / "src"), "NO_COLOR": "1"} | more


def run(
    *words: str | Path,
    said: str | bytes = "",
    code: int | None = 0,
    apart: bool = False,
    seconds: float = 90,
    **more: str,
) -> Done:
    """Run a command to its end and look at its exit code; `apart` in a process of its own, else in this one."""
    sent = said.encode() if isinstance(said, str) else said
    found = _apart(words, sent, more, seconds) if apart else _here(words, sent, more)
    assert code in (None, found.code), f"{words} ended with {found.code}:\n{found.out[-1000:]}\n{found.err[-3000:]}"
    assert "Traceback" not in found.err, found.err
    return found


def _apart(words: Sequence[str | Path], sent: bytes, more: dict[str, str], seconds: float) -> Done:
    done = subprocess.run(jjm(*words), input=sent, capture_output=True, timeout=seconds, env=surroundings(**more))
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def _here(words: Sequence[str | Path], sent: bytes, more: dict[str, str]) -> Done:
    """The same by the same entry point, without the second it takes to start Python."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    code: object = None
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("JJM_")]:
            patch.delenv(name)
        for name, value in more.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["jjm", *map(str, words)])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent), "utf-8"))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                cli.main()
            except SystemExit as end:
                code = end.code
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Done(code if isinstance(code, int) else 0, *texts)


@dataclass(frozen=True)
class Done:
    """A command that has ended: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it answered with `--json`."""
        return json.loads(self.out)


@dataclass
class Served:
    """A node in a process of its own, started by the command line."""

    folder: Path
    process: subprocess.Popen[bytes]
    told: dict[str, Any]
    errors: Path

    @classmethod
    def start(cls, folder: Path, *words: str | Path, command: str = "up") -> Served:
        """Start a node on that folder and wait until it answers."""
        errors = folder.with_name(f"{folder.name}.err")
        with errors.open("ab") as err:
            line = jjm(command, "--json", "--data", folder, *words)
            process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=err, env=surroundings())
        assert process.stdout is not None
        told = process.stdout.readline()
        if not told:
            process.wait(90)
            process.stdout.close()
            raise AssertionError(f"the node did not start:\n{errors.read_text()}")
        return cls(folder, process, json.loads(told), errors)

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.told["url"]

    @property
    def token(self) -> str:
        """The administrator's token."""
        return Path(self.told["token_file"]).read_text().strip()

    def client(self, token: str | None = None) -> httpx.Client:
        """A client with that token, or the administrator's."""
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {token or self.token}"}, timeout=30)

    def run(self, *words: str | Path, **rest: Any) -> Done:
        """Run a command on this node."""
        return run(*words, "--data", self.folder, **rest)

    def end(self, sign: int = signal.SIGTERM) -> int:
        """Send it a signal and wait for its end; its exit code."""
        self.process.send_signal(sign)
        code = self.process.wait(90)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


Start = Callable[..., Served]
"""Starts a node as `Served.start` does; whatever a test leaves running is ended with it."""


@contextlib.contextmanager
def starting() -> Generator[Start, None, None]:
    """A way to start nodes that are ended in any case."""
    started: list[Served] = []

    def start(folder: Path, *words: str | Path, command: str = "up") -> Served:
        started.append(Served.start(folder, *words, command=command))
        return started[-1]

    try:
        yield start
    finally:
        for node in started:
            if node.process.poll() is None:
                node.end()
