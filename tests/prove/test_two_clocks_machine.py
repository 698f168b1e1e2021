"""Whatever is recorded about villages, for whatever days and in whatever order: both clocks answer as an oracle."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

import pytest
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
from prove.beliefs import DAYS, Beliefs, day, number
from prove.chance import SEED
from prove.shelf import START, Shelf

from jjm.access import NODE
from jjm.kit import IST, Problem
from jjm.registry import Ask, AsOf, Change, Draft, examine, get, history, page, record, settle_due

EXAMPLES = int(os.environ.get("JJM_PROVE_CLOCKS", "200"))
CODES = ("1", "2", "3")
SETTINGS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
}
which = st.sampled_from(CODES)
some_day = st.integers(1, DAYS - 60)
EMPTY = "truncate registry.village, registry.village_history, registry.scheduled, registry.name, registry.area, \
registry.area_version, registry.area_closure, registry.area_ended, registry.lineage"


class TwoClocks(RuleBasedStateMachine):
    """Villages that are created, changed, corrected, retired and restored while the days go by."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.shelf, self.names = shelf, 0
        self.beliefs = {code: Beliefs() for code in CODES}
        self.settled = True

    @initialize()
    def begin(self) -> None:
        """Nothing is recorded."""
        self.shelf.clock.instant = START

        async def empty() -> None:
            async with self.shelf.database.write() as conn:
                await conn.execute(EMPTY)

        self.shelf.run(empty())

    @property
    def today(self) -> int:
        """The number of this day in India."""
        return number(self.shelf.clock.instant.astimezone(IST).date())

    def name(self) -> str:
        """A name that no version had before."""
        self.names += 1
        return f"Rampur {self.names}"

    def put(self, code: str, change: str, name: str | None, first: int | None = None, end: int | None = None) -> bool:
        """Record one draft; False where it is refused."""
        self.shelf.clock.instant += timedelta(seconds=1)
        data = {} if name is None else {"code": code, "name": name}
        days = [None if n is None else day(n) for n in (first, end)]
        draft = Draft(Change(change), data, f"VIL-{code}" if change != "create" else None, *days)

        async def act() -> None:
            async with self.shelf.database.write() as conn:
                assert (await examine(self.shelf.registry, conn, self.shelf.table, [draft]))[0] == []
                await record(self.shelf.registry, conn, NODE, self.shelf.table, [draft])

        try:
            self.shelf.run(act())
        except Problem as problem:
            assert problem.status in (404, 409, 410, 422), problem
            return False
        return True

    def expect(self, code: str, change: str, name: str | None, first: int, end: int | None) -> None:
        """Believe what was recorded."""
        self.beliefs[code].assert_(change, name, first, end, self.shelf.clock.instant)

    def may_change(self, code: str, at: int) -> bool | None:
        """Whether a change from a day must be taken; None where that hangs on whether the day was settled."""
        if not self.settled:
            return None
        known = self.beliefs[code]
        return bool(known.on(self.today) or known.on(at)) and bool(known.versions)

    @rule(code=which, at=st.none() | some_day)
    def create(self, code: str, at: int | None) -> None:
        name, known = self.name(), self.beliefs[code]
        done = self.put(code, "create", name, at)
        assert done == (not known.versions)
        if done:
            self.expect(code, "create", name, self.today if at is None else at, None)

    @rule(code=which, at=st.none() | some_day)
    def change(self, code: str, at: int | None) -> None:
        self._change(code, "change", self.name(), at)

    @rule(code=which, at=st.none() | some_day)
    def retire(self, code: str, at: int | None) -> None:
        self._change(code, "retire", None, at)

    def _change(self, code: str, change: str, name: str | None, at: int | None) -> None:
        first = self.today if at is None else at
        must, end = self.may_change(code, first), self.beliefs[code].next_turn(first)
        done = self.put(code, change, name, at)
        assert must is None or done == must
        if done:
            self.expect(code, change, name, first, end)

    @precondition(lambda self: self.settled)
    @rule(code=which)
    def restore(self, code: str) -> None:
        known = self.beliefs[code]
        if known.versions and known.on(self.today) is None:
            name, end = self.name(), known.next_turn(self.today)
            assert self.put(code, "restore", name)
            self.expect(code, "restore", name, self.today, end)

    @rule(code=which, first=some_day, length=st.none() | st.integers(1, 60))
    def correct_a_period(self, code: str, first: int, length: int | None) -> None:
        name, end = self.name(), None if length is None else first + length
        done = self.put(code, "correct", name, first, end)
        assert done == bool(self.beliefs[code].versions)
        if done:
            self.expect(code, "correct", name, first, end)

    @precondition(lambda self: self.settled)
    @rule(code=which)
    def correct_what_holds(self, code: str) -> None:
        known = self.beliefs[code]
        if known.on(self.today):
            (first, end), name = known.stretch(self.today), self.name()
            assert self.put(code, "correct", name)
            self.expect(code, "correct", name, first, end)

    @rule(days=st.integers(1, 25))
    def let_days_pass(self, days: int) -> None:
        if self.today + days < DAYS - 30:
            self.shelf.clock.instant += timedelta(days=days)
            self.settled = False

    @rule()
    def settle(self) -> None:
        async def act() -> None:
            async with self.shelf.database.write() as conn:
                while await settle_due(self.shelf.registry, conn):
                    continue

        self.shelf.run(act())
        self.settled = True

    @rule(at=st.integers(0, DAYS - 1), turn=st.integers(0, 60))
    def ask(self, at: int, turn: int) -> None:
        """A record and a list, on a day as known at an instant."""
        instants = sorted({recorded for known in self.beliefs.values() for recorded, _ in known.after})
        known_at = instants[turn % len(instants)] if instants and turn else self.shelf.clock.instant
        expected = {f"VIL-{c}": v.name for c, known in self.beliefs.items() if (v := known.on(at, known_at))}
        assert self.shelf.run(self._listed(AsOf(day(at), known_at))) == expected
        for code in CODES:
            assert self.shelf.run(self._named(code, AsOf(day(at), known_at))) == expected.get(f"VIL-{code}")

    @invariant()
    def today_is_as_believed(self) -> None:
        if self.settled:
            expected = {f"VIL-{c}": v.name for c, known in self.beliefs.items() if (v := known.on(self.today))}
            assert self.shelf.run(self._listed(None)) == expected
            for code in CODES:
                assert self.shelf.run(self._named(code, None)) == expected.get(f"VIL-{code}")

    @invariant()
    def history_tells_every_version(self) -> None:
        for code, known in self.beliefs.items():
            if known.versions:
                told = self.shelf.run(self._history(code))
                assert told == [
                    (v.version, v.change, v.valid_from, v.valid_to)
                    for v in sorted(known.versions, key=lambda v: -v.version)
                ]

    async def _listed(self, at: AsOf | None) -> dict[str, str]:
        async with self.shelf.database.read() as conn:
            found = await page(self.shelf.registry, conn, NODE, self.shelf.table, Ask(as_of=at))
        return {item["id"]: item["name"] for item in found.items}

    async def _named(self, code: str, at: AsOf | None) -> str | None:
        async with self.shelf.database.read() as conn:
            try:
                shown, _ = await get(self.shelf.registry, conn, NODE, self.shelf.table, f"VIL-{code}", at)
            except Problem as problem:
                assert problem.status in (404, 410)
                return None
        return shown["name"]

    async def _history(self, code: str) -> list[tuple[int, str, date, date | None]]:
        async with self.shelf.database.read() as conn:
            items = await history(
                self.shelf.registry, conn, NODE, self.shelf.table, f"VIL-{code}", below=None, limit=999
            )
        metas = [item["_meta"] for item in items]
        return [(m["version"], m["change"], m["valid_from"], m["valid_to"]) for m in metas]


def test_both_clocks_answer_as_an_oracle_does(shelf: Shelf) -> None:
    run_state_machine_as_test(
        lambda: TwoClocks(shelf), settings=settings(max_examples=12, stateful_step_count=25, **SETTINGS)
    )


@pytest.mark.prove
def test_both_clocks_answer_as_an_oracle_does_at_length(shelf: Shelf) -> None:
    run_state_machine_as_test(
        seed(SEED)(lambda: TwoClocks(shelf)),
        settings=settings(max_examples=EXAMPLES, stateful_step_count=40, **SETTINGS),
    )
