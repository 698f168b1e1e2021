"""A registry type's two tables as they are made: columns, indexes, comments and partitions, from its standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jjm.kit import Problem, Unopened, Vault
from jjm.registry.blinding import blind
from jjm.registry.columns import NORMAL, Column, Convert, column
from jjm.registry.sealing import Parts, is_here, needed, seal, values_in
from jjm.standards import Field, Standard

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
    "digest": ("bytea not null", "SHA-256 of the canonical form of this version"),
    "sealed": ("bytea", "What is personal in this version: rule, digest, wrapped key, AES-256-GCM ciphertext"),
    "entry": ("bigint not null", "Place in the ledger: batch * 65536 + slot"),
}


def quote(identifier: str) -> str:
    """An identifier as PostgreSQL takes it literally."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text constant for comments and partition bounds."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Definition:
    """The tables of one type, and the statements that make them.

    What is personal has no columns: it stands in `sealed`, which `vault` opens (decision 0009).
    """

    standard: Standard
    vault: Vault | None = field(default=None, compare=False)

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Columns of the declared fields that are not personal, by name, in the order of the standard."""
        return {f.name: column(f) for f in self.standard.fields if f.name not in self.personal}

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Names of all declared fields, personal or not."""
        return tuple(f.name for f in self.standard.fields)

    @cached_property
    def personal(self) -> frozenset[str]:
        """Names of what is about persons, and kept sealed."""
        return self.standard.personal_fields

    @cached_property
    def moved(self) -> tuple[str, ...]:
        """Names of the fields that only a workflow changes."""
        return tuple(f.name for f in self.standard.fields if f.moved)

    @cached_property
    def blinds(self) -> Mapping[str, Field]:
        """The columns by which records are found blindly, with the sealed field of each."""
        return {f"{f.name}_blind": f for f in self.standard.blind_fields}

    def inside(self, id: str, version: int, sealed: bytes | None) -> dict[str, Any]:
        """The personal values of a version; none where it has none, or they are not here or not shown.

        Raises Problem `seal-broken` where they cannot be opened.
        """
        if not is_here(sealed):
            return {}
        try:
            return values_in(self.vault, self.standard.name, id, version, sealed)
        except Unopened as error:
            detail = f"What is personal in {id}, version {version}: {error}. `jjm ledger verify` tells more."
            raise Problem("seal-broken", 503, "What is sealed cannot be opened", detail) from error

    def in_parts(self, versions: Sequence[tuple[str, int, Mapping[str, Any]]]) -> Parts:
        """Versions (record, number, values) with what is personal sealed."""
        return seal(self.vault, self.standard.name, self.personal, versions)

    def blinded(
        self, field: Field, states: Sequence[str | None], datas: Sequence[Mapping[str, Any]]
    ) -> list[int | None]:
        """The numbers under which these records, of the States in their identifiers, are found by a field."""
        values = [data.get(field.name) for data in datas]
        if values.count(None) == len(values):
            return [None] * len(values)
        return blind(needed(self.vault), self.standard.name, field, states, values)

    @cached_property
    def shown(self) -> Mapping[str, Convert]:
        """How the values of a row are turned for an answer, where they need turning."""
        return {name: c.show for name, c in self.columns.items() if c.show is not None}

    @cached_property
    def read(self) -> Mapping[str, Convert]:
        """How the values of a row become plain JSON values, where they need turning."""
        return {name: c.read for name, c in self.columns.items() if c.read is not None}

    @cached_property
    def fractions(self) -> tuple[str, ...]:
        """Names of the columns whose numbers come back as fractions, be they whole or not."""
        return tuple(name for name, c in self.columns.items() if c.field.kind == "number")

    @cached_property
    def written(self) -> tuple[tuple[int, Convert], ...]:
        """How values are turned on their way into a row, by the place of their column, where they need turning."""
        return tuple((n, c.write) for n, c in enumerate(self.columns.values()) if c.write is not None)

    @cached_property
    def normal(self) -> Mapping[str, Convert]:
        """How values are brought into the form in which they are read back, where there are several, by field."""
        kinds = {f.name: column(f).type for f in self.standard.fields}
        return {name: NORMAL[kind] for name, kind in kinds.items() if kind in NORMAL}

    @cached_property
    def targets(self) -> Mapping[str, Sequence[str]]:
        """The names of the fields that point to other records, by the type they point to."""
        pointing = [(f.name, f) for f in self.standard.fields if f.kind == "ref"]
        pointing += [(f.name, f.item) for f in self.standard.fields if f.is_list_of_refs and f.item]
        found: dict[str, list[str]] = {}
        for name, pointer in pointing:
            found.setdefault(pointer.ref or "", []).append(name)
        return found

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
        return (*self.columns, *self.blinds, *self.system)

    @cached_property
    def read_names(self) -> tuple[str, ...]:
        """Names of the columns that are read: all but those by which records are found blindly."""
        return (*self.columns, *self.system)

    def partition_name(self, state: str) -> str:
        """Qualified name of the partition of one State."""
        return f"registry.{quote(f'{self.standard.name}_{state}')}"

    def create(self) -> list[str]:
        """Statements that make both tables, with indexes and comments."""
        own = [f"{quote(c.name)} {c.type}" for c in self.columns.values()]
        body = ",\n  ".join([*own, *(f"{quote(name)} integer" for name in self.blinds), *self._system_columns()])
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
        """Statements that add a column to both tables: of a new field, or one that came with a later release."""
        kind = "integer" if name in self.blinds else SYSTEM[name][0] if name in SYSTEM else self.columns[name].type
        return [f"alter table {table} add column {quote(name)} {kind}" for table in (self.current, self.history)]

    def drop_column(self, name: str) -> list[str]:
        """Statements that take a column away where it is."""
        return [f"alter table {table} drop column if exists {quote(name)}" for table in (self.current, self.history)]

    def indexes(self) -> list[str]:
        """Statements that make the indexes for references, filters and uniqueness, where they are missing."""
        made = [self._index(name) for name in self._indexed()]
        for names in self.standard.unique:
            label = quote(f"{self.standard.name}_{'_'.join(names)}_unique")
            columns = ", ".join(quote(n) for n in (*names, *(("state",) if self.by_state else ())))
            made.append(f"create unique index if not exists {label} on {self.current} ({columns})")
        return made

    def _indexed(self) -> list[str]:
        refs = [c.name for c in self.columns.values() if c.field.kind == "ref" or c.field.is_list_of_refs]
        return list(dict.fromkeys([*self.standard.index, *refs, *self.blinds]))

    def _index(self, name: str) -> str:
        label = quote(f"{self.standard.name}_{name}")
        if name in self.blinds:
            where = f"where {quote(name)} is not null"
            return f"create index if not exists {label} on {self.current} ({quote(name)}) {where}"
        kind = self.columns[name].type
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
        for name, known in self.blinds.items():
            meaning[name] = f"Finds records by {known.title.get('en', known.name)}: 24 bits of a keyed hash"
        for table in (self.current, self.history):
            out += [f"comment on column {table}.{quote(n)} is {literal(text)}" for n, text in meaning.items()]
        return out

    def partition(self, state: str) -> list[str]:
        """Statements that make the partition of one State without holding up readers or writers."""
        name = self.partition_name(state)
        return [
            f"create table {name} (like {self.current} including all)",
            f"alter table {self.current} attach partition {name} for values in ({literal(state)})",
        ]

    def notice_partition(self, state: str) -> str:
        """The statement by which a transaction under way learns of a partition that was made meanwhile.

        PostgreSQL looks for news of tables when it takes a lock that the transaction does not hold yet.
        """
        return f"lock table {self.partition_name(state)} in access share mode"
