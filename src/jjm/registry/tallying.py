"""The statements behind public reports: what indicators count in areas, for a list of areas at once.

Part of the generator. Columns over the same records are counted by one statement, whichever report they are of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256

from jjm.registry.definition import quote
from jjm.registry.filters import Binder, Filterable, compile_cql2
from jjm.registry.model import AsOf
from jjm.registry.table import Table
from jjm.standards import Day, Holding, Indicator, Measure, RecordSet

_APRIL, _INDIA = 4, "Asia/Kolkata"


@dataclass(frozen=True)
class Tally:
    """Measures over one set of records, or over areas where `records` is None; their values stand in this order."""

    records: RecordSet | None
    measures: tuple[Measure, ...]

    @cached_property
    def key(self) -> str:
        """What it counts, in few letters: the same for the same definition, another for another."""
        return sha256(repr((self.records, self.measures)).encode()).hexdigest()[:16]


def measures_of(indicator: Indicator) -> dict[str, tuple[RecordSet | None, Measure]]:
    """Each measured column with the records it is counted over, without the names that a file gives to sets.

    Units without a record in the set `without` are found by the measure `.known`, beside `.all` of the grain.
    """
    found: dict[str, tuple[RecordSet | None, Measure]] = {}
    for column in indicator.columns:
        if column.measure is not None:
            found[column.name] = _anonymous(indicator, column.measure)
    if indicator.without is not None:
        known = Measure("count", indicator.without, field=indicator.sets[indicator.without].newest_of or ".area")
        found[".known"] = _anonymous(indicator, known)
        found[".all"] = None, Measure("areas", indicator.grain)
    return found


def _anonymous(indicator: Indicator, measure: Measure) -> tuple[RecordSet | None, Measure]:
    if measure.kind == "areas":
        return None, measure
    return replace(indicator.sets[measure.of], name=""), replace(measure, of="")


def plan(indicators: Iterable[Indicator]) -> list[Tally]:
    """Everything that these reports count, each thing once."""
    wanted: dict[RecordSet | None, dict[Measure, None]] = {}
    for indicator in indicators:
        for records, measure in measures_of(indicator).values():
            wanted.setdefault(records, {})[measure] = None
    return [Tally(records, tuple(measures)) for records, measures in wanted.items()]


@dataclass
class TallyQuery:
    """What one tally counts in some areas, today or at another point on both clocks; `today` is the Indian day.

    `tables` are those of the parts of its records; `types` gives the area type of each level's name.
    """

    tally: Tally
    tables: Sequence[Table]
    types: dict[str, str]
    areas: Sequence[str]
    today: date
    as_of: AsOf | None = None
    bind: Binder = field(default_factory=Binder)

    def statement(self) -> tuple[str, list[object]]:
        """The statement and its values: a row for each area where there is something, a column a measure."""
        below = f"with below as materialized ({self._below()})"
        records = self.tally.records
        if records is None:
            return f"{below} {self._of_areas()}", self.bind.values
        counted = ", ".join(f"{_counted(m, n)} as m{n}" for n, m in enumerate(self.tally.measures))
        parts = zip(self.tables, records.parts, strict=True)
        base = f"base as materialized ({' union all '.join(self._base(*part) for part in parts)})"
        rest = self._superseded(records)
        return (
            f"{below}, {base} select b.area, {counted} "
            f"from below b join base t on t.in_area = b.id{rest} group by b.area"
        ), self.bind.values

    def _below(self) -> str:
        areas = f"unnest({self.bind(list(self.areas))}::text[]) u(id)"
        if self.as_of is None:
            joined = "join registry.area_closure c on c.ancestor = u.id"
            return f"select c.ancestor as area, c.descendant as id from {areas} {joined}"
        return f"select u.id as area, b.id from {areas} cross join lateral {self._held('u.id')} b(id)"

    def _held(self, id: str) -> str:
        day, instant = self._point()
        return f"registry.areas_as_of({id}, {day}, {instant})"

    @cached_property
    def _bound(self) -> tuple[str, str]:
        assert self.as_of is not None
        return self.bind(self.as_of.valid_at), self.bind(self.as_of.known_at)

    def _point(self) -> tuple[str, str]:
        return self._bound

    def _of_areas(self) -> str:
        counted = ", ".join(
            f"count(*) filter (where a.type = {self.bind(self.types[m.of])}) as m{n}"
            for n, m in enumerate(self.tally.measures)
        )
        if self.as_of is None:
            return f"select b.area, {counted} from below b join registry.area a on a.id = b.id group by b.area"
        day, instant = self._point()
        held = (
            "select v.type, v.change from registry.area_version v where v.id = b.id "
            f"and v.valid_from <= {day} and (v.valid_to is null or v.valid_to > {day}) and v.recorded_at <= {instant} "
            "order by v.version desc limit 1"
        )
        return (
            f"select b.area, {counted} from below b cross join lateral ({held}) a "
            "where a.change <> 'retire' group by b.area"
        )

    def _base(self, table: Table, records: RecordSet) -> str:
        """A row for each record: its area, and for each measure whether it counts (`is0`) and what (`of0`)."""
        newer = [f"t.{quote(records.newest_by[0])} as newer"] if records.newest_by else []
        held = [self._measured(table, m, n) for n, m in enumerate(self.tally.measures)]
        return f"select {', '.join(['t.in_area', *newer, *held])} from ({self._records(table, records)}) t"

    def _records(self, table: Table, records: RecordSet) -> str:
        place = _place(table)
        where = [f"t.{place} in (select id from below)", *self._conditions(table, records)]
        source = table.current if self.as_of is None else table.as_of_source(*self._point())
        wanted = f"select {{}}t.*, t.{place} as in_area from {source} t where {' and '.join(where)}"
        if records.newest_of is None:
            return wanted.format("")
        of, by = quote(records.newest_of), "".join(f", t.{quote(name)} desc nulls last" for name in records.newest_by)
        return f"{wanted.format(f'distinct on (t.{of}) ')} order by t.{of}{by}, t.recorded_at desc, t.id"

    def _superseded(self, records: RecordSet) -> str:
        """A record of an area that has ended counts until its successor has a newer one (decision 0003)."""
        if self.as_of is not None or records.newest_of is None or not records.newest_by:
            return ""
        return (
            " where not exists (select from registry.area_ended e join base s on s.in_area = any(e.parents) "
            "where e.id = t.in_area and s.newer > t.newer)"
        )

    def _conditions(self, table: Table, records: RecordSet) -> list[str]:
        found = [self._condition(table, records.where)] if records.where else []
        if records.year:
            day = self._report_day
            begin = date(day.year if day.month >= _APRIL else day.year - 1, _APRIL, 1)
            found.append(f"{self._day(table, records.year)} between {self.bind(begin)} and {self.bind(day)}")
        return found

    @property
    def _report_day(self) -> date:
        return self.as_of.valid_at if self.as_of else self.today

    def _day(self, table: Table, day: Day) -> str:
        """The Indian day of a record; of a list the latest of its entries."""
        field = table.standard.field(day.field)
        if day.part is None:
            name = f"t.{quote(day.field)}"
            return f"({name} at time zone '{_INDIA}')::date" if field.kind == "instant" else name
        assert field.item is not None
        one = f"e ->> {self.bind(day.part)}"
        kind = next(f.kind for f in field.item.fields if f.name == day.part)
        one = f"(({one})::timestamptz at time zone '{_INDIA}')::date" if kind == "instant" else f"({one})::date"
        return f"(select max({one}) from jsonb_array_elements(t.{quote(day.field)}) e)"

    def _condition(self, table: Table, text: str) -> str:
        return f"({compile_cql2(text, Filterable(table, frozenset(), day=self._report_day), self.bind)})"

    def _measured(self, table: Table, measure: Measure, number: int) -> str:
        where = [self._condition(table, measure.where)] if measure.where else []
        if measure.holding is not None:
            where.append(self._holding(measure.holding))
        of = "in_area" if measure.field == ".area" else quote(measure.field) if measure.field else None
        told = [f"({' and '.join(where) or 'true'}) as is{number}", *([f"t.{of} as of{number}"] if of else [])]
        return ", ".join(told)

    def _holding(self, held: Holding) -> str:
        return f"exists (select {self._entries(held)})"

    def _entries(self, held: Holding) -> str:
        part = f"e ->> {self.bind(held.part)}"
        meets = [f"{part} = any({self.bind(list(held.any))}::text[])"] if held.any else []
        meets += [f"{part} <> all({self.bind(list(held.but))}::text[])"] if held.but else []
        for name, values in held.without:
            meets.append(f"coalesce(e ->> {self.bind(name)} <> all({self.bind(list(values))}::text[]), true)")
        entries = f"jsonb_array_elements(t.{quote(held.field)}) e"
        return f"from {entries} where {' and '.join(['true', *meets])}"


def _counted(measure: Measure, number: int) -> str:
    of = f"of{number}"
    what = f"sum(t.{of})" if measure.kind == "sum" else f"count(distinct t.{of})" if measure.field else "count(*)"
    return f"coalesce({what} filter (where t.is{number}), 0)::numeric"


def sums_by(
    table: Table, key: str, by: str, number: str | None, as_of: AsOf | None, bind: Binder, ids: Sequence[str]
) -> str:
    """The sums of a number over records that name these in a field, apart for each value of another field.

    Without a number the records are counted.
    """
    counted = f"sum(t.{quote(number)})" if number else "count(*)"
    source = table.current
    if as_of is not None:
        source = table.as_of_source(bind(as_of.valid_at), bind(as_of.known_at))
    names = f"t.{quote(key)}", f"t.{quote(by)}"
    return (
        f"select {names[0]} as key, {names[1]} as by, {counted}::numeric as sum from {source} t "
        f"where {names[0]} = any({bind(list(ids))}::text[]) group by 1, 2"
    )


def areas_of(table: Table) -> str:
    """Where records lie or ever lay: $1 ids."""
    place = _place(table)
    return (
        f"select {place} as id from {table.current} where id = any($1::text[]) union "
        f"select {place} from {table.history} where id = any($1::text[])"
    )


def _place(table: Table) -> str:
    return "id" if table.standard.level is not None else quote(str(table.standard.area))
