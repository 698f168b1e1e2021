"""What a record was on a day, as known at an instant: changes, corrections, coming changes, retirement."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from registry_kit import Put

from jjm.access import NODE
from jjm.kit import Problem, SetClock
from jjm.registry import AsOf, Registry, get, history, settle_due

pytestmark = pytest.mark.usefixtures("small_world")
VILLAGE = "VIL-399515"


async def name_of(registry: Registry, valid_at: date | None = None, known_at: datetime | None = None) -> str:
    """The village's name at a point on both clocks."""
    as_of = None
    if valid_at or known_at:
        as_of = AsOf(valid_at or registry.clock.today(), known_at or registry.clock.now() + timedelta(seconds=1))
    async with registry.database.read() as conn:
        shown, _ = await get(registry, conn, NODE, registry.table("village"), VILLAGE, as_of)
    return shown["name"]


def village(name: str) -> dict[str, Any]:
    return {"code": "399515", "name": name, "blocks": ["BLK-3339"]}


async def test_a_change_holds_from_its_day_and_the_past_stays(registry: Registry, put: Put) -> None:
    await put("village", village("Rampur Kalan"), change="change", id=VILLAGE, valid_from=date(2024, 1, 1))
    assert await name_of(registry) == "Rampur Kalan"
    assert await name_of(registry, date(2023, 12, 31)) == "Rampur"
    assert await name_of(registry, date(2024, 1, 1)) == "Rampur Kalan"


async def test_what_was_known_before_does_not_change(registry: Registry, put: Put, clock: SetClock) -> None:
    before = clock.instant
    clock.instant += timedelta(days=30)
    await put("village", village("Raampur"), change="correct", id=VILLAGE)
    assert await name_of(registry, date(2021, 1, 1)) == "Raampur"
    assert await name_of(registry, date(2021, 1, 1), before) == "Rampur"


async def test_a_correction_of_a_past_period_leaves_today_alone(registry: Registry, put: Put) -> None:
    await put(
        "village", village("Old Rampur"), change="correct", id=VILLAGE,
        valid_from=date(2020, 1, 26), valid_to=date(2021, 1, 1),
    )  # fmt: skip
    assert await name_of(registry) == "Rampur"
    assert await name_of(registry, date(2020, 6, 1)) == "Old Rampur"
    async with registry.database.read() as conn:
        items = await history(registry, conn, NODE, registry.table("village"), VILLAGE, below=None, limit=9)
    assert [i["_meta"]["change"] for i in items] == ["correct", "create"]


async def test_a_late_report_of_an_old_change_stops_where_the_next_one_began(registry: Registry, put: Put) -> None:
    await put("village", village("Third"), change="change", id=VILLAGE, valid_from=date(2024, 1, 1))
    await put("village", village("Second"), change="change", id=VILLAGE, valid_from=date(2022, 1, 1))
    assert [await name_of(registry, date(y, 6, 1)) for y in (2021, 2022, 2023, 2024)] == [
        "Rampur", "Second", "Second", "Third",
    ]  # fmt: skip
    assert await name_of(registry) == "Third"


async def test_a_coming_change_takes_effect_on_its_day(registry: Registry, put: Put, clock: SetClock) -> None:
    await put("village", village("Tomorrow"), change="change", id=VILLAGE, valid_from=date(2026, 4, 2))
    assert await name_of(registry) == "Rampur"
    assert await name_of(registry, date(2026, 4, 2)) == "Tomorrow"
    clock.instant = datetime(2026, 4, 1, 18, 31, tzinfo=UTC)  # a minute past midnight in India
    async with registry.database.write() as conn:
        assert await settle_due(registry, conn) == 1
    assert await name_of(registry) == "Tomorrow"
    async with registry.database.write() as conn:
        assert await settle_due(registry, conn) == 0


async def test_a_change_today_holds_only_until_the_coming_one(registry: Registry, put: Put, clock: SetClock) -> None:
    await put("village", village("Coming"), change="change", id=VILLAGE, valid_from=date(2026, 5, 1))
    await put("village", village("Now"), change="change", id=VILLAGE)
    assert await name_of(registry) == "Now"
    assert await name_of(registry, date(2026, 5, 1)) == "Coming"
    clock.instant = datetime(2026, 5, 2, tzinfo=UTC)
    async with registry.database.write() as conn:
        await settle_due(registry, conn)
    assert await name_of(registry) == "Coming"


async def test_a_retired_record_is_gone_but_answers_for_its_days(registry: Registry, put: Put) -> None:
    await put("village", {}, change="retire", id=VILLAGE, valid_from=date(2025, 1, 1))
    assert await name_of(registry, date(2024, 12, 31)) == "Rampur"
    with pytest.raises(Problem) as refused:
        await name_of(registry)
    assert (refused.value.status, refused.value.code) == (410, "gone")
    with pytest.raises(Problem) as refused:
        await put("village", village("Rampur"))
    assert refused.value.code == "retired"
    await put("village", village("Rampur again"), change="restore", id=VILLAGE)
    assert await name_of(registry) == "Rampur again"


async def test_the_same_values_again_make_no_version(registry: Registry, put: Put) -> None:
    outcome = await put("village", village("Rampur"), change="change", id=VILLAGE)
    assert (outcome.result, outcome.version.version) == ("unchanged", 1)


async def test_a_stale_etag_is_refused(registry: Registry, put: Put) -> None:
    first = await put("village", village("One"), change="change", id=VILLAGE, expected='"1"')
    assert first.etag == '"2"'
    with pytest.raises(Problem) as refused:
        await put("village", village("Two"), change="change", id=VILLAGE, expected='"1"')
    assert (refused.value.status, refused.value.code) == (412, "stale-version")
    coming = await put("village", village("Two"), change="change", id=VILLAGE, valid_from=date(2027, 1, 1))
    assert coming.etag == '"2.3"'


async def test_a_correction_of_what_holds_leaves_other_stretches_alone(registry: Registry, put: Put) -> None:
    await put("village", village("Coming"), change="change", id=VILLAGE, valid_from=date(2026, 5, 1))
    days = {"valid_from": date(2021, 1, 1), "valid_to": date(2022, 1, 1)}
    await put("village", village("Of 2021"), change="correct", id=VILLAGE, **days)
    await put("village", village("Rampur Khurd"), change="correct", id=VILLAGE)
    asked = (date(2020, 6, 1), date(2021, 6, 1), date(2022, 6, 1), date(2026, 4, 1), date(2026, 6, 1))
    assert [await name_of(registry, day) for day in asked] == [
        "Rampur", "Of 2021", "Rampur Khurd", "Rampur Khurd", "Coming",
    ]  # fmt: skip


async def test_what_is_due_today_is_put_in_place_though_something_else_is_recorded_first(
    registry: Registry, put: Put, clock: SetClock
) -> None:
    await put("village", village("Tomorrow"), change="change", id=VILLAGE, valid_from=date(2026, 4, 2))
    clock.instant += timedelta(days=1)
    days = {"valid_from": date(2021, 1, 1), "valid_to": date(2022, 1, 1)}
    await put("village", village("Of 2021"), change="correct", id=VILLAGE, **days)
    async with registry.database.write() as conn:
        assert await settle_due(registry, conn) == 1
    assert await name_of(registry) == "Tomorrow"
