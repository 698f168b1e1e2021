"""The synthetic world as it comes into being: records of one type after another, completed from their standards."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias

from jjm.sandbox.chance import near, stream
from jjm.sandbox.identity import Identities
from jjm.sandbox.model import LAST_DAY, SINCE, Ground, Record
from jjm.sandbox.order import refs_in
from jjm.standards import Catalogue, Field, Standard, make_record

Values: TypeAlias = dict[str, Any]

_TRIES = 50
_MARKED = "(synthetic)"


class _Unreferable(LookupError):
    """A record points to a type of which there is nothing yet."""


def absent(*names: str) -> Values:
    """Fields that stay empty."""
    return dict.fromkeys(names)


@dataclass
class World:
    """What has been made so far. Plans add to it with `make` and say what became of a record with `change`."""

    catalogue: Catalogue
    ground: Ground
    made: dict[str, list[Record]] = field(default_factory=dict[str, list[Record]])
    later: list[tuple[str, Record]] = field(default_factory=list[tuple[str, Record]])
    _ids: dict[tuple[str, Hashable], str] = field(default_factory=dict[tuple[str, Hashable], str])
    _here: dict[tuple[str, int], list[str]] = field(default_factory=dict[tuple[str, int], list[str]])
    _latest: dict[str, Record] = field(default_factory=dict[str, Record])
    _makers: dict[str, _Maker] = field(default_factory=dict[str, "_Maker"])

    @property
    def source(self) -> str:
        """What stands as source in every record: that it is invented, and from which seed."""
        return f"synthetic: seed {self.ground.seed}"

    def id(self, type: str, key: Hashable) -> str | None:
        """The id of the record that was made with this key; None where there is none."""
        return self._ids.get((type, key))

    def ids(self, type: str, keys: Iterable[Hashable]) -> list[str]:
        """The ids of those records that were made with these keys."""
        return [id for key in keys if (id := self.id(type, key))]

    def lies_in(self, village: int, areas: Mapping[str, str | None]) -> None:
        """A village lies in these areas, by their types: whatever is made there points to them."""
        for type, id in areas.items():
            if id is not None:
                self._here[type, village] = [id]

    def here(self, type: str, village: int) -> Sequence[str]:
        """The ids of the records of a type that lie at a village."""
        return self._here.get((type, village), ())

    def make(
        self,
        type: str,
        values: Mapping[str, object],
        *,
        key: Hashable = None,
        at: int | None = None,
        since: date = SINCE,
    ) -> Record | None:
        """Make a record: these values, and for fields not named here what its standard and chance give.

        A field named with None stays empty. `key` is for finding the record again, `at` the number of the village where
        it lies, `since` the day from which it holds, never before the areas are known. None where the standards of the
        node have no such type or no room for another record.
        """
        standard = self.catalogue.types.get(type)
        if standard is None:
            return None
        if type not in self._makers:
            self._makers[type] = _Maker(self, standard)
        maker = self._makers[type]
        record = maker.record(values, maker.rng.randrange(len(self.ground.villages)) if at is None else at)
        if record is None:
            return None
        record["_meta"] = {"change": "create", "valid_from": max(since, SINCE).isoformat(), "source": self.source}
        self.made.setdefault(type, []).append(record)
        self._latest[record["id"]] = record
        if key is not None:
            self._ids[type, key] = record["id"]
        if at is not None:
            self._here.setdefault((type, at), []).append(record["id"])
        return record

    def change(
        self, type: str, id: str, day: date, reason: str, values: Mapping[str, object], *, until: date | None = None
    ) -> None:
        """A record is otherwise from a day on; with `until`, what was held for that period is put right."""
        known = self.catalogue.types[type]
        told = self._latest[id] | {f.name: _whole(values[f.name]) for f in known.fields if f.name in values}
        meta = {"change": "change", "valid_from": day.isoformat(), "source": self.source, "reason": reason}
        if until is not None:
            meta |= {"change": "correct", "valid_to": until.isoformat()}
        after = {name: value for name, value in told.items() if value is not None} | {"_meta": meta}
        self.later.append((type, after))
        if until is None:
            self._latest[id] = after

    def any_id(self, type: str, village: int, maker: _Maker) -> str:
        """Some record of a type, from this village where there is one."""
        found = self.here(type, village) or [record["id"] for record in self.made.get(type, ())]
        if not found:
            raise _Unreferable(type)
        return maker.rng.choice(found)


class _Maker:
    """Makes the records of one type, from chance of its own."""

    def __init__(self, world: World, standard: Standard) -> None:
        self.rng = stream(world.ground.seed, "records", standard.name)
        self._world = world
        self._standard = standard
        self._ids = Identities(standard, world.ground.seed)
        self._given: set[tuple[object, ...]] = set()
        self._names = [f.name for f in standard.fields]
        self._open: dict[tuple[frozenset[str], frozenset[str], bool], Standard] = {}
        self._village = 0

    def record(self, values: Mapping[str, object], village: int) -> Record | None:
        """A record with these values, unlike any before in what must be unique; None where there cannot be one."""
        self._village = village
        for _ in range(_TRIES):
            record = self._drawn(values)
            marks = self._marks(record) if record else set[tuple[object, ...]]()
            if record and not marks & self._given:
                self._given |= marks
                return record
        return None

    def _drawn(self, values: Mapping[str, object]) -> Record | None:
        left_open = self._left_open(values)
        try:
            drawn = make_record(left_open, self._world.catalogue, self.rng, self._ref, self._text, places=self._place)
        except _Unreferable:
            return None
        _put_in_order(drawn, left_open)
        drawn.update((name, value) for name, value in values.items() if value is not None)
        record: Record = {name: _whole(drawn[name]) for name in self._names if name in drawn}
        return {"id": self._ids.next(record)} | record

    def _left_open(self, values: Mapping[str, object]) -> Standard:
        """The standard with the fields only that chance may fill: not said, and pointing to what there is."""
        made = self._world.made
        lacking = frozenset(name for name in self._standard.required if values.get(name) is None)
        case = (frozenset(values), lacking, self._standard.name in made)
        if case not in self._open:
            free = [f for f in self._standard.fields if f.name not in values and all(r in made for r in refs_in(f))]
            fields = [f for f in self._standard.fields if f.name in lacking or f in free]
            self._open[case] = replace(self._standard, fields=tuple(fields))
        return self._open[case]

    def _marks(self, record: Record) -> set[tuple[object, ...]]:
        groups = [("id",), *self._standard.unique]
        return {(names, *(record[n] for n in names)) for names in groups if all(n in record for n in names)}

    def _ref(self, type: str) -> str:
        return self._world.any_id(type, self._village, self)

    def _place(self) -> list[float]:
        return [*near(self.rng, self._world.ground.villages[self._village].place)]

    def _text(self, field: Field, standard: Standard) -> str:
        village = self._world.ground.villages[self._village].name
        if field.name in ("name", "name_local"):
            return _named(field, standard, village.latin, village.local)
        if field.name.endswith(("number", "code", "key")):
            return f"KP-{self.rng.randrange(10**6):06}"
        return f"{field.title.get('en', field.name)} {_MARKED}"


def _whole(value: Any) -> Any:
    # As JSON writes it: 15 and not 15.0, which would also take the slow way to its digest.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _named(field: Field, standard: Standard, latin: str, local: str) -> str:
    if field.name == "name":
        return f"{latin} {standard.title.get('en', standard.name).lower()}"
    return f"{local} {standard.title.get('hi', '')}".strip()


def _put_in_order(record: Record, standard: Standard) -> None:
    """Days that chance drew follow one another as the standard names them, and none comes after the world's last."""
    names = [f.name for f in standard.fields if f.kind == "date" and f.name in record]
    days = sorted(date.fromisoformat(record[name]) for name in names)
    for name, day in zip(names, days, strict=True):
        record[name] = min(day, LAST_DAY).isoformat()
