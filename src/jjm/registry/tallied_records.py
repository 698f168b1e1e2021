"""The statement behind the list of a public report: the records of a set one by one, the newest day first.

Part of the generator. It reads a record's area, its day, and codes that entries of it name; nothing else leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jjm.registry.definition import quote
from jjm.registry.table import Table
from jjm.registry.tallying import TallyQuery
from jjm.standards import Holding, RecordSet


@dataclass
class RecordsQuery(TallyQuery):
    """Some of the records of a set in an area, after a day and identifier; `told` are the codes asked for."""

    told: Sequence[Holding] = ()
    limit: int = 100
    after: tuple[date, str] | None = None

    def statement(self) -> tuple[str, list[object]]:
        """The statement and its values: a row for each record, with its codes as `c0` and on."""
        records = self.tally.records
        assert records is not None
        parts = zip(self.tables, records.parts, strict=True)
        below = f"below as materialized ({self._below()})"
        base = f"base as ({' union all '.join(self._one(*part) for part in parts)})"
        rest = ""
        if self.after is not None:
            day, id = self.after
            rest = f" where (t.day, t.id) < ({self.bind(day)}::date, {self.bind(id)}::text)"
        codes = "".join(f", t.c{n}" for n in range(len(self.told)))
        return (
            f"with {below}, {base} select t.in_area, t.id, t.day{codes} from base t{rest} "
            f"order by t.day desc, t.id desc limit {self.bind(self.limit)}"
        ), self.bind.values

    def _one(self, table: Table, records: RecordSet) -> str:
        assert records.year is not None
        codes = "".join(
            f", array(select distinct e ->> {self.bind(held.part)} {self._entries(held)} order by 1) as c{n}"
            for n, held in enumerate(self.told)
        )
        day = self._day(table, records.year)
        return f"select t.in_area, t.{quote('id')}, {day} as day{codes} from ({self._records(table, records)}) t"
