"""What every use case of the registry needs at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jjm.access import Basis, Consents, Limiter, Readings, known_purposes
from jjm.kit import Clock, Database, Fault, Minter, Problem, Vault, not_found
from jjm.registry.authority import Authority
from jjm.registry.hanging import Hangings
from jjm.registry.model import AsOf
from jjm.registry.rules import state_in_id
from jjm.registry.table import Table, around
from jjm.standards import Catalogue, RecordValidator, Standard


@dataclass(repr=False)
class Registry:
    """The registries of one node: its standards, their tables and checks, its name and its clocks.

    `readings` is where it is noted who was shown personal data, `vault` seals and opens it; a registry without either
    can neither show nor record any. `lookups` bounds how many people somebody may look up. `authority` knows which
    records are other nodes'; None on a node by itself, which owns everything. `consents` knows what people agreed to;
    without it nothing personal is shown that needs their consent. `hangings` is what other blocks keep about records,
    which is erased with them. `purposes` are those that may be named. `partitions`
    are the types and States that have theirs, with the moment (of `time.monotonic`) at which that was known.
    """

    database: Database
    catalogue: Catalogue
    validators: Mapping[str, RecordValidator]
    node: str
    clock: Clock
    readings: Readings | None = None
    vault: Vault | None = None
    minter: Minter = field(default_factory=Minter)
    lookups: Limiter = field(default_factory=lambda: Limiter(per_minute=60))
    authority: Authority | None = None
    consents: Consents | None = None
    hangings: Hangings | None = None
    purposes: Mapping[str, Basis] = field(init=False)
    tables: Mapping[str, Table] = field(init=False)
    _plurals: Mapping[str, Table] = field(init=False)
    states: dict[str, str] = field(default_factory=dict[str, str])
    partitions: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    _around: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.purposes = known_purposes(self.catalogue)
        self.tables = {name: Table(standard, self.vault) for name, standard in self.catalogue.types.items()}
        self._plurals = {t.standard.plural: t for t in self.tables.values()}

    def __repr__(self) -> str:
        # It is in nearly everything of a node, and holds its vault: no log or traceback shows more than its name.
        return f"<Registry of {self.node}>"

    def table(self, type: str) -> Table:
        """The tables of a type. Raises KeyError for a type without a standard."""
        return self.tables[type]

    def by_plural(self, plural: str) -> Table:
        """The tables behind an address such as `schemes`. Raises Problem 404 with the nearest names."""
        table = self._plurals.get(plural)
        if table is None:
            raise not_found(f"There is no registry `{plural}` here.", "registry-unknown", known=sorted(self._plurals))
        return table

    def serves(self, plural: str) -> bool:
        """True if there is a registry at that address."""
        return plural in self._plurals

    def around(self, table: Table) -> str:
        """The question for what the records of a type are to stand among."""
        name = table.standard.name
        if name not in self._around:
            self._around[name] = around([self.tables[type] for type in table.targets])
        return self._around[name]

    def partition_of(self, table: Table, id: str) -> str | None:
        """The State whose partition holds a record, where the type has partitions and that one is made."""
        state = state_in_id(id) if table.by_state else None
        return state if state and (table.standard.name, state) in self.partitions else None

    def one_partition(self, table: Table, ids: Iterable[str]) -> str | None:
        """The State whose partition holds all of these records, where it is one."""
        states = set(map(state_in_id, ids)) if table.by_state else set[str | None]()
        state = states.pop() if len(states) == 1 else None
        return state if (table.standard.name, state) in self.partitions else None

    def now(self, valid_at: date | None = None) -> AsOf:
        """The present on both clocks, or another day as known now."""
        return AsOf(valid_at or self.clock.today(), self.clock.now())

    def levels(self) -> Sequence[Standard]:
        """The area types from the top down."""
        return self.catalogue.levels()


def refuse(detail: str, faults: Sequence[Fault], code: str = "invalid-record") -> Problem:
    """422 with each fault."""
    return Problem(code, 422, "The content breaks a rule of the standard", detail, faults)
