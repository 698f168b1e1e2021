"""The audit: what somebody altered in the database is found and named."""

from __future__ import annotations

import pytest
from changes import changes, commit, sequence

from jjm import ledger
from jjm.kit import Database, Fault, Problem
from jjm.ledger import Sequencer, Signer
from jjm.ledger.leaf import leaf_hashes

pytestmark = pytest.mark.every_postgres


async def audit(database: Database, signer: Signer) -> list[Fault]:
    async with database.snapshot() as conn:
        return await ledger.verify_tree(conn, signer.verifier.vkey)


async def audit_after(database: Database, signer: Signer, edit: str) -> list[Fault]:
    """What the audit finds after an edit, which is taken back."""
    async with database.pool.acquire() as conn:
        edited = conn.transaction()
        await edited.start()
        try:
            await conn.execute(edit)
            return await ledger.verify_tree(conn, signer.verifier.vkey)
        finally:
            await edited.rollback()


@pytest.fixture
async def filled(database: Database, sequencer: Sequencer) -> Database:
    """A ledger of 2,000 entries in five batches."""
    await commit(database, changes(10), changes(600, "HH"), changes(1_000, "TAP"), changes(1, "ONE"))
    await sequence(database, sequencer)
    await commit(database, changes(389, "VIL", "change", 2))
    await sequence(database, sequencer)
    return database


async def test_an_untouched_ledger_has_no_fault(filled: Database, signer: Signer) -> None:
    assert await audit(filled, signer) == []


async def test_a_large_ledger_is_audited_in_pieces(database: Database, sequencer: Sequencer, signer: Signer) -> None:
    await commit(database, changes(60_000), changes(10_000, "HH"))
    await sequence(database, sequencer)
    told: list[tuple[int, int]] = []
    async with database.snapshot() as conn:
        assert await ledger.verify_tree(conn, signer.verifier.vkey, lambda *now: told.append(now)) == []
    assert told == [(65_536, 70_000), (70_000, 70_000)]
    async with database.write() as conn:
        await conn.execute("update ledger.batch set subjects[9999] = 'HH-stolen' where id = 2")
        await conn.execute("update ledger.tile set hashes = overlay(hashes placing '\\x00' from 9) where level = 2")
    first, second, *others = await audit(database, signer)
    assert "Entry 69998 (scheme HH-stolen" in second.message
    assert "Tile 2/0" in first.message
    assert all("Checkpoint of 70000" in fault.message for fault in others)


async def test_a_ledger_without_checkpoint_has_no_fault(database: Database, signer: Signer) -> None:
    assert await audit(database, signer) == []


EDITS = [
    ("update ledger.batch set subjects[8] = 'SCH-stolen' where id = 1", 7, "SCH-stolen"),
    (
        "update ledger.batch set digests = overlay(digests placing '\\x00' from 32 * 50 + 1) where id = 2",
        60,
        "HH-50",
    ),
    ("update ledger.batch set versions = array[9] where id = 2", 10, "HH-0"),
    ("update ledger.batch set changes = array['retire'] where id = 4", 1_610, "ONE-0"),
    ("update ledger.batch set actor = 'nobody' where id = 5", 1_611, "VIL-0"),
    ("update ledger.batch set node = 'elsewhere' where id = 5", 1_611, "VIL-0"),
    ("update ledger.batch set at = at - interval '1 microsecond' where id = 3", 610, "TAP-0"),
    ("update ledger.batch set type = 'village' where id = 3", 610, "TAP-0"),
    (
        "update ledger.batch set leaves = overlay(leaves placing '\\x00' from 32 * 999 + 9) where id = 3",
        1_609,
        "TAP-999",
    ),
    (
        "update ledger.tile set hashes = overlay(hashes placing '\\x00' from 129) where level = 0 and index = 0",
        4,
        "SCH-4",
    ),
]


