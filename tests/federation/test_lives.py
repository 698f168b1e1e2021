"""Nothing that was lent stays longer than its data life, however it was taken, and whatever is taken again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jjm.federation.sharing.lives import Mark, lived, noted, read_marks

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
LIFE = timedelta(minutes=60)
TAKING = st.tuples(st.integers(0, 20), st.integers(1, 10))
"""Minutes that pass, and how many parts are taken then."""


@given(st.lists(TAKING, max_size=40), st.integers(0, 200))
def test_each_part_is_gone_when_its_life_has_run_and_not_much_before(taken: list[tuple[int, int]], later: int) -> None:
    marks: tuple[Mark, ...] = ()
    first: dict[int, datetime] = {}
    now, position = BEGAN, -1
    for pause, parts in taken:
        now += timedelta(minutes=pause)
        position += parts
        first |= dict.fromkeys(range(position - parts + 1, position + 1), now)
        marks = noted(marks, position, 100 + position, now, LIFE)
    now += timedelta(minutes=later)
    gone = lived(marks, now, LIFE)
    for p, at in first.items():
        erased = gone is not None and p <= gone.position
        assert erased == (100 + p <= gone.entry if gone else False)
        if at + LIFE <= now:
            assert erased
        if at + LIFE > now + LIFE / 30:
            assert not erased
    assert len(marks) <= 60


@given(st.lists(TAKING, min_size=1, max_size=20), st.data())
def test_what_is_taken_again_lives_no_longer(taken: list[tuple[int, int]], data: st.DataObject) -> None:
    marks: tuple[Mark, ...] = ()
    now, position = BEGAN, -1
    for pause, parts in taken:
        now, position = now + timedelta(minutes=pause), position + parts
        marks = noted(marks, position, 100 + position, now, LIFE)
    again = data.draw(st.integers(0, position))
    assert noted(marks, again, 100 + again, now + LIFE, LIFE) == marks
    assert read_marks(mark.as_json() for mark in marks) == marks
