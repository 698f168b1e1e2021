"""The audit of the records: whatever was done to a row by hand is named, and what was done properly is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from registry_kit import Put

from jjm.kit import SetClock
from jjm.registry import Registry, settle_due, verify_records

pytestmark = [pytest.mark.usefixtures("small_world"), pytest.mark.every_postgres]
VILLAGE = "VIL-399515"


async def faults(registry: Registry) -> list[tuple[str, int, str]]:
    """Id, version and failed check of every fault."""
    async with registry.database.snapshot() as conn:
        found = [fault.value async for fault in verify_records(registry, conn)]
    assert all(isinstance(value, dict) for value in found)
    return [(v["id"], v["version"], v["check"]) for v in found if isinstance(v, dict)]


async def by_hand(registry: Registry, *statements: str) -> None:
    """What somebody with a database console did."""
    async with registry.database.write() as conn:
        for statement in statements:
            await conn.execute(statement)


@pytest.fixture
async def household(put: Put, small_world: None) -> str:
    """A household with personal fields."""
    made = await put("household", {"village": VILLAGE, "head_name": "Sita"})
    return made.id


async def test_records_that_were_changed_properly_are_sound(registry: Registry, put: Put, clock: SetClock) -> None:
    village: dict[str, Any] = {"code": "399515", "name": "Rampur Kalan", "blocks": ["BLK-3339"]}
    await put("village", village, change="change", id=VILLAGE, valid_from=date(2024, 1, 1))
    await put("village", village | {"name": "Raampur"}, change="correct", id=VILLAGE)
    await put("village", village | {"name": "Sitapur"}, change="change", id=VILLAGE, valid_from=date(2026, 5, 1))
    await put("village", {}, change="retire", id="VIL-399612")
    assert await faults(registry) == []
    clock.instant += timedelta(days=60)
    assert await faults(registry) == []  # the day has come, and the node is about to act on it
    async with registry.database.write() as conn:
        await settle_due(registry, conn)
    assert await faults(registry) == []


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("update registry.village set name = 'Lakshmipur' where id = 'VIL-399515'", "values"),
        ("update registry.village set lgd_version = 5 where id = 'VIL-399515'", "values"),
        ("update registry.village set ext = '{\"in_od\": {}}' where id = 'VIL-399515'", "values"),
        ("update registry.village set blocks = '{}' where id = 'VIL-399515'", "values"),
        ("update registry.village set location = point(85, 'nan') where id = 'VIL-399515'", "values"),
        ("update registry.village set valid_from = '2019-01-01' where id = 'VIL-399515'", "values"),
        ("update registry.village set source = 'a source' where id = 'VIL-399515'", "values"),
        ("update registry.village set digest = sha256('x') where id = 'VIL-399515'", "digest"),
        ("update registry.village set actor = 'somebody else' where id = 'VIL-399515'", "frame"),
        ("update registry.village set recorded_at = recorded_at - interval '1 day' where id = 'VIL-399515'", "frame"),
        ("update registry.village set entry = entry + 65536 * 1000 where id = 'VIL-399515'", "entry"),
        ("update registry.village set entry = entry + 1 where id = 'VIL-399515'", "entry"),
        ("delete from registry.village where id = 'VIL-399515'", "missing"),
        ("insert into registry.village_history select * from registry.village where id = 'VIL-399515'", "twice"),
    ],
)
async def test_a_row_edited_by_hand_is_named(registry: Registry, statement: str, check: str) -> None:
    await by_hand(registry, statement)
    assert await faults(registry) == [(VILLAGE, 1, check)]


async def test_a_row_that_was_never_entered_is_named(registry: Registry) -> None:
    await by_hand(
        registry,
        "create temp table copied on commit drop as select * from registry.village where id = 'VIL-399515'",
        "update copied set id = 'VIL-1', code = '1'",
        "insert into registry.village select * from copied",
    )
    assert await faults(registry) == [("VIL-1", 1, "values")]


async def test_a_record_hidden_in_history_is_named(registry: Registry) -> None:
    await by_hand(
        registry,
        "insert into registry.village_history select * from registry.village where id = 'VIL-399515'",
        "delete from registry.village where id = 'VIL-399515'",
    )
    assert await faults(registry) == [(VILLAGE, 1, "place")]


async def test_an_old_version_put_in_place_of_the_new_is_named(registry: Registry, put: Put) -> None:
    village = {"code": "399515", "name": "Rampur Kalan", "blocks": ["BLK-3339"]}
    await put("village", village, change="change", id=VILLAGE, valid_from=date(2024, 1, 1))
    await by_hand(
        registry,
        "create temp table new on commit drop as select * from registry.village where id = 'VIL-399515'",
        "delete from registry.village where id = 'VIL-399515'",
        "insert into registry.village select * from registry.village_history where id = 'VIL-399515'",
        "delete from registry.village_history where id = 'VIL-399515'",
        "insert into registry.village_history select * from new",
    )
    assert await faults(registry) == [(VILLAGE, 1, "place")]


async def test_a_swap_of_gone_and_doubled_does_not_balance(registry: Registry) -> None:
    await by_hand(
        registry,
        "delete from registry.village where id = 'VIL-399612'",
        "insert into registry.village_history select * from registry.village where id = 'VIL-399515'",
    )
    assert await faults(registry) == [(VILLAGE, 1, "twice"), ("VIL-399612", 1, "missing")]


@pytest.mark.parametrize(
    ("statement", "with_key", "check"),
    [
        ("set sealed = set_byte(sealed, 90, get_byte(sealed, 90) # 1)", True, "values"),
        ("set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)", True, "values"),
        ("set sealed = set_byte(sealed, 5, get_byte(sealed, 5) # 1)", False, "values"),
        ("set sealed = null", False, "values"),
        ("set members = 12", False, "values"),
    ],
)
async def test_what_is_sealed_is_checked(
    registry: Registry, household: str, statement: str, with_key: bool, check: str
) -> None:
    closed = replace(registry, vault=None)
    assert await faults(registry) == await faults(closed) == []
    await by_hand(registry, f"update registry.household {statement}")
    assert await faults(registry) == [(household, 1, check)]
    # Without the node's key only what is not personal, and the digest of the rest, can be checked.
    assert await faults(closed) == ([] if with_key else [(household, 1, check)])


async def test_the_progress_tells_how_far_it_is(registry: Registry) -> None:
    told: list[tuple[int, int]] = []
    async with registry.database.snapshot() as conn:
        assert [f async for f in verify_records(registry, conn, lambda *at: told.append(at))] == []
    assert told[-1] == (5, 5)
