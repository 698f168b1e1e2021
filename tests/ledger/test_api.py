"""The public log over HTTP, read as a stranger with nothing but the vkey would."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncGenerator

import httpx
import pytest
from changes import changes, commit, sequence
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from jjm import ledger
from jjm.kit import Database, Problem
from jjm.ledger import Sequencer, Signer, Verifier, verify_consistency, verify_inclusion, verify_proof
from jjm.ledger.leaf import unbundle
from jjm.ledger.note import parse_checkpoint
from jjm.ledger.tiles import TilePath, frontier, root_of, tile_path
from jjm.ledger.tree import leaf_hash


def refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return JSONResponse(problem.as_json(), problem.status)


@pytest.fixture
async def http(database: Database, sequencer: Sequencer, signer: Signer) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A client of a node whose ledger has 700 entries, signed at 300 and at 700."""
    await commit(database, changes(300))
    await sequence(database, sequencer)
    await commit(database, changes(400, "HH"))
    await sequence(database, sequencer)
    app = Starlette(routes=ledger.routes(database, signer.verifier.vkey), exception_handlers={Problem: refused})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node") as client:
        yield client


async def test_a_copy_of_the_log_confirms_the_checkpoint(http: httpx.AsyncClient) -> None:
    vkey = (await http.get("/log/vkey")).text
    checkpoint = await http.get("/log/checkpoint")
    assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
    said = parse_checkpoint(Verifier.parse(vkey).open(checkpoint.text))
    assert said.size == 700
    tiles = {}
    for tile in frontier(said.size):
        width = (said.size >> 8 * tile.level) % 256
        answer = await http.get("/log/" + tile_path(TilePath(tile.level, tile.index, width)))
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        tiles[tile] = answer.content
    assert root_of(tiles, said.size) == said.root
    for index, width in ((0, 256), (1, 256), (2, 188)):
        entries = await http.get("/log/" + tile_path(TilePath(None, index, width)))
        hashes = await http.get("/log/" + tile_path(TilePath(0, index, width)))
        assert b"".join(map(leaf_hash, unbundle(entries.content))) == hashes.content


async def test_a_partial_tile_of_an_older_checkpoint_is_still_served(http: httpx.AsyncClient) -> None:
    old, full = await http.get("/log/tile/0/001.p/44"), await http.get("/log/tile/0/001")
    assert old.content == full.content[: 44 * 32]
    assert len(full.content) == 8_192


async def test_an_entry_and_its_proofs(http: httpx.AsyncClient) -> None:
    entry = (await http.get("/log/entries/411")).json()
    assert (entry["position"], entry["subject"], entry["type"], entry["version"]) == (411, "HH-111", "scheme", 1)
    assert entry["at"] == "2026-11-23T06:30:00.123456Z"
    proof = (await http.get("/log/proof/inclusion", params={"position": 411})).json()
    hashes = [b64decode(value) for value in proof["hashes"]]
    assert proof["leaf_hash"] == entry["leaf_hash"]
    assert verify_inclusion(411, proof["size"], leaf_hash(entry["leaf"].encode()), hashes, b64decode(proof["root"]))
    shown = (await http.get("/log/proof/consistency?old=300")).json()
    roots = (b64decode(shown["old_root"]), b64decode(shown["new_root"]))
    assert verify_consistency(300, 700, *roots, [b64decode(value) for value in shown["hashes"]])
    older = (await http.get("/log/proof/inclusion?position=4&size=300")).json()
    assert older["root"] == shown["old_root"]


async def test_a_proof_file_to_take_away(http: httpx.AsyncClient) -> None:
    answer = await http.get("/log/entries/5/proof")
    assert answer.headers["content-disposition"] == 'attachment; filename="entry-5.tlog-proof"'
    assert verify_proof(answer.text, (await http.get("/log/vkey")).text).leaf["subject"] == "SCH-5"


REFUSED = [
    ("/log/tile/0/002", 404, "not-found"),
    ("/log/tile/0/002.p/189", 404, "not-found"),
    ("/log/tile/0/2", 404, "not-found"),
    ("/log/tile/5/000", 404, "not-found"),
    ("/log/tile/0/x999/x999/x999/x999/999", 404, "not-found"),
    ("/log/tile/entries/002", 404, "not-found"),
    ("/log/tile/entries/x999/x999/x999/x999/999", 404, "not-found"),
    ("/log/entries/700", 404, "not-found"),
    ("/log/entries/999999999999999999", 404, "not-found"),
    ("/log/entries/999999999999999999999999", 400, "bad-number"),
    ("/log/entries/-1", 400, "bad-number"),
    ("/log/entries/1e3", 400, "bad-number"),
    ("/log/entries/700/proof", 404, "not-found"),
    ("/log/proof/inclusion", 400, "missing-parameter"),
    ("/log/proof/inclusion?position=700", 400, "beyond-ledger"),
    ("/log/proof/inclusion?position=1&size=701", 400, "beyond-ledger"),
    ("/log/proof/inclusion?position=1&sizes=7", 400, "unknown-parameter"),
    ("/log/proof/consistency?old=0", 400, "beyond-ledger"),
    ("/log/proof/consistency?old=7&new=3", 400, "beyond-ledger"),
    ("/log/proof/consistency?old=٧", 400, "bad-number"),
]


async def test_what_does_not_exist_is_refused(http: httpx.AsyncClient) -> None:
    for path, status, code in REFUSED:
        answer = await http.get(path)
        assert (path, answer.status_code, answer.json()["code"]) == (path, status, code)
