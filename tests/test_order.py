"""What is listed, held or cut off comes in one order, whatever way the database finds it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import jjm
from jjm.kit import Database
from jjm.workflow.store import queries as cases

_NAMED = re.compile(r"^-- name: (\w+)(\S*).*\n((?:.*\n?)*?)(?=^-- name: |\Z)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)
STATEMENTS = {
    f"{path.parent.parent.name}/{path.stem}.{name}": (kind, _COMMENT.sub("", body))
    for path in sorted(Path(jjm.__file__).parent.rglob("sql/*.sql"))
    for name, kind, body in _NAMED.findall(path.read_text("utf-8"))
}
ONE_ROW = ("^", "$", "<!")
# Rows that are taken away or counted, as many as are there.
ALIKE = {"access/retention.forget_sessions", "registry/queries.areas_inside"}


def test_whoever_holds_several_rows_takes_them_in_one_order() -> None:
    """Two who hold the same rows in different orders wait for each other, until the database ends one of them."""
    holding = {name for name, (kind, body) in STATEMENTS.items() if "for update" in body and not kind.endswith(ONE_ROW)}
    assert {"workflow/queries.locked_items", "access/sessions.attempts"} <= holding
    assert [name for name in sorted(holding) if "order by" not in STATEMENTS[name][1]] == []


def test_what_is_cut_off_is_cut_in_an_order() -> None:
    cut = {name for name, (_, body) in STATEMENTS.items() if re.search(r"\blimit :", body)}
    assert len(cut) > 40
    assert [name for name in sorted(cut - ALIKE) if "order by" not in STATEMENTS[name][1]] == []


@pytest.mark.parametrize("last_first", [False, True])
async def test_what_is_due_at_one_moment_is_done_case_by_case(database: Database, last_first: bool) -> None:
    due = datetime(2026, 11, 30, tzinfo=UTC)
    timers = [(item, kind, name) for item in ("A", "B") for kind, name in (("moment", "late"), ("rung", "1"))]
    async with database.write() as conn:
        items, kinds, names = zip(*(timers[::-1] if last_first else timers), strict=True)
        given = {"items": list(items), "kinds": list(kinds), "names": list(names), "dues": [due] * len(timers)}
        await conn.execute("alter table workflow.timer drop constraint if exists timer_item_fkey")
        await cases.add_timers(conn, **given)
        found = [(row["item"], row["kind"], row["name"]) async for row in cases.due_timers(conn, now=due, most=10)]
    assert found == timers
