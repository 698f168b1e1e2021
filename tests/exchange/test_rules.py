"""What follows from an answer: rules without a node."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.exchange.webhooks.calls import Event, calls
from jjm.exchange.webhooks.model import Standing, State
from jjm.exchange.webhooks.rules import (
    GIVEN_UP_AFTER,
    Verdict,
    after_failure,
    after_success,
    asked_pause,
    pause_before,
    verdict,
)

NOW = datetime(2026, 7, 1, tzinfo=UTC)
FRESH = Standing(State.ACTIVE, 10)


def test_who_does_not_answer_is_tried_for_five_days_and_then_rests_as_dead() -> None:
    standing, now, waits = FRESH, NOW, list[timedelta]()
    while standing.state is State.ACTIVE:
        standing = after_failure(standing, 12, now, None, 0.5)
        if standing.next_at:
            waits.append(standing.next_at - now)
            now = standing.next_at
    assert waits[0] == timedelta(seconds=5) and waits[-1] == timedelta(hours=12)
    assert waits == sorted(waits)
    assert GIVEN_UP_AFTER <= now - NOW < GIVEN_UP_AFTER + timedelta(hours=13)
    assert (standing.reason, standing.position, standing.pending_to) == ("unreachable", 10, 12)
    assert after_success(standing, 12, 1).attempts == 0


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_those_that_failed_together_do_not_come_back_together(chance: float) -> None:
    assert 0.8 * 5 <= pause_before(1, chance).total_seconds() <= 1.2 * 5
    assert pause_before(99, chance) >= timedelta(hours=9)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120), (None, 0), ("", 0), ("nonsense", 0), ("-5", 0), ("999999999", 86_400),
        (format_datetime(NOW + timedelta(minutes=3)), 180), (format_datetime(NOW - timedelta(minutes=3)), 0),
    ],
)  # fmt: skip
def test_a_pause_that_is_asked_for_is_kept(text: str | None, seconds: int) -> None:
    assert asked_pause(text, NOW) == timedelta(seconds=seconds)
    later = after_failure(FRESH, 12, NOW, text, 0.5).next_at
    assert later is not None and later - NOW >= timedelta(seconds=max(5, seconds))


def test_only_a_few_answers_say_that_an_event_is_not_wanted() -> None:
    said = {status: verdict(status) for status in (None, *range(100, 600))}
    assert {s for s, v in said.items() if v is Verdict.REFUSED} == {400, 409, 413, 422}
    assert {s for s, v in said.items() if v is Verdict.DELIVERED} == set(range(200, 300))
    assert {s for s, v in said.items() if v is Verdict.GONE} == {410}


@given(
    st.sets(st.integers(0, 60), min_size=1),
    st.integers(1, 7),
    st.one_of(st.none(), st.integers(0, 60)),
    st.integers(-1, 60),
)
def test_calls_hold_all_events_once_in_order(positions: set[int], batch: int, pending: int | None, singly: int) -> None:
    events = [Event(position, b"{}") for position in sorted(positions)]
    made = list(calls(events, batch, pending, singly))
    assert [event for call in made for event in call.events] == events
    assert all(len(call.events) <= batch for call in made)
    assert len({call.id("e") for call in made}) == len(made)
    for call in made:
        assert len(call.events) == 1 or call.first > singly
        if pending is not None and batch > 1:
            assert not call.first <= pending < call.last
