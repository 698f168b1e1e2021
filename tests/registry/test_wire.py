"""The two ways of a version into a table leave the same row: one by one with bound values, many at once by COPY."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest

from jjm.registry import Registry, Table, Version, store
from jjm.standards import default_folder, make_record

TYPES = sorted(file.stem for file in (default_folder() / "registries").glob("*/*.yaml"))
AT = datetime(2026, 4, 1, 6, 0, 0, 123_456, tzinfo=UTC)


class _TakenBack(Exception): ...


@pytest.mark.parametrize("type", TYPES)
async def test_many_at_once_or_one_by_one_is_the_same(registry: Registry, type: str) -> None:
    table = registry.table(type)
    made = _versions(registry, table)
    rows: list[Any] = []
    with suppress(_TakenBack):
        async with registry.database.write() as conn:
            await store.insert(conn, table, made, history=True)
            for version in made:
                await store.insert(conn, table, [version._replace(version=version.version + 1)], history=True)
            rows = await conn.fetch(f"select * from {table.history} order by id, version")
            raise _TakenBack
    assert len(rows) == 2 * len(made)
    for copied, bound in zip(rows[::2], rows[1::2], strict=True):
        assert _values(copied) == _values(bound)


def _values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "version"}


def _versions(registry: Registry, table: Table) -> Sequence[Version]:
    rng = random.Random(7)
    made: list[Version] = []
    for n in range(60):
        data = make_record(table.standard, registry.catalogue, rng, lambda name: f"{name}-1")
        data |= {"ext": {"in_od": {"note": "ଗ୍ରାମ\n\t\\N"}}, "external_ids": [{"system": "imis", "value": str(n)}]}
        for name in rng.sample(sorted(data), n % 3):
            del data[name]
        id = f"ABC-21-{n:04}-X"
        last = date(2031, 1, 1) if n % 5 == 0 else None
        made.append(
            Version(
                id, 2 * n, "correct" if n % 2 else "create", date(1947, 8, 15), last, AT, "नीता", "IN-OD",
                None if n % 7 else "LGD", None, data, rng.randbytes(32), rng.randbytes(16) if n % 2 else None,
                (n << 40) + n, None if n % 4 else 9,
            )
        )  # fmt: skip
    return made
