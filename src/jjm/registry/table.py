"""A registry type's two tables, and every statement on them, derived from its standard.

This is the one place where SQL is put together by the program: identifiers are quoted here, values are
always bound. `jjm standards sql TYPE` shows what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from jjm.ledger import APPEND, SLOTS
from jjm.registry.definition import Definition, literal, quote
from jjm.registry.sealing import HEAD
from jjm.registry.sight import WHOLE, Sight, inside
from jjm.standards import Field, Standard

STAB = "{0}.valid_from <= {1} and ({0}.valid_to is null or {0}.valid_to > {1}) and {0}.recorded_at <= {2}"

_APPENDED = APPEND.count("$")


def listed(parameter: str) -> str:
    """A list of identifiers of unknown length.

    It comes out of a query of its own, so that the planner keeps one plan for all lists. For a bare parameter it makes
    a plan each time, by the length of the list, which takes longer than to find a few records.
    """
    return f"((select {parameter}::text[])::text[])"


@dataclass(frozen=True)
class Table(Definition):
    """The tables of one type and the statements on them."""

    def get(self, sight: Sight, state: str | None = None) -> str:
        """Read the version of today: $1 id, then what the sight binds. `state` names the partition to go to at once."""
        found = self._gets.get((sight.shape, state))
        if found is None:
            table, where = (self.current, self._by_id()) if state is None else (self.partition_name(state), "t.id = $1")
            found = f"select {self.seen('t', sight, 1)} from {table} t where {where}{self.scope('t', sight, 1)}"
            self._gets[sight.shape, state] = found
        return found

    @cached_property
    def _gets(self) -> dict[tuple[tuple[frozenset[str], bool, bool], str | None], str]:
        return {}

    def seen(self, alias: str, sight: Sight, own: int, *, numbered: bool = True) -> str:
        """The columns of a row as somebody sees it, in a statement with so many values of its own."""
        return self.select_list(alias, sight.unread, sight.names(own)[1], numbered=numbered)

    def scope(self, alias: str, sight: Sight, own: int) -> str:
        """The further condition that a row is seen, in a statement with so many values of its own."""
        areas, _ = sight.names(own)
        return f" and {inside(self.standard, alias, areas)}" if areas else ""

    def select_list(
        self, alias: str, hidden: frozenset[str] = frozenset(), open_in: str | None = None, *, numbered: bool = True
    ) -> str:
        """The columns of a row as read, hidden ones as null but in `open_in`, with the ledger position at the end.

        Of what is sealed only its head is read where all in it is hidden. Not `numbered`, the position is null: looking
        it up costs as much as the rest, for who knows it already.
        """
        instead = dict.fromkeys(hidden & self.columns.keys(), "null")
        if self.personal and self.personal <= hidden:
            instead["sealed"] = f"substr({alias}.sealed, 1, {HEAD})"
        if open_in:
            here = f"case when {inside(self.standard, alias, open_in)} then {alias}."
            instead = {n: f"{here}{quote(n)} else {other} end" for n, other in instead.items()}
        shown = [f"{instead.get(n) or f'{alias}.{quote(n)}'} as {quote(n)}" for n in self.read_names]
        return ", ".join([*shown, f"ledger.position({alias}.entry) as position" if numbered else "null as position"])

    @cached_property
    def column_list(self) -> str:
        """All columns, for moving rows between the two tables."""
        return ", ".join(quote(n) for n in self.names)

    # --- one record -----------------------------------------------------------------------------------

    def _by_id(self, parameter: str = "$1") -> str:
        return (
            f"t.id = {parameter} and t.state = split_part({parameter}, '-', 2)"
            if self.by_state
            else f"t.id = {parameter}"
        )

    def get_many(self, sight: Sight, state: str | None = None, *, numbered: bool = True) -> str:
        """Read versions of today: $1 ids, then what the sight binds. `state` names the one partition of all of them."""
        table, where = self.current if state is None else self.partition_name(state), "t.id = any($1)"
        if self.by_state and state is None:
            where += " and t.state = any(array(select distinct split_part(i, '-', 2) from unnest($1::text[]) i))"
        where += self.scope("t", sight, 1)
        return f"select {self.seen('t', sight, 1, numbered=numbered)} from {table} t where {where}"

    def found_blindly(self, field: Field, sight: Sight) -> str:
        """Read versions of today that may have a value: $1 its numbers, $2 how many, then what the sight binds."""
        where = f"t.{quote(f'{field.name}_blind')} = any($1::int[]){self.scope('t', sight, 2)}"
        return f"select {self.seen('t', sight, 2, numbered=False)} from {self.current} t where {where} limit $2"

    def get_as_of(self, sight: Sight) -> str:
        """Read the version that held on a day as then known: $1 id, $2 day, $3 instant, then what the sight binds."""
        where = f"true{self.scope('t', sight, 3)}"
        return f"select {self.seen('t', sight, 3)} from {self.holder('$1', '$2', '$3')} t where {where}"

    def versions(self, sight: Sight) -> str:
        """Read versions, newest first: $1 id, $2 below which version, $3 how many, then what the sight binds."""
        select, below = f"select {self.seen('t', sight, 3)}", f"t.version < $2{self.scope('t', sight, 3)}"
        return (
            f"select * from (({select} from {self.current} t where {self._by_id()} and {below}) union all "
            f"({select} from {self.history} t where t.id = $1 and {below} order by t.version desc limit $3)) "
            "both_tables order by version desc limit $3"
        )

    def lock(self) -> str:
        """Read and hold the versions of today of records about to change: $1 ids."""
        return f"select {self.column_list} from {self.current} where id = any({listed('$1')}) order by id for update"

    def headers(self, sight: Sight = WHOLE) -> str:
        """The periods of all versions of records that are seen: $1 ids, then what the sight binds."""
        wanted = "t.id, t.version, t.change, t.valid_from, t.valid_to, t.recorded_at"
        where = f"t.id = any({listed('$1')}){self.scope('t', sight, 1)}"
        return (
            f"select {wanted}, true as is_current from {self.current} t where {where} union all "
            f"select {wanted}, false from {self.history} t where {where} order by 1, 2"
        )

    def numbers(self) -> str:
        """The numbers of all versions of records that are known: $1 ids."""
        here = f"t.id = any({listed('$1')})"
        state = " and t.state = any(array(select distinct split_part(i, '-', 2) from unnest($1::text[]) i))"
        return (
            f"select t.id, t.version from {self.current} t where {here}{state if self.by_state else ''} union all "
            f"select t.id, t.version from {self.history} t where {here}"
        )

    def insert(self, into_history: bool = False) -> str:
        """Write one version: one parameter a column."""
        table = self.history if into_history else self.current
        values = ", ".join(f"${n + 1}" for n in range(len(self.names)))
        return f"insert into {table} ({self.column_list}) values ({values})"

    @cached_property
    def enter(self) -> str:
        """Write a new record and its ledger entry, and bring that: the values of `ledger.APPEND`, then one a column.

        The last column, `entry`, takes its value from the ledger.
        """
        written = self.names[:-1]
        values = ", ".join(f"${n}" for n in range(_APPENDED + 1, _APPENDED + 1 + len(written)))
        return (
            f"with appended as ({APPEND}) insert into {self.current} ({self.column_list}) "
            f"values ({values}, (select id * {SLOTS} from appended)) returning entry"
        )

    @cached_property
    def supersede(self) -> str:
        """Replace the version of today of one record, keep the old one, and write the ledger entry, and bring that.

        The same values as for `enter`; the row is held already (`lock`). Both parts see the old one.
        """
        places = {name: f"${n}" for n, name in enumerate(self.names[:-1], _APPENDED + 1)}
        key = ("id", "state") if self.by_state else ("id",)
        this = " and ".join(f"t.{name} = {places[name]}" for name in key)
        given = ", ".join(f"{quote(n)} = {place}" for n, place in places.items() if n not in key)
        return (
            f"with appended as ({APPEND}), kept as (insert into {self.history} ({self.column_list}) "
            f"select {self._moved('t')} from {self.current} t where {this}) "
            f"update {self.current} t set {given}, entry = (select id * {SLOTS} from appended) where {this} "
            "returning entry"
        )

    def archive(self) -> str:
        """Move versions of today to history: $1 ids."""
        return (
            f"with gone as (delete from {self.current} where id = any($1) returning {self.column_list}) "
            f"insert into {self.history} ({self.column_list}) select {self._moved('gone')} from gone"
        )

    def promote(self) -> str:
        """Move versions from history into place: $1 ids, $2 versions."""
        return (
            f"with due as (delete from {self.history} h using unnest($1::text[], $2::int[]) u(id, version) "
            f"where h.id = u.id and h.version = u.version returning {', '.join('h.' + quote(n) for n in self.names)}) "
            f"insert into {self.current} ({self.column_list}) select {self._moved('due')} from due"
        )

    def _moved(self, alias: str) -> str:
        return ", ".join("null" if n == "newest" else f"{alias}.{quote(n)}" for n in self.names)

    def mark_newest(self) -> str:
        """Note the newest version beside the one of today: $1 ids, $2 newest versions (null when it is this one)."""
        return (
            f"update {self.current} t set newest = u.newest from unnest($1::text[], $2::int[]) u(id, newest) "
            "where t.id = u.id and t.newest is distinct from u.newest"
        )

    def missing(self, ids: str = "$1::text[]") -> str:
        """Which of these identifiers name no record of today: $1 ids."""
        if self.by_state:
            where = "t.id = u.id and t.state = split_part(u.id, '-', 2)"
            return f"select u.id from unnest({ids}) u(id) where not exists (select from {self.current} t where {where})"
        # Found all at once rather than one by one, which of thousands takes half as long again.
        known = f"select t.id from {self.current} t where t.id = any({ids})"
        return f"select u.id from unnest({ids}) u(id) where u.id not in ({known})"

    def holders(self, names: Sequence[str]) -> str:
        """Other records of today with the same values: $1 ids, then the values of each of these fields."""
        given = ", ".join(f"${n}::{self.columns[name].type.split(' collate')[0]}[]" for n, name in enumerate(names, 2))
        alike = [f"t.{quote(name)} = u.{quote(name)}" for name in names]
        alike += ["t.state = split_part(u.id, '-', 2)"] if self.by_state else []
        return (
            f"select u.id, t.id as holder from unnest($1::text[], {given}) u(id, {', '.join(map(quote, names))}) "
            f"join {self.current} t on {' and '.join(alike)} where t.id <> u.id order by u.id, t.id"
        )

    def ever(self) -> str:
        """Every identifier that was ever recorded."""
        return f"select id from {self.current} union select id from {self.history}"

    def retired(self) -> str:
        """Newest version of records that do not hold today: $1 ids."""
        # One put in place by another a moment ago is answered all the same: writing on top of it then fails, and is
        # begun again, while a record that seems never to have been would be refused.
        return (
            f"select distinct on (id) {self.column_list} from {self.history} where id = any({listed('$1')}) "
            "order by id, version desc"
        )

    def past(self, sight: Sight, *, numbered: bool = True) -> str:
        """Read versions out of history: $1 ids, $2 versions, then what the sight binds."""
        shown = self.seen("t", sight, 2, numbered=numbered)
        return (
            f"select {shown} from unnest($1::text[], $2::int[]) u(id, version) "
            f"join {self.history} t on t.id = u.id and t.version = u.version{self.scope('t', sight, 2)}"
        )

    # --- lists ----------------------------------------------------------------------------------------

    def as_of_source(self, day: str, instant: str) -> str:
        """A table expression of the versions that held on a day as known at an instant (parameters by name)."""
        stabs = {alias: STAB.format(alias, day, instant) for alias in ("t", "h", "c", "w")}
        rows = [f"select t.* from {table} t where {stabs['t']}" for table in (self.current, self.history)]
        beaten = [
            f"exists (select from {table} {a} where {a}.id = w.id and {a}.version > w.version and {stabs[a]})"
            for table, a in ((self.history, "h"), (self.current, "c"))
        ]
        held = f"w.change <> 'retire' and not {' and not '.join(beaten)}"
        return f"(select w.* from ({' union all '.join(rows)}) w where {held})"

    def holder(self, id: str, day: str, instant: str) -> str:
        """A table expression of the one version of a record that held on a day as known at an instant."""
        stab = STAB.format("t", day, instant)
        return (
            f"(select * from ((select t.* from {self.current} t where {self._by_id(id)} and {stab}) union all "
            f"(select t.* from {self.history} t where t.id = {id} and {stab} order by t.version desc limit 1)) b "
            "order by version desc limit 1)"
        )

    def statements(self) -> dict[str, str]:
        """Every fixed statement by name, for `jjm standards sql` and for the test that prepares them."""
        names = ("get", "get_many", "get_as_of", "versions", "past")
        some = Sight(self.standard.personal_fields, ("",), ("",))
        read = {n: getattr(self, n)(WHOLE) for n in names} | {f"{n}_of_some": getattr(self, n)(some) for n in names}
        plain = ("lock", "headers", "numbers", "archive", "promote", "mark_newest", "missing", "ever", "retired")
        unique = {f"holders_{'_'.join(names)}": self.holders(names) for names in self.standard.unique}
        return (
            read
            | unique
            | {n: getattr(self, n)() for n in plain}
            | {
                "enter": self.enter,
                "supersede": self.supersede,
                "insert": self.insert(),
                "insert_history": self.insert(True),
            }
        )


def around(targets: Sequence[Table]) -> str:
    """What is not there of what records name, and the States they lie in: $1 and on ids of each type, then areas."""
    lists = [listed(f"${n}") for n in range(1, len(targets) + 2)]
    parts = [
        f"select {literal(t.standard.name)} as type, id, null as state from ({t.missing(ids)}) m"
        for t, ids in zip(targets, lists, strict=False)
    ]
    states = (
        "select null as type, c.descendant as id, min(a.code) as state from registry.area_closure c "
        "join registry.area a on a.id = c.ancestor "
        f"where c.descendant = any({lists[-1]}) and c.ancestor_rank = 0 group by c.descendant"
    )
    return " union all ".join([*parts, states])


def tables(standards: Sequence[Standard]) -> dict[str, Table]:
    """The tables of these types, by type."""
    return {s.name: Table(s) for s in standards}
