"""A Centre and two States in processes of their own, joined by lines that can be cut; one driver that upsets them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import nodes
from prove.lines import Line, Link

from jjm.kit import reach

CENTRE, STATES = "IN-ZX", {"IN-ZY": "98", "IN-ZZ": "99"}
CLOCKS = {CENTRE: 0, "IN-ZY": 300, "IN-ZZ": 0}
SECRET = "Gopniya-Naam"
_COPIED = ("state", "district", "subdistrict", "village", "node")


@dataclass
class Process:
    """One node: its folder, where it listens, and the line by which others reach it."""

    name: str
    folder: Path
    address: tuple[str, int]
    line: Line | Link
    more: dict[str, str]
    within: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "node.json"
        file.write_text(json.dumps({"name": self.name, "url": self.line.url, **self.more}))
        words = ["--host", self.address[0], "--port", str(self.address[1]), "--node", file]
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
        url = f"http://{self.address[0]}:{self.address[1]}"
        return httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=30)


@dataclass
class Trio:
    """The three nodes, and what was acknowledged by whom."""

    nodes: dict[str, Process]
    chance: random.Random
    schemes: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in STATES})
    acknowledged: set[tuple[str, str, int]] = field(default_factory=set)

    def begin(self) -> None:
        """Start the nodes, record the areas, and enter the States' nodes in the Centre's list."""
        centre = self.nodes[CENTRE]
        centre.start()
        with centre.client() as client:
            key = client.get("/.well-known/jjm-node").json()["fingerprint"]
            for n, code in enumerate(STATES.values(), 1):
                self._areas(client, n, code)
            for name, code in STATES.items():
                node = self.nodes[name]
                node.more |= {"centre": centre.line.url, "centre_key": key}
                node.start()
                self._admit(client, node, code)

    def _areas(self, client: httpx.Client, n: int, code: str) -> None:
        since = {"valid_from": "2020-01-01"}
        areas: list[tuple[str, dict[str, Any]]] = [
            ("states", {"code": code, "name": f"State {n}", "iso": f"IN-Z{'YZ'[n - 1]}", "kind": "state"}),
            ("districts", {"code": f"9{n}", "name": f"District {n}", "state": f"STA-{code}"}),
            ("subdistricts", {"code": f"9{n}", "name": f"Tehsil {n}", "district": f"DIS-9{n}"}),
            *(
                ("villages", {"code": f"99{n}00{v}", "name": f"Gaon {v}", "subdistrict": f"SDT-9{n}"})
                for v in range(1, 5)
            ),
        ]
        for plural, record in areas:
            made = client.post(f"/api/v1/{plural}", json=record, params=since)
            assert made.status_code == 201, made.text

    def _admit(self, client: httpx.Client, node: Process, code: str) -> None:
        with node.client() as own:
            said = own.get("/.well-known/jjm-node").json()["node"]
        record = {
            "name": node.name, "role": "state", "status": "active", "states": [f"STA-{code}"], "exchange": "pull",
            "address": said["address"], "keys": said["keys"]["keys"], "ledger_key": said["ledger"],
        }  # fmt: skip
        made = client.post("/api/v1/nodes", json=record)
        assert made.status_code == 201, made.text

    def step(self) -> str:
        """One thing happens: mostly somebody writes, now and then a line or a node fails or comes back."""
        acts: list[tuple[int, Callable[[], str]]] = [
            (6, self._write_scheme), (3, self._change_scheme), (1, self._household), (2, self._rename_village),
            (2, self._upset_a_line), (1, self._kill), (2, self._heal_one),
        ]  # fmt: skip
        return self.chance.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()

    def _write_scheme(self) -> str:
        name = self.chance.choice(list(STATES))
        n = list(STATES).index(name) + 1
        body = {"name": f"Nal Jal {self.chance.randrange(10**9)}", "kind": "SVS", "status": "in_progress"}
        village = f"VIL-99{n}00{self.chance.randint(1, 4)}"
        answer = self._call(name, "POST", "/api/v1/schemes", json={**body, "villages": [village]})
        if answer is not None and answer.status_code == 201:
            self.schemes[name].append(answer.json()["id"])
            self._acknowledge("scheme", answer)
        return f"{name} writes: {answer.status_code if answer else 'down'}"

    def _change_scheme(self) -> str:
        name = self.chance.choice(list(STATES))
        if not self.schemes[name]:
            return "nothing to change"
        path = f"/api/v1/schemes/{self.chance.choice(self.schemes[name])}"
        before = self._call(name, "GET", path)
        if before is None or before.status_code != 200:
            return "not to be changed"
        headers = {"if-match": before.headers["etag"], "content-type": "application/merge-patch+json"}
        if self.chance.random() < 0.2:
            answer = self._call(name, "DELETE", path, headers=headers)
        else:
            text = json.dumps({"name": f"Otherwise {self.chance.randrange(10**9)}"})
            answer = self._call(name, "PATCH", path, content=text, headers=headers)
        if answer is not None and answer.status_code == 200:
            self._acknowledge("scheme", answer)
        return f"{name} changes: {answer.status_code if answer else 'down'}"

    def _household(self) -> str:
        name = self.chance.choice(list(STATES))
        n = list(STATES).index(name) + 1
        body = {"village": f"VIL-99{n}001", "head_name": f"{SECRET} {self.chance.randrange(10**6)}"}
        answer = self._call(name, "POST", "/api/v1/households", json=body)
        return f"{name} writes of a person: {answer.status_code if answer else 'down'}"

    def _rename_village(self) -> str:
        path = f"/api/v1/villages/VIL-99{self.chance.randint(1, 2)}00{self.chance.randint(1, 4)}"
        before = self._call(CENTRE, "GET", path)
        if before is None:
            return "the Centre is down"
        headers = {"if-match": before.headers["etag"], "content-type": "application/merge-patch+json"}
        text = json.dumps({"name": f"Gaon {self.chance.randrange(10**9)}"})
        answer = self._call(CENTRE, "PATCH", path, content=text, headers=headers)
        if answer is not None and answer.status_code == 200:
            self._acknowledge("village", answer)
        return f"the Centre renames: {answer.status_code if answer else 'down'}"

    def _acknowledge(self, type: str, answer: httpx.Response) -> None:
        record = answer.json()
        self.acknowledged.add((type, record["id"], record["_meta"]["version"]))

    def _call(self, name: str, method: str, path: str, **rest: Any) -> httpx.Response | None:
        if self.nodes[name].process is None:
            return None
        with self.nodes[name].client() as client:
            return client.request(method, path, **rest)

    def _upset_a_line(self) -> str:
        node = self.chance.choice(list(self.nodes.values()))
        node.line.state = self.chance.choice(["cut", "lossy"])
        return f"the line to {node.name} is {node.line.state}"

    def _kill(self) -> str:
        node = self.chance.choice(list(self.nodes.values()))
        node.end(signal.SIGKILL)
        return f"{node.name} is killed"

    def _heal_one(self) -> str:
        node = self.chance.choice(list(self.nodes.values()))
        node.line.state = "good"
        if node.process is None:
            node.start()
        return f"{node.name} is well"

    def heal(self) -> None:
        """Every line is good, every node runs, and all have taken up what the others had to say."""
        for node in self.nodes.values():
            node.line.state = "good"
            if node.process is None:
                node.start()
        deadline = time.monotonic() + 180
        while not self._is_settled():
            assert time.monotonic() < deadline, [self._stands(name) for name in self.nodes]
            time.sleep(0.3)

    def _stands(self, name: str) -> dict[str, Any]:
        with self.nodes[name].client() as client:
            return client.get("/api/v1/federation").json()

    def _is_settled(self) -> bool:
        def sizes() -> dict[str, int]:
            found: dict[str, int] = {}
            for name, node in self.nodes.items():
                with node.client() as client:
                    found[name] = int(client.get("/log/checkpoint").text.split("\n")[1])
            return found

        before = sizes()
        for name in self.nodes:
            for other in self._stands(name)["nodes"]:
                if other["followed"] and other["size"] != before[other["name"]]:
                    return False
        expected = {CENTRE: 2, **dict.fromkeys(STATES, 1)}
        followed = {name: sum(n["followed"] for n in self._stands(name)["nodes"]) for name in self.nodes}
        time.sleep(0.5)
        return followed == expected and sizes() == before

    def check(self) -> None:
        """Copies equal their originals, nothing acknowledged is missing, nothing is doubled, nothing personal left."""
        held = {name: asyncio.run(_held(node.folder)) for name, node in self.nodes.items()}
        centre = held[CENTRE]
        for name, code in STATES.items():
            for type in _COPIED:
                assert held[name].versions[type] == centre.versions[type], (name, type)
            own = {v for v in centre.versions["scheme"] if v[0].startswith(f"SCH-{code}-")}
            assert held[name].versions["scheme"] == own, name
            assert SECRET not in centre.text
            assert self._stands(name)["forks"] == []
        known = {(type, id, version) for type, found in centre.versions.items() for id, version, *_ in found}
        assert self.acknowledged <= known
        for node in self.nodes.values():
            done = nodes.run("ledger", "verify", "--data", node.folder, apart=True)
            assert done.code == 0, done.err


@dataclass
class Held:
    """What a node holds: versions by type, and all of its database as text."""

    versions: dict[str, set[tuple[str, int, bytes, bool]]]
    text: str


async def _held(folder: Path) -> Held:
    async with reach(folder) as url:
        conn = await asyncpg.connect(url)
        try:
            versions: dict[str, set[tuple[str, int, bytes, bool]]] = {}
            for type in (*_COPIED, "scheme"):
                both = (
                    f"select id, version, digest, true from registry.{type} union all "
                    f"select id, version, digest, false from registry.{type}_history"
                )
                rows = [tuple(row) for row in await conn.fetch(both)]
                assert len({row[:2] for row in rows}) == len(rows), f"{type} is doubled"
                versions[type] = set(rows)
            tables = await conn.fetch(
                "select format('%I.%I', schemaname, tablename) as name from pg_tables "
                "where schemaname not in ('pg_catalog', 'information_schema')"
            )
            text = [str(await conn.fetch(f"select t::text from {row['name']} t")) for row in tables]
            return Held(versions, "\n".join(text))
        finally:
            await conn.close()


@contextlib.contextmanager
def trio(folder: Path, seed: int, namespaces: Sequence[str] = ()) -> Generator[Trio, None, None]:
    """Three nodes that are not started yet, each in its network namespace where such are given."""
    made: dict[str, Process] = {}
    for n, name in enumerate((CENTRE, *STATES)):
        more = {"centre": "self"} if name == CENTRE else {}
        if namespaces:
            address, within = (f"10.177.0.{n + 1}", 8000), ("ip", "netns", "exec", namespaces[n])
            line: Line | Link = Link(f"{namespaces[n]}a", address)
        else:
            address, within = ("127.0.0.1", _free()), ()
            line = Line(address, seed + n)
        made[name] = Process(name, folder / name, address, line, more, within)
    try:
        yield Trio(made, random.Random(seed))
    finally:
        for node in made.values():
            node.line.close()
            if node.process is not None:
                node.end()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]
