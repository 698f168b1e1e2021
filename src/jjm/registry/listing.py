"""The statements behind lists: by keyset, by subtree of areas, as of a point on both clocks. Part of the generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jjm.registry.definition import quote
from jjm.registry.filters import Binder
from jjm.registry.model import AsOf
from jjm.registry.placing import places
from jjm.registry.sight import WHOLE, Sight, inside
from jjm.registry.table import STAB, Table


@dataclass
class ListQuery:
    """One page of a list. `after` is what the cursor holds: the last id, or the last area and id below an area.

    `areas` are the areas in `within` as they were, for a list as of another day.
    """

    table: Table
    limit: int
    sight: Sight = WHOLE
    bind: Binder = field(default_factory=Binder)
    conditions: list[str] = field(default_factory=list[str])
    within: str | None = None
    as_of: AsOf | None = None
    after: Sequence[str] = ()
    areas: Sequence[str] = ()

    def page(self) -> tuple[str, list[Any]]:
        """The statement of the page and its values; rows end in `cursor_area` and are in the order of the cursor."""
        if self.within is not None or self.as_of is not None:
            self._see_some()
        if self.as_of is not None:
            return self._as_of_page(), self.bind.values
        if not self.walks_areas:
            if self.within is None:
                self._see_some()
            self.conditions += self._within_condition()
            return self._plain_page(), self.bind.values
        return self._within_page(), self.bind.values

    @property
    def walks_areas(self) -> bool:
        """True if pages go area by area, and their cursor holds the last area and id.

        So it is below an area asked for, and where only some areas are seen: in the order of identifiers a page could
        lie behind a million records of others. What nearer fields may place lies in no one order of areas.
        """
        is_bounded = self.within is not None or self.sight.areas is not None
        return self.as_of is None and is_bounded and not self.table.standard.nearer

    def _see_some(self) -> None:
        # Not where pages walk the areas that are seen: said twice, it leads the planner to sort a whole State.
        if self.sight.areas is not None:
            self.conditions.append(inside(self.table.standard, "t", self.bind(self.sight.areas)))

    def count(self) -> tuple[str, list[Any]]:
        """The statement that counts all pages together, and its values."""
        self._see_some()
        return f"select count(*) {self._from_all()}", self.bind.values

    def whole(self) -> tuple[str, list[Any]]:
        """The statement of all pages together in the order of identifiers, and its values."""
        self._see_some()
        return f"select {self._columns()} {self._from_all()} order by t.id", self.bind.values

    def _from_all(self) -> str:
        source = self.table.current
        if self.as_of is not None:
            source = self.table.as_of_source(self.bind(self.as_of.valid_at), self.bind(self.as_of.known_at))
        return f"from {source} t{_where([*self.conditions, *self._within_condition()])}"

    def _columns(self) -> str:
        return self.table.select_list("t", self.sight.unread, self._open_in)

    @cached_property
    def _open_in(self) -> str | None:
        return self.bind(self.sight.open_in) if self.sight.is_partly_open else None

    def _plain_page(self) -> str:
        where = [*self.conditions, *([f"t.id > {self.bind(self.after[0])}"] if self.after else [])]
        return (
            f"select {self._columns()}, null::text as cursor_area from {self.table.current} t{_where(where)} "
            f"order by t.id limit {self.bind(self.limit)}"
        )

    def _as_of_page(self) -> str:
        # Whatever held then is among the versions that meet the conditions; those are few and found by index. Which of
        # them held is then asked record by record, so the cost is that of the page, however long the histories are.
        assert self.as_of is not None
        day, instant = self.bind(self.as_of.valid_at), self.bind(self.as_of.known_at)
        meets = [*self.conditions, *self._within_condition()]
        past = [f"t.id > {self.bind(self.after[0])}"] if self.after else []
        limit = self.bind(self.limit)
        where = _where([*meets, *past, STAB.format("t", day, instant)])
        found = " union ".join(
            f"(select t.id from {table} t{where} order by t.id limit {limit})"
            for table in (self.table.current, self.table.history)
        )
        holds = " and ".join(["t.change <> 'retire'", *meets])
        return (
            f"select {self._columns()}, null::text as cursor_area, c.id as cursor_id from "
            f"(select id from ({found}) u order by id limit {limit}) c "
            f"left join lateral {self.table.holder('c.id', day, instant)} t on {holds} order by c.id"
        )

    def _within_condition(self) -> list[str]:
        if self.within is None:
            return []
        if self.as_of is None:
            root = self.bind(self.within)
            inside = f"select descendant from registry.area_closure where ancestor = {root}"
        else:
            inside = f"select unnest({self.bind(list(self.areas))}::text[])"
        standard = self.table.standard
        if standard.level is not None or not standard.area:
            return [f"t.id in ({inside})"]
        if standard.nearer:
            return [f"{places(standard, 't')} && array({inside})"]
        if standard.field(standard.area).is_list_of_refs:
            return [f"t.{quote(standard.area)} && array({inside})"]
        return [f"t.{quote(standard.area)} in ({inside})"]

    def _within_page(self) -> str:
        standard = self.table.standard
        area, id = (self.bind(a) for a in self.after) if self.after else (None, None)
        below, behind = self._below("c"), f" and c.descendant >= {area}" if area else ""
        source = f"registry.area_closure c cross join lateral ({{}}) t where {below}{behind}"
        if self.within is None and len(self.sight.areas or ()) != 1:  # an area may lie in several of them
            several = f"select distinct c.descendant from registry.area_closure c where {below}{behind}"
            source = f"({several}) c cross join lateral ({{}}) t where true"
        here = f"from {source}"
        past = [f"(c.descendant > {area} or t.id > {id})"] if area else []
        limit = self.bind(self.limit)
        end = f" order by c.descendant, t.id limit {limit}"
        if standard.level is not None or not standard.area:
            inner = f"select t.* from {self.table.current} t where t.id = c.descendant"
        elif standard.field(standard.area).is_list_of_refs:
            inner, past = self._inner_by_place(limit, past)
        else:
            by_area = [f"t.{quote(standard.area)} = c.descendant", *self.conditions, *past]
            inner = f"select t.* from {self.table.current} t{_where(by_area)} order by t.id limit {limit}"
        rest = [*self.conditions, *past]
        return (
            f"select {self._columns()}, c.descendant as cursor_area "
            + here.format(inner)
            + "".join(f" and {c}" for c in rest)
            + end
        )

    def _below(self, alias: str) -> str:
        """The condition that a line of the closure is of what lies in the area asked for, or in what is seen."""
        if self.within is not None:
            return f"{alias}.ancestor = {self._roots}"
        seen = self.sight.areas or ()
        return f"{alias}.ancestor = {self._roots}" if len(seen) == 1 else f"{alias}.ancestor = any({self._roots})"

    @cached_property
    def _roots(self) -> str:
        if self.within is not None:
            return self.bind(self.within)
        seen = self.sight.areas or ()
        return self.bind(seen[0]) if len(seen) == 1 else f"{self.bind(list(seen))}::text[]"

    def _inner_by_place(self, limit: str, past: list[str]) -> tuple[str, list[str]]:
        type = self.bind(self.table.standard.name)
        first = (
            "not exists (select from registry.place p2 join registry.area_closure c2 on c2.descendant = p2.area "
            f"where {self._below('c2')} and p2.type = {type} and p2.id = p.id and p2.area < p.area)"
        )
        where = [f"p.type = {type}", "p.area = c.descendant", first, *self.conditions, *past]
        inner = (
            f"select t.* from registry.place p join {self.table.current} t on t.id = p.id{_where(where)} "
            f"order by t.id limit {limit}"
        )
        return inner, past


def _where(conditions: Sequence[str]) -> str:
    return f" where {' and '.join(conditions)}" if conditions else ""