async def test_a_hand_edited_row_is_named(filled: Database, signer: Signer) -> None:
    for edit, position, subject in EDITS:
        first, *_ = await audit_after(filled, signer, edit)
        assert f"Entry {position} (" in first.message
        assert subject in first.message
        assert isinstance(first.value, dict)
        assert (first.value["position"], first.value["subject"]) == (position, subject)


TAMPERING = [
    ("delete from ledger.batch where id = 2", "Entries 10 to 609 are missing"),
    ("update ledger.batch set first = null where id = 4", "Entries 1610 to 1610 are missing"),
    ("update ledger.batch set first = 9 where id = 2", "Entry 9 is claimed by two batches"),
    ("update ledger.batch set subjects = subjects[1:599] where id = 2", "columns differ in length"),
    ("update ledger.batch set subjects[5] = null where id = 2", "Batch 2"),
    ("update ledger.batch set first = 2000 where id = 5", "Entries 1611 to 1999 are missing"),
    ("delete from ledger.tile where level = 0 and index = 3", "Tile 0/3 is missing"),
    (
        "update ledger.tile set hashes = overlay(hashes placing '\\x00' from 99) where level = 1 and index = 0",
        "Tile 1/0",
    ),
    ("delete from ledger.tile where level = 1", "Tile 1/0"),
    ("update ledger.head set root = sha256('x')", "says something else than the signed note"),
    ("update ledger.head set note = replace(note, '2000', '2001')", "was altered"),
    ("update ledger.head set size = 1999", "says something else than the signed note"),
    ("update ledger.checkpoint set root = sha256('x')", "says something else than the signed note"),
    ("update ledger.checkpoint set note = 'nothing'", "not a signed note"),
    (
        "insert into ledger.batch "
        "(first, count, type, at, actor, node, subjects, versions, changes, digests, leaves) "
        "values (2000, 1, 'x', now(), 'a', 'n', '{x}', '{1}', '{create}', sha256(''), sha256(''))",
        "claims positions beyond",
    ),
]


async def test_other_tampering_is_found(filled: Database, signer: Signer) -> None:
    for edit, message in TAMPERING:
        faults = await audit_after(filled, signer, edit)
        assert any(message in fault.message for fault in faults), edit
        assert all(fault.remedy for fault in faults)
        assert len(faults) < 10
    assert await audit(filled, signer) == []


async def test_an_edit_of_batch_leaf_and_tile_alike_is_found(filled: Database, signer: Signer) -> None:
    async with filled.write() as conn:
        await conn.execute("update ledger.batch set subjects[1] = 'SCH-stolen' where id = 1")
        part = (await ledger.entries(conn, -1, 1))[0]
        forged = leaf_hashes(part)
        await conn.execute("update ledger.batch set leaves = overlay(leaves placing $1 from 1) where id = 1", forged)
        await conn.execute(
            "update ledger.tile set hashes = overlay(hashes placing $1 from 1) where level = 0 and index = 0", forged
        )
    messages = [fault.message for fault in await audit(filled, signer)]
    assert any("Tile 1/0" in message for message in messages)
    assert any("no longer has the root that was signed" in message for message in messages)


async def test_another_key_does_not_confirm_it(filled: Database, signer: Signer) -> None:
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    async with filled.snapshot() as conn:
        faults = await ledger.verify_tree(conn, other)
        with pytest.raises(Problem, match="verifier key"):
            await ledger.verify_tree(conn, "no key")
    assert "no signature of PeterNeumann" in faults[0].message


async def test_a_ledger_altered_everywhere_is_not_listed_for_ever(
    database: Database, sequencer: Sequencer, signer: Signer
) -> None:
    await commit(database, *(changes(1, f"B{i}") for i in range(130)))
    await sequence(database, sequencer)
    async with database.write() as conn:
        await conn.execute("update ledger.batch set actor = 'nobody'")
    faults = await audit(database, signer)
    assert len(faults) == 100
    assert "Entry 0 (scheme B0-0, version 1)" in faults[0].message
