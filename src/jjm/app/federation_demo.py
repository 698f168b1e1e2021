"""A Centre and two invented States on one machine: three nodes in processes of their own that follow each other.

Everything is done through the front doors: the nodes are started by the command line, and spoken to over HTTP with the
tokens in their folders. Their ports stand in their node files, so that a second start finds the same network again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from jjm.app.address import TOKEN_FILE
from jjm.client import KeyPair
from jjm.kit import Problem

CENTRE = "IN-ZX"
# Invented: LGD codes of States end at 38, and ISO 3166 leaves ZX to ZZ to its users.
STATES = {"IN-ZY": ("98", "Kalpit Pradesh"), "IN-ZZ": ("99", "Manas Pradesh")}
LENDER = "IN-ZY"
"""The State that lends the Centre the names of heads of households."""
VILLAGES, SCHEMES, HOUSEHOLDS = 12, 24, 6
_PATIENCE = 120.0
_SOURCE = "synthetic: federation"
_SINCE = "2020-01-01"
_COMMAND = "from jjm.app.cli import main; main()"


@dataclass
class Running:
    """A node that was started here."""

    name: str
    folder: Path
    process: subprocess.Popen[bytes]
    url: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        token = (self.folder / TOKEN_FILE).read_text("utf-8").strip()
        self.client = httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {token}"}, timeout=60)

    def get(self, path: str) -> Any:
        """What the node answers. Raises Problem where it refuses."""
        return _good(self.client.get(path)).json()

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What the node answers to what it is sent. Raises Problem where it refuses."""
        return _good(self.client.post(path, json=body)).json()

    def record(self, plural: str, record: Mapping[str, Any]) -> str:
        """Record something that is so since the beginning, unless it is there already; its identifier."""
        asked = {"valid_from": _SINCE, "source": _SOURCE}
        answer = self.client.post(f"/api/v1/{plural}", json=record, params=asked)
        if answer.status_code == 409 and answer.json()["code"] == "exists":
            return str(answer.json()["id"])
        return str(_good(answer).json()["id"])


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    raise Problem("demo-refused", 502, "A node of the demo refuses", f"{answer.request.url}: {answer.text[:500]}")


@contextlib.contextmanager
def federation(folder: Path, host: str, port: int | None) -> Generator[dict[str, Running], None, None]:
    """The three nodes, known to each other and filled; ended with what they were started for."""
    started: dict[str, Running] = {}
    begun: dict[str, tuple[subprocess.Popen[bytes], str]] = {}
    try:
        centre = _start(folder, CENTRE, host, port, {"title": "Centre (invented)", "centre": "self"})
        started[CENTRE] = centre
        key = centre.get("/.well-known/jjm-node")["fingerprint"]
        _administration(centre)
        for n, (name, (_, title)) in enumerate(STATES.items(), 1):
            of_centre = {"title": f"{title} (invented)", "centre": centre.url, "centre_key": key}
            begun[name] = _launch(folder, name, host, port + n if port else None, of_centre)
        for name, (process, url) in begun.items():
            started[name] = _ready(folder, name, process, url)
            _admit(centre, started[name])
        for name in STATES:
            _furnish(started[name])
        lend(started[LENDER], centre)
        yield started
    finally:
        for node in reversed(started.values()):
            node.client.close()
            _end(node.process)
        for name in begun.keys() - started.keys():
            _end(begun[name][0])


def _start(folder: Path, name: str, host: str, port: int | None, more: Mapping[str, str]) -> Running:
    return _ready(folder, name, *_launch(folder, name, host, port, more))


def _launch(
    folder: Path, name: str, host: str, port: int | None, more: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], str]:
    """Begin to start a node; its process, and the address at which it will answer."""
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    file = home / "node.json"
    if not file.exists():
        port = port or _free(host)
        file.write_bytes(orjson.dumps({"name": name, "url": f"http://{host}:{port}", **more}))
    url: str = orjson.loads(file.read_bytes())["url"]
    words = ["up", "--json", "--data", str(home), "--host", host, "--port", url.rpartition(":")[2], "--node", str(file)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-P", "-c", _COMMAND, *words]
    # In a session of its own: Ctrl-C reaches every process of a terminal, and the nodes are ended in order.
    with (home / "node.log").open("ab") as log:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=env, start_new_session=True), url


def _ready(folder: Path, name: str, process: subprocess.Popen[bytes], url: str) -> Running:
    """The node once it answers. Raises Problem where it does not start."""
    home = folder / name
    assert process.stdout is not None
    told = process.stdout.readline()
    if not told:
        process.wait(30)
        detail = f"The node {name} did not start; {home / 'node.log'} says why."
        raise Problem("demo-refused", 502, "A node of the demo refuses", detail)
    return Running(name, home, process, url)


