"""Whatever happens between a Centre and two States, in the end every copy equals its original and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from typing import Any

import pytest
from databases import passable_folder
from hypothesis import HealthCheck, Phase, assume, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from prove.cables import Cable, Unable, cables
from prove.cast import CENTRE, STATES
from prove.chance import SEED
from prove.three_nodes import Trio, trio

pytestmark = pytest.mark.prove
RUNS = int(os.environ.get("JJM_PROVE_NETWORKS", "2"))
STEPS = int(os.environ.get("JJM_PROVE_STEPS", "40"))
# How often each thing happens beside the others: mostly somebody writes.
OFTEN = {
    "writes a scheme": 6, "changes a scheme": 3, "retires a scheme": 1, "writes of a person": 2, "renames a village": 2,
    "line cut": 1, "line lossy": 2, "killed": 2, "is well": 3,
}  # fmt: skip
WHAT = [what for what, times in OFTEN.items() for _ in range(times)]


class Network(RuleBasedStateMachine):
    """Three nodes to which things happen; at the end of each run all is healed and compared."""

    def __init__(self, laid: Sequence[Cable]) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.laid = laid
        self.world: Trio | None = None

    @initialize(chance=st.integers(0, 10**6))
    def begin(self, chance: int) -> None:
        assume(chance)  # the simplest of all runs shows nothing, and would be the first
        for cable in self.laid:
            cable.state = "good"
        folder = self.stack.enter_context(passable_folder())
        self.world = self.stack.enter_context(trio(folder, chance, self.laid))
        self.world.begin()

    @rule(what=st.sampled_from(WHAT), who=st.sampled_from([CENTRE, *STATES]), a=st.integers(0, 100))
    def happens(self, what: str, who: str, a: int) -> None:
        assert self.world is not None
        self.world.happens(what, who, a)

    def teardown(self) -> None:
        """The Centre goes away for a while, all is healed, and all must agree."""
        with self.stack:
            if self.world is None:
                return
            began = time.monotonic()
            try:
                self.world.centre_is_away()
                self.world.heal()
                self.world.check()
            except BaseException as error:
                print("\n".join([*self.world.told, f"{type(error).__name__}: {str(error)[:3000]}"]))
                raise
            lost = f", packets lost: {[cable.lost for cable in self.laid]}" if self.laid else ""
            print(
                f"{len(self.world.told)} things happened; healed and compared in {time.monotonic() - began:.0f} s{lost}"
            )


def prove(laid: Sequence[Cable], runs: int) -> None:
    """So many runs from the seed; where one fails hypothesis looks for less that fails, for at most five minutes."""

    def machine() -> Network:
        return Network(laid)

    more: dict[str, Any] = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
    run_state_machine_as_test(
        seed(SEED)(machine),
        settings=settings(
            max_examples=runs, stateful_step_count=STEPS, phases=[Phase.generate, Phase.shrink], print_blob=True, **more
        ),
    )


def test_copies_equal_their_originals_after_whatever_happened() -> None:
    prove((), RUNS)


def test_the_same_between_network_namespaces_that_lose_packets() -> None:
    with contextlib.ExitStack() as stack:
        try:
            laid = stack.enter_context(cables(1 + len(STATES), SEED))
        except Unable as error:
            pytest.skip(str(error))
        prove(laid, max(1, RUNS // 2))
