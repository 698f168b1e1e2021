"""Quiet hours, pauses and channels, for every hour and choice."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from jjm.kit import IST
from jjm.notify.model import Claimed, Outcome, Preference
from jjm.notify.rules import after, due, of_orphan, offered, quiet_end, wanted_channels

EVENTS = shipped().notices
CLOCK = st.times().map(lambda t: t.replace(second=0, microsecond=0))
INSTANT = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@given(CLOCK, CLOCK, INSTANT)
def test_what_is_due_is_never_in_quiet_hours_and_never_later_than_a_day(b: time, e: time, now: datetime) -> None:
    at = due((b, e), now)
    assert quiet_end((b, e), at) is None
    assert now <= at <= now + timedelta(days=1)
    assert at == now or at.astimezone(IST).time() == e


@pytest.mark.parametrize(
    ("here", "until"),
    [
        ("20:59", None), ("21:00", "07:00"), ("23:30", "07:00"), ("00:10", "07:00"), ("06:59", "07:00"),
        ("07:00", None), ("12:00", None),
    ],
)  # fmt: skip
def test_the_night_is_quiet(here: str, until: str | None) -> None:
    now = datetime.combine(datetime(2026, 11, 30), time.fromisoformat(here), IST)
    end = quiet_end(Preference().quiet, now)
    assert (end.astimezone(IST).strftime("%H:%M") if end else None) == until
    assert quiet_end(None, now) is None
    assert quiet_end((time(8), time(8)), now) is None


def test_channels_are_those_chosen_and_what_the_law_needs_stays() -> None:
    late, code = EVENTS["case-late"], EVENTS["sign-in-code"]
    assert wanted_channels(late, False, Preference()) == ["inbox", "email", "sms"]
    assert wanted_channels(late, False, Preference(choices={"work": ["email"]})) == ["inbox", "email"]
    assert wanted_channels(late, False, Preference(choices={"work": []})) == ["inbox"]
    assert wanted_channels(code, True, Preference(choices={"security": []})) == ["sms"]
    on = offered(["work", "security"], ["security"], Preference(choices={"work": [], "security": ["whatsapp"]}))
    assert on == {"work": [], "security": ["email", "sms", "whatsapp"]}


def claimed(attempts: int, now: datetime, life: timedelta, quiet: tuple[time, time] | None = None) -> Claimed:
    return Claimed("MSG-1", "e", "sms", None, "en", None, b"", attempts, now + life, False, quiet)


@given(st.integers(1, 50), st.floats(0, 1), INSTANT)
def test_a_message_is_tried_again_in_time_or_given_up(attempts: int, chance: float, now: datetime) -> None:
    message = claimed(attempts, now, timedelta(minutes=30), Preference().quiet)
    told = after(message, Outcome("later", "down"), now, chance)
    if told.status == "waiting":
        assert told.due_at is not None
        assert now + timedelta(seconds=8) <= told.due_at < message.expires_at
        assert quiet_end(message.quiet, told.due_at) is None
    else:
        assert told.status == "failed"
        assert told.reason is not None
        assert f"{attempts} tries: down" in told.reason


def test_only_who_keeps_keys_is_given_a_message_again() -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    assert of_orphan(True, now).status == "waiting"
    assert of_orphan(False, now).status == "unknown"
    assert after(claimed(1, now, timedelta(1)), Outcome("unclear", "cut"), now, 0.5).status == "unknown"
    assert after(claimed(1, now, timedelta(1)), Outcome("refused", "no"), now, 0.5).status == "failed"
