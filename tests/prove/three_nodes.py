"""A Centre and two States in processes of their own: begun, upset, healed, and compared."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodes
from prove.admitting import admit, areas
from prove.cables import Cable
from prove.cast import CENTRE, COPIED, LENDER, OWN, SECRET, STATES
from prove.happenings import Happenings
from prove.holding import held
from prove.lending import agree, shown
from prove.lines import Line
from prove.processes import Process, free_port


@dataclass
class Trio(Happenings):
    """The three nodes from their beginning to the comparison of all that they hold."""

    agreement: str = ""

    def begin(self) -> None:
        """Start the nodes, record the areas, and enter the States' nodes in the Centre's list."""
        centre = self.nodes[CENTRE]
        centre.start()
        with centre.client() as client:
            key = client.get("/.well-known/jjm-node").json()["fingerprint"]
            for n, code in enumerate(STATES.values(), 1):
                areas(client, n, code)
            for name, code in STATES.items():
                node = self.nodes[name]
                node.more |= {"centre": centre.public, "centre_key": key}
                node.start()
                admit(client, node, code)
            with self.nodes[LENDER].client() as home:
                self.agreement = agree(home, client, CENTRE, STATES[LENDER])

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
            self.recover(name)
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
        all_held = {name: asyncio.run(held(node.folder)) for name, node in self.nodes.items()}
        centre = all_held[CENTRE]
        for name, code in STATES.items():
            for type in COPIED:
                assert all_held[name].versions[type] == centre.versions[type], (name, type)
            for type, prefix in OWN.items():
                mine = {v for v in centre.versions[type] if v[0].startswith(f"{prefix}-{code}-")}
                assert all_held[name].versions[type] == mine, (name, type)
            assert all_held[name].opens == len(all_held[name].versions["household"]), name
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
        ended = self.call(LENDER, "POST", path, json=reason)
        assert ended is not None and ended.status_code == 200, ended
        deadline = time.monotonic() + 60
        with self.nodes[CENTRE].client() as client:
            while shown(client, self.people):
                assert time.monotonic() < deadline, "what was lent is still there"
                time.sleep(0.5)
        assert asyncio.run(held(self.nodes[CENTRE].folder)).opens == 0


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
            listens = ("127.0.0.1", free_port())
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
