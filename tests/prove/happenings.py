"""What happens to three nodes: somebody writes, or a line or a node fails or comes back."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from prove.cast import CENTRE, SECRET, STATES, VILLAGES
from prove.processes import Process


@dataclass
class Happenings:
    """The nodes, what was acknowledged by whom, and what was told of it."""

    nodes: dict[str, Process]
    schemes: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in STATES})
    acknowledged: set[tuple[str, str, int]] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict[str, str])
    _written: int = 0

    def happens(self, what: str, who: str, a: int) -> None:
        """One thing happens: somebody writes, or a line or a node fails or comes back."""
        acts: dict[str, Callable[[str, int], str]] = {
            "writes a scheme": self._write_scheme, "changes a scheme": self._change_scheme,
            "retires a scheme": self._retire_scheme, "writes of a person": self._household,
            "renames a village": self._rename_village, "line cut": self._upset, "line lossy": self._upset,
            "killed": self._kill, "is well": self.recover,
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
        answer = self.call(name, "POST", "/api/v1/schemes", json=body)
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
        before = self.call(name, "GET", path)
        if before is None or before.status_code != 200:
            return "not to be changed"
        headers = {"if-match": before.headers["etag"], "content-type": "application/merge-patch+json"}
        return self._acknowledge(type, self.call(name, method, path, content=text, headers=headers))

    def _household(self, who: str, a: int) -> str:
        name = self._state(who, a)
        village = f"VIL-99{list(STATES).index(name) + 1}00{a % VILLAGES + 1}"
        who = self._next(SECRET)
        body = {"village": village, "head_name": who, "phone": "+919999900000", "members": a % 9}
        answer = self.call(name, "POST", "/api/v1/households", json=body)
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

    def recover(self, who: str, a: int = 0) -> str:
        """A line and a node are well again."""
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

    def call(self, name: str, method: str, path: str, **rest: Any) -> httpx.Response | None:
        """Call a node as its administrator; None where it is down."""
        if self.nodes[name].process is None:
            return None
        with self.nodes[name].client() as client:
            return client.request(method, path, **rest)
