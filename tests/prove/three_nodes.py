"""A Centre and two States in processes of their own, joined by lines that can be cut; one driver that upsets them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import httpx
import nodes
from prove.cables import Cable, State
from prove.lending import agree, shown
from prove.lines import Line

from jjm.kit import reach
from jjm.registry.sealing import is_withheld

CENTRE, STATES = "IN-ZX", {"IN-ZY": "98", "IN-ZZ": "99"}
CLOCKS = {CENTRE: 0, "IN-ZY": 300, "IN-ZZ": 0}
SECRET = "Gopniya-Naam"
VILLAGES = 4
_COPIED = ("state", "district", "subdistrict", "village", "node")
LENDER = "IN-ZY"
"""The State that lends the Centre the names in its households; the other one lends nothing."""
_OWN = {"scheme": "SCH", "household": "HHD"}


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


@dataclass
class Trio:
    """The three nodes, and what was acknowledged by whom."""

    nodes: dict[str, Process]
    schemes: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in STATES})
    acknowledged: set[tuple[str, str, int]] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict[str, str])
    agreement: str = ""
    _written: int = 0

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
                node.more |= {"centre": centre.public, "centre_key": key}
                node.start()
                self._admit(client, node, code)
            with self.nodes[LENDER].client() as home:
                self.agreement = agree(home, client, CENTRE, STATES[LENDER])

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

    def happens(self, what: str, who: str, a: int) -> None:
        """One thing happens: somebody writes, or a line or a node fails or comes back."""
        acts: dict[str, Callable[[str, int], str]] = {
            "writes a scheme": self._write_scheme, "changes a scheme": self._change_scheme,
            "retires a scheme": self._retire_scheme, "writes of a person": self._household,
            "renames a village": self._rename_village, "line cut": self._upset, "line lossy": self._upset,
            "killed": self._kill, "is well": self._recover,
        }  # fmt: skip
        if what.startswith("line "):
            self.nodes[who].line.state = "cut" if what == "line cut" else "lossy"
        self.told.append(f"{who} {what} {a}: {acts[what](who, a)}")

    def _state(self, who: str, a: int) -> str:
        """The State that writes: who is named, or one of the two where that is the Centre."""
        return who if who in STATES else list(STATES)[a % len(STATES)]

    def _next(self, words: str) -> str:
        self._written += 1
        return f"{words} {self._written}"

    def _write_scheme(self, who: str, a: int) -> str:
        name = self._state(who, a)
        village = f"VIL-99{list(STATES).index(name) + 1}00{a % VILLAGES + 1}"
        body = {"name": self._next("Nal Jal"), "kind": "SVS", "status": "in_progress", "villages": [village]}
        answer = self._call(name, "POST", "/api/v1/schemes", json=body)
        if answer is not None and answer.status_code == 201:
            self.schemes[name].append(answer.json()["id"])
        return self._acknowledge("scheme", answer)

    def _change_scheme(self, who: str, a: int) -> str:
        return self._to_a_scheme(self._state(who, a), a, "PATCH", json.dumps({"name": self._next("Otherwise")}))

    def _retire_scheme(self, who: str, a: int) -> str:
        return self._to_a_scheme(self._state(who, a), a, "DELETE")

    def _to_a_scheme(self, name: str, a: int, method: str, text: str | None = None) -> str:
        if not self.schemes[name]:
            return "there is none"
        return self._amend(
            name, "scheme", f"/api/v1/schemes/{self.schemes[name][a % len(self.schemes[name])]}", method, text
        )

    def _amend(self, name: str, type: str, path: str, method: str, text: str | None) -> str:
        before = self._call(name, "GET", path)
        if before is None or before.status_code != 200:
            return "not to be changed"
        headers = {"if-match": before.headers["etag"], "content-type": "application/merge-patch+json"}
        return self._acknowledge(type, self._call(name, method, path, content=text, headers=headers))

    def _household(self, who: str, a: int) -> str:
        name = self._state(who, a)
        village = f"VIL-99{list(STATES).index(name) + 1}00{a % VILLAGES + 1}"
        who = self._next(SECRET)
        body = {"village": village, "head_name": who, "phone": "+919999900000", "members": a % 9}
        answer = self._call(name, "POST", "/api/v1/households", json=body)
        if answer is not None and answer.status_code == 201:
            self.people[answer.json()["id"]] = who
        return self._acknowledge("household", answer)

    def _rename_village(self, who: str, a: int) -> str:
        path = f"/api/v1/villages/VIL-99{a % len(STATES) + 1}00{a % VILLAGES + 1}"
        return self._amend(CENTRE, "village", path, "PATCH", json.dumps({"name": self._next("Gaon")}))

    def _upset(self, who: str, a: int) -> str:
        return f"the line is {self.nodes[who].line.state}"

    def _kill(self, who: str, a: int) -> str:
        self.nodes[who].end(signal.SIGKILL)
        return "down"

    def _recover(self, who: str, a: int) -> str:
        self.nodes[who].line.state = "good"
        if self.nodes[who].process is None:
            self.nodes[who].start()
        return "well"

    def _acknowledge(self, type: str, answer: httpx.Response | None) -> str:
        """What is said is remembered; what is said must hold in the end."""
        if answer is None:
            return "down"
        if answer.status_code in (200, 201):
            record = answer.json()
            self.acknowledged.add((type, record["id"], record["_meta"]["version"]))
        return str(answer.status_code)

    def _call(self, name: str, method: str, path: str, **rest: Any) -> httpx.Response | None:
        if self.nodes[name].process is None:
            return None
        with self.nodes[name].client() as client:
            return client.request(method, path, **rest)

    def centre_is_away(self) -> None:
        """The Centre is gone for a while; the States go on by the last list of nodes that they had."""
        self.happens("killed", CENTRE, 0)
        for name in STATES:
            self.happens("is well", name, 0)
            for what in ("writes a scheme", "changes a scheme", "writes of a person"):
                self.happens(what, name, 1)

    def heal(self) -> None:
        """Every line is good, every node runs, and all have taken up what the others had to say."""
        for name in self.nodes:
            self._recover(name, 0)
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
        self._lent()
        held = {name: asyncio.run(_held(node.folder)) for name, node in self.nodes.items()}
        centre = held[CENTRE]
        for name, code in STATES.items():
            for type in _COPIED:
                assert held[name].versions[type] == centre.versions[type], (name, type)
            for type, prefix in _OWN.items():
                mine = {v for v in centre.versions[type] if v[0].startswith(f"{prefix}-{code}-")}
                assert held[name].versions[type] == mine, (name, type)
            assert held[name].opens == len(held[name].versions["household"]), name
            assert self._stands(name)["forks"] == []
        assert SECRET not in centre.text
        lent = {v for v in centre.versions["household"] if v[0].startswith(f"HHD-{STATES[LENDER]}-")}
        assert centre.opens == len(lent), "what is personal left its State without an agreement"
        known = {(type, id, version) for type, found in centre.versions.items() for id, version, *_ in found}
        assert self.acknowledged <= known
        for node in self.nodes.values():
            done = nodes.run("ledger", "verify", "--data", node.folder, apart=True, seconds=300)
            assert done.code == 0, done.err
        self._ended()

    def _lent(self) -> None:
        """The Centre is shown the names that were lent, all of them, and nobody else's."""
        lent = {id: who for id, who in self.people.items() if id.startswith(f"HHD-{STATES[LENDER]}-")}
        deadline = time.monotonic() + 90
        with self.nodes[CENTRE].client() as client:
            while shown(client, self.people) != lent:
                assert time.monotonic() < deadline, self._stands(CENTRE)["agreements"]
                time.sleep(0.5)

    def _ended(self) -> None:
        """The agreement is revoked, and what was lent is gone, without a trace of its keys."""
        path, reason = f"/api/v1/agreements/{self.agreement}:revoke", {"reason": "it is over"}
        ended = self._call(LENDER, "POST", path, json=reason)
        assert ended is not None and ended.status_code == 200, ended
        deadline = time.monotonic() + 60
        with self.nodes[CENTRE].client() as client:
            while shown(client, self.people):
                assert time.monotonic() < deadline, "what was lent is still there"
                time.sleep(0.5)
        assert asyncio.run(_held(self.nodes[CENTRE].folder)).opens == 0


