"""Working hours and the clock of a case, against golden cases and against a count minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jjm.kit import IST
from jjm.standards import Calendar, Promise
from jjm.workflow.clocks import Stay, end_of, read_clock
from jjm.workflow.hours import after, worked

DAY = ((time(10), time(13)), (time(14), time(17)))
YEARLY = {(1, 26): {"en": "Republic Day"}, (8, 15): {"en": "Independence Day"}, (10, 2): {"en": "Gandhi Jayanti"}}
OFFICE = Calendar("IN", "1.0.0", {}, (DAY, DAY, DAY, DAY, DAY, DAY[:1], ()), YEARLY, {date(2026, 3, 4): {"en": "Holi"}})
FRIDAY = datetime(2026, 8, 14, 16, 0, tzinfo=IST)  # the 15th is Independence Day, the 16th a Sunday


def test_three_hours_from_friday_evening_end_on_monday() -> None:
    assert after(OFFICE, FRIDAY, timedelta(hours=3)) == datetime(2026, 8, 17, 12, 0, tzinfo=IST)
    assert worked(OFFICE, FRIDAY, datetime(2026, 8, 17, 12, 0, tzinfo=IST)) == timedelta(hours=3)


def test_all_hours_are_all_hours() -> None:
    assert end_of(Promise(3, "all"), OFFICE, FRIDAY) == FRIDAY + timedelta(hours=3)


def test_the_day_is_the_indian_one_whatever_zone_an_instant_is_written_in() -> None:
    early = datetime(2026, 8, 13, 20, 0, tzinfo=UTC)  # 01:30 on the 14th in India
    assert after(OFFICE, early, timedelta(hours=1)) == datetime(2026, 8, 14, 11, 0, tzinfo=IST)


def test_a_holiday_of_the_state_does_not_count() -> None:
    before = datetime(2026, 3, 3, 16, 30, tzinfo=IST)
    assert after(OFFICE, before, timedelta(hours=1)) == datetime(2026, 3, 5, 10, 30, tzinfo=IST)


def test_a_pause_stops_the_clock_and_says_why() -> None:
    monday = datetime(2026, 8, 17, 10, 0, tzinfo=IST)
    stays = [
        Stay("UNDER_TEST", monday),
        Stay("UNDER_TEST", monday + timedelta(hours=1), paused="reagent"),
        Stay("UNDER_TEST", monday + timedelta(days=2)),
    ]
    reading = read_clock(Promise(4), OFFICE, stays, monday + timedelta(days=2, hours=1))
    assert reading.used == timedelta(hours=2)
    assert reading.due == monday + timedelta(days=2, hours=3)
    assert [s.why for s in reading.stretches] == ["working hours count", "reagent", "working hours count"]
    assert reading.standing == "within"
    assert read_clock(Promise(4), OFFICE, stays[:2], monday + timedelta(days=1)).due is None


def test_late_says_since_when() -> None:
    monday = datetime(2026, 8, 17, 10, 0, tzinfo=IST)
    reading = read_clock(Promise(2), OFFICE, [Stay("OPEN", monday)], monday + timedelta(days=3))
    assert (reading.standing, reading.due) == ("late", monday + timedelta(hours=2))
    assert reading.left == timedelta(hours=2 - 18)
    near = read_clock(Promise(2), OFFICE, [Stay("OPEN", monday)], monday + timedelta(minutes=96))
    assert near.standing == "near"


instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(
    lambda d: d.replace(second=0, microsecond=0, tzinfo=IST)
)


@given(instants, st.integers(0, 6 * 24 * 60))
def test_working_time_is_what_a_count_by_minutes_finds(begun: datetime, minutes: int) -> None:
    counted = 0
    for n in range(minutes):
        at = begun + timedelta(minutes=n)
        counted += any(opens <= at.time() < closes for opens, closes in OFFICE.openings(at.date()))
    assert worked(OFFICE, begun, begun + timedelta(minutes=minutes)) == timedelta(minutes=counted)


@given(instants, st.integers(1, 500))
def test_so_much_later_is_just_so_much_worked(begun: datetime, minutes: int) -> None:
    end = after(OFFICE, begun, timedelta(minutes=minutes))
    assert worked(OFFICE, begun, end) == timedelta(minutes=minutes)
    assert worked(OFFICE, begun, end - timedelta(minutes=1)) < timedelta(minutes=minutes)


@given(instants, st.lists(st.tuples(st.integers(1, 3000), st.booleans()), min_size=1, max_size=6), st.integers(1, 40))
def test_the_end_that_the_clock_tells_is_when_it_has_used_it_all(
    begun: datetime, lengths: list[tuple[int, bool]], hours: int
) -> None:
    stays, at = list[Stay](), begun
    for length, paused in lengths:
        stays.append(Stay("OPEN", at, "waiting" if paused else None))
        at += timedelta(minutes=length)
    stays.append(Stay("OPEN", at))
    reading = read_clock(Promise(hours), OFFICE, stays, at + timedelta(minutes=7))
    assert reading.due is not None
    upto = [s for s in stays if s.since < reading.due]
    assert read_clock(Promise(hours), OFFICE, upto, reading.due).used == timedelta(hours=hours)
