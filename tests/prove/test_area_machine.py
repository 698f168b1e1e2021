"""Areas split, merged, renamed, moved, ended, urbanised and taken back: the trees stay those the records tell."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pytest
from area_world import DAYS, KINDS, World, check
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from prove.chance import SEED
from prove.shelf import Shelf

EXAMPLES = int(os.environ.get("JJM_PROVE_TREES", "150"))
SETTINGS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
}
some, a_day = st.integers(0, 40), st.sampled_from(DAYS)
kinds = st.sampled_from(KINDS)


class Areas(RuleBasedStateMachine):
    """Areas that are re-organised and recorded anew while the days go by, beside the oracle of the trees."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.shelf, self.world = shelf, World(shelf.registry, shelf.clock)

    def do(self, what: str, a: int, b: int, day: date, flag: bool) -> None:
        """One thing; what is refused changes nothing."""
        self.shelf.run(self.world.act(what, a, b, day, flag))

    @initialize()
    def begin(self) -> None:
        self.shelf.run(self.world.begin())

    @rule(kind=kinds, a=some, b=some, day=a_day, flag=st.booleans())
    def reorganise(self, kind: str, a: int, b: int, day: date, flag: bool) -> None:
        self.do(kind, a, b, day, flag)

    @rule(kind=kinds, a=some, b=some, day=a_day, flag=st.booleans())
    def reorganise_and_take_back(self, kind: str, a: int, b: int, day: date, flag: bool) -> None:
        self.do(f"{kind} and back", a, b, day, flag)

    @precondition(lambda self: self.world.made)
    @rule(b=some)
    def take_back_an_earlier_one(self, b: int) -> None:
        self.do("undo", 0, b, DAYS[0], False)

    @rule(a=some, b=some, day=a_day, flag=st.booleans())
    def record_anew(self, a: int, b: int, day: date, flag: bool) -> None:
        self.do("patch", a, b, day, flag)

    @rule(what=st.sampled_from(("retire", "restore")), a=some, day=a_day)
    def end_or_restore(self, what: str, a: int, day: date) -> None:
        self.do(what, a, 0, day, False)

    @rule(b=st.integers(1, 20))
    def let_days_pass(self, b: int) -> None:
        self.do("advance", 0, b, DAYS[0], False)

    @invariant()
    def the_trees_are_those_of_the_records(self) -> None:
        self.shelf.run(check(self.world))


def test_the_trees_stay_those_of_the_records(shelf: Shelf) -> None:
    run_state_machine_as_test(
        lambda: Areas(shelf), settings=settings(max_examples=5, stateful_step_count=12, **SETTINGS)
    )


@pytest.mark.prove
def test_the_trees_stay_those_of_the_records_at_length(shelf: Shelf) -> None:
    run_state_machine_as_test(
        seed(SEED)(lambda: Areas(shelf)), settings=settings(max_examples=EXAMPLES, stateful_step_count=20, **SETTINGS)
    )
