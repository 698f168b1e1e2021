"""Keeping a node: saved, put back, examined, tried out."""

from __future__ import annotations

import asyncio
import io
import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from databases import passable_folder
from nodes import Served, Start, run

from jjm.app.node import Node
from jjm.app.rehearsal import furnish
from jjm.kit import Problem

pytestmark = [pytest.mark.usefixtures("places"), pytest.mark.long]


@pytest.fixture(scope="module")
def shelf() -> Iterator[Path]:
    """A folder for backups and what is restored from them."""
    with passable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def saved(served: Served, places: dict[str, str], shelf: Path) -> Path:
    """A backup of the shared node, made while it runs."""
    file = shelf / "node.backup"
    told = served.run("backup", file, "--json").json
    assert told["entries"] >= 40
    assert file.stat().st_mode & 0o777 == 0o600
    return file


def test_a_node_is_put_back_with_its_records_keys_and_tokens(
    served: Served, saved: Path, shelf: Path, start: Start
) -> None:
    folder = shelf / "restored"
    run("restore", saved, "--data", folder, "--json")
    verified = run("ledger", "verify", "--data", folder, "--json").json
    assert verified["sound"]
    assert verified["records"] == verified["entries"] >= 40
    again = start(folder, "--port", "0")
    with again.client(served.token) as client, served.client() as original:
        for address in ("/api/v1/villages/VIL-399515", "/log/vkey"):
            assert client.get(address).text == original.get(address).text
        assert client.post("/api/v1/organisations", json={"name": "Nirmal", "kind": "ngo"}).status_code == 201
    assert again.end() == 0
    run("ledger", "verify", "--data", folder)
    assert "not empty" in run("restore", saved, "--data", folder, code=2).err
    assert [path.name for path in shelf.iterdir() if "restore-" in path.name] == []


def test_who_read_more_than_the_backup_holds_is_told_so(served: Served, saved: Path, shelf: Path, start: Start) -> None:
    folder = shelf / "behind"
    held = run("restore", saved, "--data", folder, "--json").json["entries"]
    again = start(folder, "--port", "0")
    with again.client(served.token) as client, served.client() as original:
        for n in range(3):
            assert original.post("/api/v1/organisations", json={"name": f"Lost {n}", "kind": "ngo"}).status_code == 201
        read = {"limit": "20000", "wait": "5"}
        known = _read_to(original, b"Lost 2")
        for n in range(max(5, int(known["after"]) - held + 2)):
            assert client.post("/api/v1/organisations", json={"name": f"New {n}", "kind": "ngo"}).status_code == 201
        _read_to(client, b"New 4")
        refused = client.get("/api/v1/changes", params=known)
        assert (refused.status_code, refused.json()["code"]) == (410, "history-rewritten")
        shared = refused.json()["position"]
        assert held - 1 <= shared <= held + 50
        followed = client.get("/api/v1/changes", params=read | {"epoch": known["epoch"], "after": shared})
        assert followed.status_code == 200
        assert b"New 0" in followed.content and b"Lost" not in followed.content
    assert again.end() == 0


def _read_to(client: httpx.Client, told: bytes) -> dict[str, str]:
    """Read the feed until it tells of something; where it was then."""
    position, content = "-1", b""
    while told not in content:
        answer = client.get("/api/v1/changes", params={"after": position, "limit": "20000", "wait": "5"})
        position, content = answer.headers["x-position"], answer.content
    return {"epoch": answer.headers["x-epoch"], "after": position}


def test_a_backup_overwrites_nothing_and_is_checked_when_it_is_put_back(saved: Path, shelf: Path) -> None:
    assert "already" in run("backup", saved, "--data", shelf, code=2).err
    assert "no database" in run("backup", shelf / "new", "--data", shelf / "nowhere", code=2).err
    (shelf / "text").write_text("no archive")
    assert "no backup" in run("restore", shelf / "text", "--data", shelf / "a", code=2).err
    _altered(saved, shelf / "altered", {"entries": 10**9})
    assert "altered" in run("restore", shelf / "altered", "--data", shelf / "a", code=2).err
    _altered(saved, shelf / "sly", {}, "files/../../escaped")
    run("restore", shelf / "sly", "--data", shelf / "a", code=2)
    assert not (shelf / "escaped").exists()
    assert not (shelf / "a").exists()