def _free(host: str) -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind((host, 0))
        return found.getsockname()[1]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _administration(centre: Running) -> None:
    """The areas of both States, which are the Centre's to record."""
    for n, (iso, (code, title)) in enumerate(STATES.items(), 1):
        state = centre.record("states", {"code": code, "name": title, "iso": iso, "kind": "state"})
        place = {"code": f"99{n}0", "name": f"{title} Sadar"}
        district = centre.record("districts", {**place, "state": state})
        tehsil = centre.record("subdistricts", {**place, "district": district})
        for v in range(1, VILLAGES + 1):
            village = {"code": f"99{n}{v:03}", "name": f"Gaon {v}", "subdistrict": tehsil}
            centre.record("villages", village)


def _admit(centre: Running, node: Running) -> None:
    """Enter a State's node in the Centre's registry, as its keepers do once they have compared its key."""
    said = node.get("/.well-known/jjm-node")["node"]
    centre.record(
        "nodes",
        {
            "name": node.name,
            "title": said["title"],
            "role": "state",
            "status": "active",
            "states": [f"STA-{STATES[node.name][0]}"],
            "address": node.url,
            "exchange": "pull",
            "keys": said["keys"]["keys"],
            "ledger_key": said["ledger"],
            "software": said["software"],
        },
    )


def _furnish(node: Running) -> None:
    """Schemes of a State, once its node has the villages from the Centre and knows that it is listed."""
    code = STATES[node.name][0]
    villages = _awaited(node, code)
    if node.get(f"/api/v1/schemes?within=state/{code}&limit=1")["items"]:
        return
    for n in range(SCHEMES):
        village = villages[n % len(villages)]
        scheme = {"name": f"Nal Jal {n + 1}", "kind": "SVS", "status": "in_progress", "villages": [village["id"]]}
        id = node.record("schemes", scheme)
        node.record("water_sources", {"village": village["id"], "kind": "deep_tube_well", "name": f"Well {n + 1}"})
        node.record("scheme_components", {"scheme": id, "village": village["id"], "kind": "handpump"})


def lend(home: Running, centre: Running) -> None:
    """A few households of a State, and an agreement by which the Centre's copies show the names in them."""
    code = STATES[home.name][0]
    if home.get("/api/v1/agreements")["items"]:
        return
    villages = home.get(f"/api/v1/villages?within=state/{code}&limit={HOUSEHOLDS}")["items"]
    for n, village in enumerate(villages):
        home.record("households", {"village": village["id"], "head_name": f"Mukhiya Namuna {n + 1}", "members": n + 2})
    contact = {"name": "Invented", "email": "keepers@centre.example"}
    program = {"name": "Node", "keys": {"jwks": KeyPair.generate().public}}
    asked = {"kind": "node", "name": "The Centre's node (invented)", "node": centre.name, "contact": contact}
    about = {"about": "Keeps copies, to try things out", "application": program}
    id = home.post("/api/v1/participants", asked | about)["id"]
    home.post(f"/api/v1/participants/{id}:approve", {})
    now = datetime.now(UTC)
    document = {
        "consumer": id,
        "purpose": {"code": "water_supply", "text": "To try out what an agreement opens"},
        "scope": {"types": ["household"], "areas": [f"state/{code}"], "fields": {"household": ["head_name"]}},
        "dataLife": {"unit": "month", "value": 12},
        "from": now.isoformat(),
        "until": (now + timedelta(days=365)).isoformat(),
    }
    agreement = home.post("/api/v1/agreements", document)["id"]
    home.post(f"/api/v1/agreements/{agreement}:sign", {})
    _heard(centre, agreement)
    centre.post(f"/api/v1/federation/agreements/{agreement}:sign", {})


def _heard(centre: Running, agreement: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while agreement not in {one["id"] for one in centre.get("/api/v1/federation/agreements")["items"]}:
        if time.monotonic() > deadline:
            raise Problem("demo-refused", 502, "A node of the demo refuses", f"{centre.name} heard of no agreement.")
        time.sleep(0.2)


def _awaited(node: Running, code: str) -> list[dict[str, Any]]:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        known = node.get("/api/v1/federation")
        is_listed = known["list"] is not None and node.name in {n["name"] for n in known["nodes"]}
        answer = node.client.get(f"/api/v1/villages?within=state/{code}&limit=100")
        if answer.is_success and len(answer.json()["items"]) == VILLAGES and is_listed:
            return list(answer.json()["items"])
        time.sleep(0.2)
    raise Problem("demo-refused", 502, "A node of the demo refuses", f"{node.name} had nothing from the Centre.")
