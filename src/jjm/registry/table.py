"""A registry type's two tables, and every statement on them, derived from its standard.

This is the one place where SQL is put together by the program: identifiers are quoted here, values are
always bound. `jjm standards sql TYPE` shows what comes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jjm.registry.columns import NORMAL, Column, Convert, column
from jjm.standards import Standard

SYSTEM: Mapping[str, tuple[str, str]] = {
    "ext": ("jsonb", "Fields that States add, under their own key"),
    "external_ids": ("jsonb", "Identifiers of the record in other systems"),
    "id": ('text collate "C" not null', "Identifier of the record"),
    "version": ("integer not null", "Number of this version"),
    "newest": ("integer", "Newest version of the record where that is another than this one"),
    "change": ("text not null", "What made this version: create, change, correct, retire, restore"),
    "valid_from": ("date not null", "First Indian day on which this was so"),
    "valid_to": ("date", "First Indian day on which it was no longer so; null until further notice"),
    "recorded_at": ("timestamptz not null", "When this node recorded it"),
    "actor": ("text not null", "Who recorded it"),
    "node": ("text not null", "The node that has authority over the record"),
    "source": ("text", "Where the values come from"),
    "reason": ("text", "Why, such as the number of an order"),
    "digest": ("bytea not null", "SHA-256 of the salt and the canonical form of this version"),
    "salt": ("bytea", "Random bytes that keep personal values from being guessed from the digest"),
    "entry": ("bigint not null", "Place in the ledger: batch * 65536 + slot"),
}
STAB = "{0}.valid_from <= {1} and ({0}.valid_to is null or {0}.valid_to > {1}) and {0}.recorded_at <= {2}"


def quote(identifier: str) -> str:
    """An identifier as PostgreSQL takes it literally."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text constant for comments and partition bounds."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Table:
    """The tables of one type and the statements on them."""

    standard: Standard

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Columns of the declared fields, by name, in the order of the standard."""
        return {f.name: column(f) for f in self.standard.fields}

    @cached_property
    def shown(self) -> Mapping[str, Convert]:
        """How the values of a row are turned for an answer, where they need turning."""
        return {name: c.show for name, c in self.columns.items() if c.show is not None}

    @cached_property
    def written(self) -> tuple[tuple[int, Convert], ...]:
        """How values are turned on their way into a row, by the place of their column, where they need turning."""
        return tuple((n, c.write) for n, c in enumerate(self.columns.values()) if c.write is not None)

    @cached_property
    def normal(self) -> Mapping[str, Convert]:
        """How values are brought into the form in which they are read back, where there are several, by field."""
        return {name: NORMAL[c.type] for name, c in self.columns.items() if c.type in NORMAL}

    @cached_property
    def current(self) -> str:
        """Qualified name of the table of today."""
        return f"registry.{quote(self.standard.name)}"

    @cached_property
    def history(self) -> str:
        """Qualified name of the table of every other version."""
        return f"registry.{quote(self.standard.name + '_history')}"

    @cached_property
    def by_state(self) -> bool:
        """True if the table of today has one partition a State."""
        return self.standard.by_state

    @cached_property
    def system(self) -> tuple[str, ...]:
        """Names of the columns that every record has, in their order."""
        return (*(("state",) if self.by_state else ()), *SYSTEM)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in the order in which rows are written and read."""
        return (*self.columns, *self.system)

    def get(self, hidden: frozenset[str], state: str | None = None) -> str:
        """Read the version of today: $1 id. `state` names the partition, where there is one, to go there at once."""
        found = self._gets.get((hidden, state))
        if found is None:
            table, where = (self.current, self._by_id()) if state is None else (self._partition(state), "t.id = $1")
            found = self._gets[hidden, state] = f"select {self.select_list('t', hidden)} from {table} t where {where}"
        return found

    @cached_property
    def _gets(self) -> dict[tuple[frozenset[str], str | None], str]:
        return {}

    def _partition(self, state: str) -> str:
        return f"registry.{quote(f'{self.standard.name}_{state}')}"

    def select_list(self, alias: str, hidden: frozenset[str] = frozenset(), *, numbered: bool = True) -> str:
        """The columns of a row as read, hidden ones as null, with the ledger position at the end.

        Not `numbered`, the position is null: looking it up costs as much as the rest, for who knows it already.
        """
        shown = [f"null as {quote(n)}" if n in hidden else f"{alias}.{quote(n)}" for n in self.names]
        return ", ".join([*shown, f"ledger.position({alias}.entry) as position" if numbered else "null as position"])

    @cached_property
    def column_list(self) -> str:
        """All columns, for moving rows between the two tables."""
        return ", ".join(quote(n) for n in self.names)

    # --- tables ---------------------------------------------------------------------------------------

    def create(self) -> list[str]:
        """Statements that make both tables, with indexes and comments."""
        body = ",\n  ".join([*(f"{quote(c.name)} {c.type}" for c in self.columns.values()), *self._system_columns()])
        key = "(id, state)" if self.by_state else "(id)"
        partition = " partition by list (state)" if self.by_state else ""
        return [
            f"create table {self.current} (\n  {body},\n  primary key {key}\n){partition}",
            f"create table {self.history} (\n  {body},\n  primary key (id, version)\n)",
            *self.indexes(),
            *self.comments(),
        ]

    def _system_columns(self) -> list[str]:
        state = ["state text not null"] if self.by_state else []
        return state + [f"{quote(name)} {kind}" for name, (kind, _) in SYSTEM.items()]

    def add_column(self, name: str) -> list[str]:
        """Statements that add the column of a new field to both tables."""
        kind = self.columns[name].type
        return [f"alter table {table} add column {quote(name)} {kind}" for table in (self.current, self.history)]

    def indexes(self) -> list[str]:
        """Statements that make the indexes for references, filters and uniqueness, where they are missing."""
        made = [self._index(name) for name in self._indexed()]
        for names in self.standard.unique:
            label = quote(f"{self.standard.name}_{'_'.join(names)}_unique")
            columns = ", ".join(quote(n) for n in (*names, *(("state",) if self.by_state else ())))
            made.append(f"create unique index if not exists {label} on {self.current} ({columns})")
        return made

    def _indexed(self) -> list[str]:
        refs = [f.name for f in self.standard.fields if f.kind == "ref" or f.is_list_of_refs]
        return list(dict.fromkeys([*self.standard.index, *refs]))

    def _index(self, name: str) -> str:
        kind = self.columns[name].type
        label = quote(f"{self.standard.name}_{name}")
        if kind == "point":
            return f"create index if not exists {label} on {self.current} using gist ({quote(name)})"
        if kind.startswith(("text[]", "bigint[]", "jsonb")):
            return f"create index if not exists {label} on {self.current} using gin ({quote(name)})"
        return f"create index if not exists {label} on {self.current} ({quote(name)}, id)"

    def comments(self) -> list[str]:
        """Statements that explain both tables and each column to whoever reads them in psql."""
        title = self.standard.title.get("en", self.standard.name)
        out = [
            f"comment on table {self.current} is {literal(f'{title}: the version that holds today')}",
            f"comment on table {self.history} is {literal(f'{title}: versions of other days, and those overruled')}",
        ]
        meaning = {name: text for name, (_, text) in SYSTEM.items()}
        if self.by_state:
            meaning["state"] = "LGD code of the State; one partition each"
        for known in self.columns.values():
            unit = f" [{known.field.unit}]" if known.field.unit else ""
            meaning[known.name] = known.field.title.get("en", known.name) + unit
        for table in (self.current, self.history):
            out += [f"comment on column {table}.{quote(n)} is {literal(text)}" for n, text in meaning.items()]
        return out

    def partition(self, state: str) -> list[str]:
        """Statements that make the partition of one State without holding up readers or writers."""
        name = self._partition(state)
        return [
            f"create table {name} (like {self.current} including all)",
            f"alter table {self.current} attach partition {name} for values in ({literal(state)})",
        ]

    # --- one record -----------------------------------------------------------------------------------

    def _by_id(self, parameter: str = "$1") -> str:
        return (
            f"t.id = {parameter} and t.state = split_part({parameter}, '-', 2)"
            if self.by_state
            else f"t.id = {parameter}"
        )

    def get_many(self, hidden: frozenset[str], state: str | None = None, *, numbered: bool = True) -> str:
        """Read versions of today: $1 ids. `state` names the partition that holds them all, where there is one."""
        table, where = self.current if state is None else self._partition(state), "t.id = any($1)"
        if self.by_state and state is None:
            where += " and t.state = any(array(select distinct split_part(i, '-', 2) from unnest($1::text[]) i))"
        return f"select {self.select_list('t', hidden, numbered=numbered)} from {table} t where {where}"

    def get_as_of(self, hidden: frozenset[str]) -> str:
        """Read the version that held on a day as then known: $1 id, $2 day, $3 instant."""
        return f"select {self.select_list('t', hidden)} from {self.holder('$1', '$2', '$3')} t"

    def versions(self, hidden: frozenset[str]) -> str:
        """Read versions, newest first: $1 id, $2 below which version, $3 how many."""
        select = f"select {self.select_list('t', hidden)}"
        return (
            f"select * from (({select} from {self.current} t where {self._by_id()} and t.version < $2) union all "
            f"({select} from {self.history} t where t.id = $1 and t.version < $2 order by t.version desc limit $3)) "
            "both_tables order by version desc limit $3"
        )

    def lock(self) -> str:
        """Read and hold the versions of today of records about to change: $1 ids."""
        return f"select {self.column_list} from {self.current} where id = any($1) order by id for update"

    def headers(self) -> str:
        """The periods of all versions of records: $1 ids."""
        wanted = "id, version, change, valid_from, valid_to, recorded_at"
        return (
            f"select {wanted}, true as is_current from {self.current} where id = any($1) union all "
            f"select {wanted}, false from {self.history} where id = any($1) order by 1, 2"
        )

    def insert(self, into_history: bool = False) -> str:
        """Write one version: one parameter a column."""
        table = self.history if into_history else self.current
        values = ", ".join(f"${n + 1}" for n in range(len(self.names)))
        return f"insert into {table} ({self.column_list}) values ({values})"

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

    def missing(self) -> str:
        """Which of these identifiers name no record of today: $1 ids."""
        where = "t.id = u.id and t.state = split_part(u.id, '-', 2)" if self.by_state else "t.id = u.id"
        return (
            f"select u.id from unnest($1::text[]) u(id) where not exists (select from {self.current} t where {where})"
        )

    def holders(self, names: Sequence[str]) -> str:
        """Other records of today with the same values: $1 ids, then the values of each of these fields."""
        given = ", ".join(f"${n}::{self.columns[name].type.split(' collate')[0]}[]" for n, name in enumerate(names, 2))
        alike = [f"t.{quote(name)} = u.{quote(name)}" for name in names]
        alike += ["t.state = split_part(u.id, '-', 2)"] if self.by_state else []
        return (
            f"select u.id, t.id as holder from unnest($1::text[], {given}) u(id, {', '.join(map(quote, names))}) "
            f"join {self.current} t on {' and '.join(alike)} where t.id <> u.id"
        )

    def ever(self) -> str:
        """Every identifier that was ever recorded."""
        return f"select id from {self.current} union select id from {self.history}"

    def retired(self) -> str:
        """Newest version of records that do not hold today: $1 ids."""
        # One put in place by another a moment ago is answered all the same: writing on top of it then fails, and is
        # begun again, while a record that seems never to have been would be refused.
        return (
            f"select distinct on (id) {self.column_list} from {self.history} where id = any($1) "
            "order by id, version desc"
        )

    def past(self, hidden: frozenset[str], *, numbered: bool = True) -> str:
        """Read versions out of history: $1 ids, $2 versions."""
        shown = self.select_list("t", hidden, numbered=numbered)
        return (
            f"select {shown} from unnest($1::text[], $2::int[]) u(id, version) "
            f"join {self.history} t on t.id = u.id and t.version = u.version"
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
        none = frozenset[str]()
        read = {n: getattr(self, n)(none) for n in ("get", "get_many", "get_as_of", "versions", "past")}
        plain = ("lock", "headers", "archive", "promote", "mark_newest", "missing", "ever", "retired")
        unique = {f"holders_{'_'.join(names)}": self.holders(names) for names in self.standard.unique}
        return (
            read
            | unique
            | {n: getattr(self, n)() for n in plain}
            | {"insert": self.insert(), "insert_history": self.insert(True)}
        )


def tables(standards: Sequence[Standard]) -> dict[str, Table]:
    """The tables of these types, by type."""
    return {s.name: Table(s) for s in standards}
