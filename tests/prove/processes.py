"""A node in a process of its own, behind a line that can be cut."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
import nodes
from prove.cables import State
from prove.cast import CLOCKS


class Way(Protocol):
    """By which the others reach a node, and in what state that is."""

    state: State


@dataclass
class Process:
    """One node: its folder, where it listens, where others and the test find it, and the line between."""

    name: str
    folder: Path
    listens: tuple[str, int]
    public: str
    service: str
    line: Way
    more: dict[str, str]
    within: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "node.json"
        file.write_text(json.dumps({"name": self.name, "url": self.public, **self.more}))
        words = ["--host", self.listens[0], "--port", str(self.listens[1]), "--node", file]
        command = [*self.within, *nodes.jjm("up", "--json", "--data", self.folder, *words)]
        env = nodes.surroundings(JJM_CLOCK_OFF=str(CLOCKS[self.name]), JJM_CALLS_PER_MINUTE="1000000")
        with (self.folder / "node.err").open("ab") as err:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=err, env=env, start_new_session=True
            )
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), (self.folder / "node.err").read_text()[-3_000:]

    def end(self, sign: int = signal.SIGTERM) -> None:
        """Send it a signal and wait for its end."""
        if self.process is None:
            return
        self.process.send_signal(sign)
        self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    def client(self) -> httpx.Client:
        """A client of its administrator, past the line."""
        token = (self.folder / "admin.token").read_text().strip()
        return httpx.Client(base_url=self.service, headers={"authorization": f"Bearer {token}"}, timeout=30)


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]
