"""What the command line proves, verifies and finds altered."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from nodes import Served, run

from jjm.kit import reach

pytestmark = [pytest.mark.usefixtures("places"), pytest.mark.long]


def by_hand(served: Served, *statements: str) -> None:
    """What somebody with a database console did."""

    async def act() -> None:
        async with reach(served.folder) as url:
            conn = await asyncpg.connect(url)
            for statement in statements:
                await conn.execute(statement)
            await conn.close()

    asyncio.run(act())


def vkey_of(served: Served) -> str:
    """The key of the node's ledger."""
    with served.client() as client:
        return client.get("/log/vkey").text.strip()


def numbered(served: Served) -> dict[str, Any]:
    """What verifying tells once all that was just recorded has its position, which takes a moment."""
    for _ in range(30):
        inside: dict[str, Any] = served.run("ledger", "verify", "--json").json
        if inside["records"] == inside["entries"]:
            return inside
    raise AssertionError(inside)


def test_a_sound_node_is_verified_from_inside_and_from_outside(served: Served) -> None:
    with served.client() as client:
        for name in ("Vasudha", "Jal Sahayata", "Neer", "Sarita"):
            assert client.post("/api/v1/organisations", json={"name": name, "kind": "ngo"}).status_code == 201
    inside = numbered(served)
    assert (inside["sound"], inside["fault_count"]) == (True, 0)
    assert inside["records"] == inside["entries"] >= 40
    told = run("ledger", "verify", "--url", served.url, "--token", served.token)
    assert "All of it is as it was signed" in told.out
    assert "--key" in told.err
    outside = run("ledger", "verify", "--url", served.url, "--key", vkey_of(served), "--json").json
    assert outside["sound"]
    assert outside["records"] >= 40
    assert "/log/vkey" in run("ledger", "verify", "--url", served.url, "--key", "IN-LOCAL+1+2", code=2).err


def test_a_record_edited_by_hand_is_named(served: Served) -> None:
    was = served.run("get", "village", "VIL-399612", "--json").json["name"]
    by_hand(served, "update registry.village set name = 'Lakshmipur' where id = 'VIL-399612'")
    try:
        told = served.run("ledger", "verify", code=1)
        assert "village VIL-399612, version 1: its values were altered" in told.err
        assert "verified. 1 fault.\n" in told.out
        fault = served.run("ledger", "verify", "--json", code=1).json["faults"][0]
        assert fault["value"] == {"type": "village", "id": "VIL-399612", "version": 1, "check": "values"}
        outside = run("ledger", "verify", "--url", served.url, "--key", vkey_of(served), code=1)
        assert "village VIL-399612, version 1: the values shown are not those entered" in outside.err
    finally:
        by_hand(served, f"update registry.village set name = '{was}' where id = 'VIL-399612'")
    served.run("ledger", "verify")


def test_an_entry_edited_by_hand_is_named(served: Served) -> None:
    by_hand(served, "update ledger.batch set actor = 'nobody' where id = 1")
    try:
        told = served.run("ledger", "verify", code=1)
        assert "Entry 0 (state STA-" in told.err
        assert "do not have the root" in run("ledger", "verify", "--url", served.url, code=1).err
    finally:
        by_hand(served, "update ledger.batch set actor = 'node' where id = 1")


def test_a_proof_is_checked_offline_and_refused_once_altered(served: Served, tmp_path: Path) -> None:
    proof, key = tmp_path / "village.proof", tmp_path / "key"
    key.write_text(vkey_of(served))
    served.run("ledger", "proof", "village", "VIL-399515", "-o", proof)
    offline = ("ledger", "verify", proof, "--data", tmp_path)
    told = run(*offline, "--key", key)
    assert "Proven: village VIL-399515, version 1" in told.out
    assert "name: Rampur" in told.out
    found = run(*offline, "--key", key, "--json").json
    assert found["record"]["data"]["name"] == "Rampur"
    assert "--key" in run(*offline, code=2).err
    assert run("ledger", "verify", proof, "--data", served.folder).code == 0
    text = proof.read_text()
    for place in (40, len(text) // 2, len(text) - 20):
        proof.write_text(text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :])
        assert run(*offline, "--key", key, "--json", code=1).json["code"] == "not-proven"
    assert "cannot be read" in run("ledger", "verify", tmp_path / "none", "--key", key, code=2).err


def test_a_proof_goes_to_standard_output_without_a_file(served: Served, tmp_path: Path) -> None:
    told = served.run("ledger", "proof", "state", "STA-21", "--version", "1")
    assert told.out.startswith("c2sp.org/tlog-proof@v1\n")
    redirected = tmp_path / "state.proof"
    redirected.write_text(told.out)
    assert "Proven: state STA-21" in run("ledger", "verify", redirected, "--key", vkey_of(served)).out
    assert "version 7" in served.run("ledger", "proof", "state", "STA-21", "--version", "7", code=2).err


def test_a_folder_without_a_node_says_so(tmp_path: Path) -> None:
    assert "no database" in run("ledger", "verify", "--data", tmp_path, code=2).err
