"""Locks that work in one database hold for each other: each has a number of its own."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import jjm

_NUMBER = re.compile(r"\b7_?219_?(\d{3})\b")


def test_no_two_kinds_of_work_share_a_lock() -> None:
    sources = [p for p in Path(jjm.__file__).parent.rglob("*") if p.suffix in (".py", ".sql") and p.is_file()]
    named = Counter(number for source in sources for number in set(_NUMBER.findall(source.read_text("utf-8"))))
    assert named
    assert not [number for number, files in named.items() if files > 1]
