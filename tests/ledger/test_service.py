"""Appending and reading: what goes in comes out in one gap-free order, with proofs that hold."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from changes import AT, changes, commit, record, sequence

from jjm import ledger
from jjm.kit import Database, Problem, SetClock
from jjm.ledger import Change, Sequencer, Signer, verify_consistency, verify_inclusion, verify_proof
from jjm.ledger.leaf import unbundle
from jjm.ledger.tree import EMPTY_ROOT, leaf_hash

pytestmark = pytest.mark.every_postgres


async def test_a_change_gets_its_position_only_after_commit(database: Database, sequencer: Sequencer) -> None:
    async with database.write() as conn:
        batch = await record(conn, changes(3))
        assert await ledger.position_of(conn, batch, 2) is None
    assert await sequence(database, sequencer) == 1
    async with database.read() as conn:
        assert [await ledger.position_of(conn, batch, slot) for slot in (0, 2, 3)] == [0, 2, None]
        asked = [ledger.entry_id(batch, 1), 5, ledger.entry_id(batch + 1, 0)]
        assert await ledger.positions(conn, asked) == [1, None, None]
        assert await conn.fetchval("select ledger.position($1)", asked[0]) == 1
        entry = await ledger.entry_at(conn, 1)
    made = changes(3)[1]
    assert (entry.subject, entry.version, entry.change, entry.digest) == made
    assert (entry.type, entry.at, entry.actor, entry.node) == ("scheme", AT, "engineer-7", "jjm.odisha.example")
    assert (entry.batch, entry.slot) == (batch, 1) == ledger.batch_and_slot(asked[0])


async def test_reading_on_in_pieces_gives_every_change_once(database: Database, sequencer: Sequencer) -> None:
    lots = [changes(1), changes(700, "HH"), changes(5, "TAP", "change", 4), changes(300, "VIL")]
    mixed = [Change("ODD", 1, "create", b"d" * 32), Change("ODD", 2, "retire", b"e" * 32)]
    await commit(database, *lots, mixed)
    await sequence(database, sequencer)
    wanted = [change for lot in (*lots, mixed) for change in lot]
    for limit in (1, 97, 256, 5_000):
        seen: list[Change] = []
        after = -1
        async with database.read() as conn:
            while slices := await ledger.entries(conn, after, limit):
                for part in slices:
                    assert part.first == after + 1
                    read = [part.entry(i) for i in range(len(part))]
                    assert list(part.entries) == [ledger.entry_id(e.batch, e.slot) for e in read]
                    seen += [Change(e.subject, e.version, e.change, e.digest) for e in read]
                    after = read[-1].position
                assert sum(map(len, slices)) <= limit
        assert seen == wanted


async def test_proofs_hold_for_every_entry_and_size(database: Database, sequencer: Sequencer, signer: Signer) -> None:
    await commit(database, changes(300))
    await sequence(database, sequencer)
    async with database.read() as conn:
        old = await ledger.head(conn)
    await commit(database, changes(500, "HH"))
    await sequence(database, sequencer)
    async with database.read() as conn:
        new = await ledger.head(conn)
        for position in (0, 1, 255, 256, 299, 300, 511, 799):
            proof = await ledger.inclusion(conn, position)
            leaf = leaf_hash(await ledger.leaf_at(conn, position))
            assert proof.root == new.root
            assert verify_inclusion(position, new.size, leaf, proof.hashes, new.root)
            document = await ledger.proof_file(conn, position)
            assert verify_proof(document, signer.verifier.vkey).position == position
        of_old = await ledger.inclusion(conn, 7, old.size)
        assert verify_inclusion(7, old.size, of_old.leaf_hash, of_old.hashes, old.root)
        assert await ledger.consistency(conn, old.size) == await ledger.consistency(conn, old.size, new.size)
        shown = await ledger.consistency(conn, old.size)
    assert verify_consistency(old.size, new.size, old.root, new.root, shown.hashes)


async def test_what_is_beyond_the_ledger_is_refused(database: Database, sequencer: Sequencer) -> None:
    async with database.read() as conn:
        with pytest.raises(Problem, match="No checkpoint has been signed"):
            await ledger.head(conn)
    await commit(database, changes(3))
    await sequence(database, sequencer)
    async with database.read() as conn:
        for call in (ledger.inclusion(conn, 3), ledger.inclusion(conn, 0, 4), ledger.inclusion(conn, -1)):
            with pytest.raises(Problem) as refusal:
                await call
            assert (refusal.value.code, refusal.value.status) == ("beyond-ledger", 400)
        for call in (ledger.consistency(conn, 0), ledger.consistency(conn, 4), ledger.consistency(conn, 2, 1)):
            with pytest.raises(Problem) as refusal:
                await call
            assert refusal.value.code == "beyond-ledger"
        for call in (
            ledger.entry_at(conn, 3),
            ledger.entry_at(conn, -1),
            ledger.proof_file(conn, 3),
            ledger.tile(conn, 0, 0, 4),
            ledger.tile(conn, 1, 0, 1),
            ledger.entry_bundle(conn, 0, 4),
            ledger.entry_bundle(conn, 1, 1),
        ):
            with pytest.raises(Problem) as refusal:
                await call
            assert refusal.value.status == 404


async def test_a_fresh_ledger_is_signed_as_empty(database: Database, sequencer: Sequencer) -> None:
    assert await sequence(database, sequencer) == 0
    async with database.read() as conn:
        head = await ledger.head(conn)
        assert (head.size, head.root) == (0, EMPTY_ROOT)
        assert await ledger.entries(conn, -1, 10) == []


async def test_tiles_and_bundles_are_the_leaves(database: Database, sequencer: Sequencer) -> None:
    await commit(database, changes(100), changes(200, "HH"), changes(300, "TAP"))
    await sequence(database, sequencer)
    async with database.read() as conn:
        leaves = [await ledger.leaf_at(conn, position) for position in range(600)]
        for index, width in ((0, 256), (1, 256), (2, 88), (1, 7), (0, 1)):
            expected = leaves[index * 256 : index * 256 + width]
            assert unbundle(await ledger.entry_bundle(conn, index, width)) == expected
            assert await ledger.tile(conn, 0, index, width) == b"".join(map(leaf_hash, expected))


async def test_a_full_batch(database: Database, sequencer: Sequencer, signer: Signer) -> None:
    await commit(database, changes(ledger.SLOTS), changes(2, "LAST"))
    await sequence(database, sequencer)
    async with database.read() as conn:
        assert (await ledger.entry_at(conn, ledger.SLOTS - 1)).slot == ledger.SLOTS - 1
        assert (await ledger.entry_at(conn, ledger.SLOTS)).subject == "LAST-0"
        document = await ledger.proof_file(conn, ledger.SLOTS + 1)
        size = await conn.fetchval("select sum(pg_column_size(b.*)) from ledger.batch b where count > 2")
    assert verify_proof(document, signer.verifier.vkey).leaf["subject"] == "LAST-1"
    assert size / ledger.SLOTS < 100


CHANGE = Change("SCH-1", 1, "create", b"d" * 32)


IMPOSSIBLE: list[tuple[list[Change], datetime, str]] = [
    ([], AT, "a"),
    ([CHANGE] * 65_537, AT, "a"),
    ([CHANGE], datetime(2026, 1, 1), "a"),
    ([CHANGE], AT, ""),
    ([CHANGE], AT, "a" * 1_001),
    ([CHANGE, CHANGE._replace(digest=b"short")], AT, "a"),
    ([CHANGE, CHANGE._replace(subject="")], AT, "a"),
    ([CHANGE, CHANGE._replace(subject="S" * 1_001)], AT, "a"),
    ([CHANGE._replace(change="")], AT, "a"),
]


async def test_changes_of_which_no_leaf_can_be_made(database: Database) -> None:
    async with database.write() as conn:
        for made, at, actor in IMPOSSIBLE:
            with pytest.raises(ValueError, match=r"batch|time zone|characters|bytes"):
                await ledger.append(conn, actor=actor, node="n", type="scheme", at=at, changes=made)


async def test_the_last_checkpoint_of_each_hour_is_kept(database: Database, signer: Signer) -> None:
    clock = SetClock(AT)
    sequencer = Sequencer(database, signer, clock)
    for minutes in (0, 10, 20, 40, 70, 600):
        clock.instant = AT + timedelta(minutes=minutes)
        await commit(database, changes(3, f"M{minutes}"))
        await sequence(database, sequencer)
    async with database.read() as conn:
        kept = await ledger.checkpoints(conn, AT + timedelta(days=1))
        assert [checkpoint.size for checkpoint in kept] == [18, 15, 12]
        assert [checkpoint.size for checkpoint in await ledger.checkpoints(conn, kept[0].at, 2)] == [18, 15]
        for checkpoint in kept:
            assert signer.verifier.open(checkpoint.note)
            shown = await ledger.consistency(conn, checkpoint.size)
            assert shown.old_root == checkpoint.root