def _altered(source: Path, target: Path, manifest: dict[str, int], more: str | None = None) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member)
            data = content.read() if content else b""
            if member.name == "manifest.json":
                data = json.dumps(json.loads(data) | manifest).encode()
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
        if more:
            new.addfile(tarfile.TarInfo(more), io.BytesIO())


def test_a_sound_node_gets_a_clean_bill(served: Served) -> None:
    findings = {f["name"]: f["verdict"] for f in served.run("doctor", "--json").json}
    assert findings.keys() >= {"python", "disk", "postgresql", "folder", "secrets", "standards", "port", "database"}
    assert findings.keys() >= {"schema", "ledger", "clock", "logs"}
    assert "fail" not in findings.values()
    told = served.run("doctor").out
    assert "PostgreSQL 18" in told
    address = re.search(r"answers at (postgresql://\S+)", told)
    assert address, told
    assert asyncio.run(_villages(address[1])) >= 2


async def _villages(address: str) -> int:
    conn = await asyncpg.connect(address)
    try:
        return await conn.fetchval("select count(*) from registry.village")
    finally:
        await conn.close()


def test_what_is_wrong_with_a_node_is_named_with_its_remedy(served: Served, tmp_path: Path) -> None:
    token = served.folder / "admin.token"
    token.chmod(0o644)
    try:
        told = served.run("doctor", code=1)
    finally:
        token.chmod(0o600)
    assert f"chmod 600 {token}" in told.out
    unreachable = ("--database", "postgresql://nobody@127.0.0.1:1/none")
    findings = run("doctor", "--data", tmp_path, *unreachable, "--json", code=1).json
    assert [f["name"] for f in findings if f["verdict"] == "fail"] == ["database"]


def test_a_database_outside_of_the_folder_is_asked_for_and_not_said_to_be_missing(tmp_path: Path) -> None:
    def told() -> tuple[str, str]:
        (found,) = (f for f in run("doctor", "--data", tmp_path, "--json").json if f["name"] == "database")
        return found["verdict"], found["remedy"] or ""

    assert told() == ("ok", "")
    (tmp_path / "admin.token").write_text("jjm_x\n")
    (tmp_path / "admin.token").chmod(0o600)
    verdict, remedy = told()
    assert verdict == "warn"
    assert "--database" in remedy


def test_a_node_to_try_things_on(shelf: Path, start: Start) -> None:
    words = ("--villages", "3", "--households", "4", "--port", "0")
    demo = start(shelf / "demo", *words, command="demo")
    tokens = json.loads((shelf / "demo/demo-tokens.json").read_text())
    assert (shelf / "demo/demo-tokens.json").stat().st_mode & 0o777 == 0o600
    assert demo.told["tokens"] == tokens
    with demo.client(tokens["read"]) as reader, demo.client(tokens["personal"]) as personal:
        hidden, shown = (client.get("/api/v1/households").json()["items"] for client in (reader, personal))
        assert len(shown) == len(hidden) > 0
        assert not any("head_name" in household for household in hidden)
        assert any("head_name" in household for household in shown)
        assert reader.post("/api/v1/organisations", json={"name": "x", "kind": "ngo"}).status_code == 403
        state = reader.get("/api/v1/states/STA-99").json()
        assert state["_meta"]["source"].startswith("synthetic")
    with demo.client(tokens["write"]) as writer:
        assert writer.post("/api/v1/organisations", json={"name": "x", "kind": "ngo"}).status_code == 201
    assert httpx.URL(demo.told["pages"][0]).path == "/"
    assert demo.end() == 0
    again = start(shelf / "demo", *words, command="demo")
    assert again.told["tokens"] == tokens
    assert again.end() == 0


async def test_a_node_with_records_of_its_own_is_not_filled(node: Node, client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/organisations", json={"name": "x", "kind": "ngo"})).status_code == 201
    with pytest.raises(Problem, match="records of a node's own"):
        await furnish(node, 7, 3, 4, lambda type, count: None)
