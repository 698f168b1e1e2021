"""The log as an outsider reads it: what was altered behind the node's back shows, whatever else was altered with it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from changes import changes, commit, sequence

from jjm import ledger
from jjm.kit import Database, Problem, not_found
from jjm.ledger import Sequencer, Signer, Verifier, evidence, verify_log
from jjm.ledger.tiles import parse_tile_path


def fetch_from(database: Database) -> ledger.copy.Fetch:
    """What a node with this database serves."""

    async def fetch(path: str) -> bytes:
        async with database.read() as conn:
            if path == "checkpoint":
                return (await ledger.head(conn)).note.encode()
            wanted = parse_tile_path(path.removeprefix("tile/"))
            if wanted.level is None:
                return await ledger.entry_bundle(conn, wanted.index, wanted.width)
            return await evidence.tile(conn, wanted.level, wanted.index, wanted.width)

    return fetch


@pytest.fixture
async def log(database: Database, sequencer: Sequencer) -> Database:
    """A ledger of 20,000 entries, more than are read at a time, and not a full tile at its end."""
    await commit(database, changes(15_000), changes(5_000, "HH"))
    await sequence(database, sequencer)
    return database


async def test_a_sound_log_is_read_whole_and_found_sound(log: Database, signer: Signer) -> None:
    seen: list[bytes] = []

    async def read(start: int, leaves: Sequence[bytes]) -> None:
        assert start == len(seen)
        seen.extend(leaves)

    head, faults = await verify_log(fetch_from(log), signer.verifier.vkey, read)
    assert (head.size, len(seen), faults) == (20_000, 20_000, [])
    assert b'"subject":"HH-4999"' in seen[-1]


async def test_an_empty_log_is_sound(database: Database, sequencer: Sequencer, signer: Signer) -> None:
    await sequence(database, sequencer)
    head, faults = await verify_log(fetch_from(database), signer.verifier.vkey)
    assert (head.size, faults) == (0, [])


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update ledger.batch set subjects[5] = 'SCH-stolen' where id = 1", "do not have the root"),
        ("update ledger.tile set hashes = sha256('x') || substring(hashes from 33) where level = 0", "Tile 0/0"),
        ("delete from ledger.tile where level = 1", "Tile 1/0"),
        ("delete from ledger.batch where id = 2", "Entry bundle 58"),
    ],
)
async def test_what_was_altered_shows(log: Database, signer: Signer, statement: str, said: str) -> None:
    async with log.write() as conn:
        await conn.execute(statement)
    _, faults = await verify_log(fetch_from(log), signer.verifier.vkey)
    assert any(said in fault.message for fault in faults), faults


async def test_a_checkpoint_of_another_key_proves_nothing(log: Database, signer: Signer) -> None:
    stranger = Verifier(signer.verifier.name, bytes(32))
    with pytest.raises(Problem, match="no signature"):
        await verify_log(fetch_from(log), stranger.vkey)


async def test_a_node_that_refuses_is_not_taken_for_an_altered_one(log: Database, signer: Signer) -> None:
    async def refuse(path: str) -> bytes:
        if path == "checkpoint":
            return await fetch_from(log)(path)
        raise Problem("too-many-calls", 429, "Too many calls", "Try later.")

    with pytest.raises(Problem, match="Too many calls"):
        await verify_log(refuse, signer.verifier.vkey)

    async def lose(path: str) -> bytes:
        if path == "checkpoint":
            return await fetch_from(log)(path)
        raise not_found("gone")

    _, faults = await verify_log(lose, signer.verifier.vkey)
    assert faults