@dataclass
class Held:
    """What a node holds: versions by type, all of its database as text, and of how many households what is personal."""

    versions: dict[str, set[tuple[str, int, bytes, bool]]]
    text: str
    opens: int


async def _held(folder: Path) -> Held:
    async with reach(folder) as url:
        conn = await asyncpg.connect(url)
        try:
            versions: dict[str, set[tuple[str, int, bytes, bool]]] = {}
            for type in (*_COPIED, *_OWN):
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
            sealed = await conn.fetch("select sealed from registry.household")
            return Held(versions, "\n".join(text), sum(not is_withheld(row["sealed"]) for row in sealed))
        finally:
            await conn.close()


@contextlib.contextmanager
def trio(folder: Path, seed: int, laid: Sequence[Cable] = ()) -> Generator[Trio, None, None]:
    """Three nodes that are not started yet, each in the namespace at the end of a cable where such are given."""
    made: dict[str, Process] = {}
    lines: list[Line] = []
    for n, name in enumerate((CENTRE, *STATES)):
        more = {"centre": "self"} if name == CENTRE else {}
        if laid:
            cable, within = laid[n], ("ip", "netns", "exec", laid[n].namespace)
            public, service = f"http://{cable.address}:8000", f"http://{cable.service}:8000"
            made[name] = Process(name, folder / name, ("0.0.0.0", 8000), public, service, cable, more, within)
        else:
            listens = ("127.0.0.1", _free())
            lines.append(Line(listens, seed + n))
            service = f"http://127.0.0.1:{listens[1]}"
            made[name] = Process(name, folder / name, listens, lines[n].url, service, lines[n], more)
    try:
        yield Trio(made)
    finally:
        for line in lines:
            line.close()
        for node in made.values():
            if node.process is not None:
                node.end()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]
