"""`jjm demo --federation`: a Centre and two States in processes of their own, found again, and ended in order."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import nodes
import pytest

pytestmark = pytest.mark.long

LONGEST = 150.0  # some twenty seconds where nothing else runs
STATES = {"IN-ZY": ("98", "Kalpit Pradesh"), "IN-ZZ": ("99", "Manas Pradesh")}


def test_three_nodes_follow_each_other_and_end(tmp_path: Path) -> None:
    command = nodes.jjm("demo", "--federation", "--json", "--data", tmp_path)
    begun = time.monotonic()
    with (tmp_path / "err").open("wb") as err:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, env=nodes.surroundings())
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (tmp_path / "err").read_text()[-3_000:]
        told: dict[str, Any] = json.loads(line)
        assert set(told["nodes"]) == {"IN-ZX", *STATES} and told["pid"] == process.pid
        _followed(told, begun + LONGEST)
        _shown(told["nodes"]["IN-ZX"]["url"])
        _spoken_to(told["nodes"]["IN-ZX"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()
    assert process.returncode == 0
    for node in told["nodes"].values():  # nothing is left running behind it
        with httpx.Client(timeout=2) as client:
            try:
                client.get(f"{node['url']}/api/v1/federation")
            except httpx.TransportError:
                continue
        raise AssertionError(f"{node['url']} still answers")


def _followed(told: dict[str, Any], deadline: float) -> None:
    """Every node has all that those it follows have entered, and the Centre the States' schemes."""
    with httpx.Client(timeout=30) as client:
        while True:
            assert time.monotonic() < deadline, "the three nodes did not find each other"
            stands = [client.get(f"{node['url']}/api/v1/federation").json() for node in told["nodes"].values()]
            followed = [n for one in stands for n in one["nodes"] if n["followed"]]
            centre = told["nodes"]["IN-ZX"]["url"]
            known = [client.get(f"{centre}/api/v1/schemes?within=state/{code}").json() for code, _ in STATES.values()]
            lent = [one for one in stands[0]["agreements"] if one["state"] == "in_force" and one["taken"]]
            at_rest = len(followed) == 4 and not any(n["behind"] for n in followed)
            if at_rest and lent and all(k["items"] for k in known):
                return
            time.sleep(0.3)


def _spoken_to(node: dict[str, str]) -> None:
    """The same at the command line, where a handover that nobody began is refused."""
    words = ("--url", node["url"], "--token", Path(node["token_file"]).read_text().strip())
    assert "IN-ZZ" in nodes.run("federation", "status", *words).out
    assert "in_force" in nodes.run("federation", "agreements", *words).out
    refused = nodes.run("federation", "handover", "report", "IN-ZY", *words, code=2)
    assert "No State moves to IN-ZY" in refused.err
    assert "AGR-NONE" in nodes.run("federation", "sign", "AGR-NONE", *words, code=2).err


def _shown(url: str) -> None:
    """The page of the Centre names the States, invented as they are, and not their numbers."""
    with httpx.Client(headers={"accept": "text/html"}) as client:
        for lang in ("en", "hi"):
            page = client.get(f"{url}/network?lang={lang}").text
            for code, title in STATES.values():
                assert title in page and f"<td>{code}</td>" not in page
