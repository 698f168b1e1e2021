"""`jjm up`: a node that starts, says where it is, survives and ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from databases import passable_folder
from new_type import add_handpump, copy_of_standards
from nodes import Served, Start, jjm, run, surroundings

from jjm.app.node import running
from jjm.app.settings import Settings
from jjm.kit import DatabaseUrl, Problem
from jjm.standards import shipped_folder

pytestmark = pytest.mark.long


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder for a node's data."""
    with passable_folder() as folder:
        yield folder / "node"


def test_a_node_starts_stops_and_starts_again_with_all_it_had(place: Path, start: Start, tmp_path: Path) -> None:
    standards = copy_of_standards(tmp_path / "standards")
    add_handpump(standards)
    (node_file := tmp_path / "node.yaml").write_text("name: IN-OD\ntitle: Water of Odisha\n")
    node = start(place, "--standards", standards, "--node", node_file)
    assert (place / "node.start").stat().st_mode & 0o777 == 0o600
    assert node.url == (place / "node.address").read_text().strip()
    assert (place / "admin.token").stat().st_mode & 0o777 == 0o600
    with node.client() as client:
        assert client.get("/health/ready").status_code == 200
        made = client.post("/api/v1/organisations", json={"name": "Vasudha", "kind": "ngo"}).json()["id"]
    began = time.monotonic()
    assert node.end() == 0
    assert time.monotonic() - began < 10
    assert not (place / "node.address").exists()
    assert not _servers_of(place)
    again = start(place, "--port", "0")
    with again.client(node.token) as client:
        assert client.get(f"/api/v1/organisations/{made}").json()["name"] == "Vasudha"
        # What it was started with the first time needs not be said again.
        assert client.get("/api/v1/handpumps").status_code == 200
        assert "Water of Odisha" in client.get("/").text
    assert again.run("standards", "sql", "handpump", "--json").json["tables"]
    assert again.end(signal.SIGINT) == 0
    _look_into_a_stopped_node(place, standards)


def _look_into_a_stopped_node(place: Path, standards: Path) -> None:
    """Commands from inside use what the node was started with, and say so where they are given something else."""
    assert "All of it is as it was signed" in run("ledger", "verify", "--data", place).out
    found = run("doctor", "--data", place, "--json")
    assert f"no fault in {standards}" in {one["said"] for one in found.json}
    told = run("doctor", "--data", place, "--standards", shipped_folder())
    assert f"was started with the standards in {standards}; this looks into those in" in told.err
    standards.rename(standards.with_name("elsewhere"))
    refused = run("up", "--data", place, "--port", "0", code=2)
    assert f"the standards in {standards}, which is not there" in refused.err
    assert "name where it is now with --standards" in refused.err


def _servers_of(place: Path) -> list[psutil.Process]:
    return [p for p in psutil.process_iter() if str(place) in " ".join(_words(p))]


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_a_killed_node_starts_again_and_its_commands_say_meanwhile_that_it_is_down(place: Path, start: Start) -> None:
    node = start(place, "--port", "0")
    with node.client() as client:
        made = client.post("/api/v1/organisations", json={"name": "Jal Sahayata", "kind": "ngo"}).json()["id"]
    node.end(signal.SIGKILL)
    told = run("get", "organisation", made, "--data", place, code=2)
    assert "does not answer" in told.err
    again = start(place, "--port", "0")
    assert again.run("get", "organisation", made, "--json").json["name"] == "Jal Sahayata"
    # A caller who waits for news does not hold up the end.
    waiting = threading.Thread(target=_wait_for_news, args=[again])
    waiting.start()
    time.sleep(0.5)
    began = time.monotonic()
    assert again.end() == 0
    assert time.monotonic() - began < 10
    waiting.join(10)
    assert not waiting.is_alive()


def _wait_for_news(node: Served) -> None:
    with node.client() as client:
        told = client.get("/api/v1/changes", params={"limit": 20_000}).headers
        answer = client.get("/api/v1/changes", params={"after": told["x-position"], "wait": 60}, timeout=70)
        assert answer.status_code == 200


async def test_a_node_keeps_the_name_of_its_first_start(database_url: DatabaseUrl, tmp_path: Path) -> None:
    async with running(Settings(tmp_path, name="IN-OD", database=database_url)):
        pass
    async with running(Settings(tmp_path, database=database_url)) as again:
        assert (again.settings.name, again.registry.node) == ("IN-OD", "IN-OD")
    with pytest.raises(Problem, match="cannot become IN-AS"):
        async with running(Settings(tmp_path, name="IN-AS", database=database_url)):
            pass


def test_a_node_file_that_makes_no_sense_is_refused(place: Path, tmp_path: Path) -> None:
    file = tmp_path / "node.yaml"
    for content, said in (("name: IN OD", "cannot be the name"), ("colour: red", "colour"), ("- x", "not a list")):
        file.write_text(content)
        assert said in run("up", "--data", place, "--port", "0", "--node", file, code=2).err


def test_a_node_that_is_still_starting_can_be_stopped(place: Path) -> None:
    with subprocess.Popen(
        jjm("up", "--data", place, "--port", "0"), stderr=subprocess.PIPE, env=surroundings()
    ) as node:
        while not (place / "postgres.lock").exists():
            time.sleep(0.05)
        node.send_signal(signal.SIGTERM)
        assert node.wait(30) == 0
    assert not _servers_of(place)


def test_a_busy_folder_and_a_busy_port_are_said(served: Served) -> None:
    folder = run("up", "--data", served.folder, "--port", "0", code=2)
    assert "is in use by the process" in folder.err
    port = httpx.URL(served.url).port
    with passable_folder() as empty:
        told = run("up", "--data", empty / "node", "--port", str(port), code=2)
        assert f"Port {port}" in told.err
        assert "--port" in told.err
        assert not (empty / "node").exists()


def test_a_port_in_use_is_passed_over_unless_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from jjm.app import listening

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(listening, "FIRST_PORT", other.getsockname()[1])
        with listening.claim("127.0.0.1", None) as found:
            assert found.getsockname()[1] > other.getsockname()[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--database", "postgresql://nobody@127.0.0.1:1/none"], "PostgreSQL did not answer"),
        (["--database", "mysql://x"], "PostgreSQL did not answer"),
        (["--node", "no-such-file.yaml"], "no-such-file.yaml"),
        (["--standards", "no-such-folder"], "no-such-folder"),
        (["--host", "no.such.host.invalid"], "--host"),
    ],
)
def test_what_keeps_a_node_from_starting_is_said_in_words(place: Path, words: list[str], said: str) -> None:
    told = run("up", "--data", place, "--port", "0", "--json", *words, code=2)
    assert said in told.err
    assert told.json["detail"]


def test_a_faulty_standard_is_named_with_its_line(place: Path, tmp_path: Path) -> None:
    from jjm.standards import default_folder

    faulty = tmp_path / "standards"
    _copy(default_folder(), faulty)
    scheme = faulty / "registries/assets/scheme.yaml"
    scheme.write_text(scheme.read_text().replace("required: [", "requird: [", 1))
    told = run("up", "--data", place, "--standards", faulty, "--port", "0", code=2)
    assert "scheme.yaml" in told.err
    assert "requird" in told.err


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            to = target / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
