"""The measurements are found by themselves, each row by one name."""

from __future__ import annotations

import inspect
from collections import Counter

from benchmarks.__main__ import modules

WANTED = {
    "import", "read", "create", "replicate", "search", "rollup", "fan_out", "token_check",
    "transitions", "transitions_http", "inbox", "verdicts", "laboratory", "report", "plan", "notices",
}  # fmt: skip


def test_every_row_is_measured_by_one_module():
    named = Counter(row for module in modules() for row in module.ROWS)
    assert set(named) >= WANTED
    assert not [row for row, times in named.items() if times > 1]
    assert all(inspect.isasyncgenfunction(module.measured) for module in modules())
