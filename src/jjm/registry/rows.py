"""A row of a type's tables: as it is written, as a version, as plain values, and as it stands in an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson

from jjm.registry.definition import SYSTEM
from jjm.registry.model import Version
from jjm.registry.rules import UNDIVIDED, state_in_id
from jjm.registry.sealing import (
    HEAD,
    digest_in,
    is_erased,
    is_here,
    is_some,
    is_told_by_values,
    is_unmarked,
    is_withheld,
)
from jjm.registry.shelf import unshelved
from jjm.registry.table import Table


def row_of(table: Table, v: Version) -> tuple[Any, ...]:
    """A version as a row, in the order of the table's columns."""
    data = v.data
    values = list(map(data.get, table.columns))
    for place, write in table.written:
        if (value := values[place]) is not None:
            values[place] = write(value)
    state = state_in_id(v.id)
    values += [table.blinded(field, [state], [data])[0] for field in table.blinds.values()]
    if table.by_state:
        values.append(state)
    ext, external = data.get("ext"), data.get("external_ids")
    return (
        *values,
        None if ext is None or "ext" in table.personal else orjson.dumps(ext).decode(),
        None if external is None else orjson.dumps(external).decode(),
        *(v.id, v.version, v.newest, v.change, v.valid_from, v.valid_to, v.recorded_at, v.actor, v.node),
        *(v.source, v.reason, v.digest, v.sealed, v.entry),
    )


def data_of(table: Table, row: Any, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values of a row as plain JSON values, without those hidden ones that it holds all the same."""
    data = in_columns(table, row)
    if table.personal:
        inside = table.inside(row["id"], row["version"], row["sealed"])
        data |= {name: value for name, value in inside.items() if name not in hidden}
    return data


def in_columns(table: Table, row: Any) -> dict[str, Any]:
    """The values of a row that are not personal."""
    data = {name: value for name, value in zip(table.columns, row, strict=False) if value is not None}
    for name, read in table.read.items():
        if name in data:
            data[name] = read(data[name])
    for name in ("ext", "external_ids"):
        if row[name] is not None:
            data[name] = orjson.loads(row[name])
    return unshelved(data) if "ext" in data else data


def version_of(table: Table, row: Any) -> Version:
    """A row as a version."""
    return _version(row, data_of(table, row))


def closed_version_of(table: Table, row: Any) -> Version:
    """A row as a version, with what is personal left sealed."""
    return _version(row, in_columns(table, row))


def _version(row: Any, data: Mapping[str, Any]) -> Version:
    # By position: a call by names takes three times as long, and copies and checks make a version of every row.
    id, version, newest, change, first, last, at, actor, node, source, reason, digest, sealed, entry = _SYSTEM(row)
    return Version(
        id, version, change, first, last, at, actor, node, source, reason, data, digest, sealed, entry, newest
    )


_SYSTEM = itemgetter(*(name for name in SYSTEM if name not in ("ext", "external_ids")))


def show(
    table: Table, row: Any, hidden: frozenset[str] = frozenset(), wanted: frozenset[str] | None = None
) -> dict[str, Any]:
    """A row as it stands in an answer: the fields flat, then `id` and `_meta`; `hidden` as in `data_of`.

    Which personal fields are hidden is told, of those `wanted`; not whether they hold a value, which nobody opened.
    """
    record = {name: value for name, value in zip(table.columns, row, strict=False) if value is not None}
    for name, column in table.shown.items():
        if name in record:
            record[name] = column(record[name])
    if row["ext"] is not None:
        record["ext"] = orjson.Fragment(row["ext"])
    if table.personal:
        inside = table.inside(row["id"], row["version"], row["sealed"])
        record |= {name: value for name, value in inside.items() if name not in hidden} if hidden else inside
    if row["external_ids"] is not None:
        record["external_ids"] = orjson.Fragment(row["external_ids"])
    record["id"] = row["id"]
    record["_meta"] = told = meta(row)
    if table.personal and (names := _hidden_in(table, row["sealed"], hidden, wanted)):
        told["hidden"] = names
    return record


def _hidden_in(
    table: Table, sealed: bytes | None, hidden: frozenset[str], wanted: frozenset[str] | None
) -> Sequence[str]:
    """The personal fields of a record that are kept back from its reader; none of what is erased, or not here."""
    if is_here(sealed):
        return _listed(table.personal, hidden, wanted) if hidden else ()
    if sealed is None or is_erased(sealed) or is_withheld(sealed):
        return ()
    return _listed(table.personal, table.personal, wanted)


@lru_cache(maxsize=4_096)
def _listed(personal: frozenset[str], hidden: frozenset[str], wanted: frozenset[str] | None) -> Sequence[str]:
    names = personal & hidden
    return tuple(sorted(names if wanted is None else names & wanted))


def meta(row: Any) -> dict[str, Any]:
    """What is known about a version beside its values; `personal` is the digest of what it holds of that."""
    told = {
        "version": row["version"],
        "change": row["change"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "recorded_at": row["recorded_at"],
        "actor": row["actor"],
        "node": row["node"],
        "source": row["source"],
        "reason": row["reason"],
        "digest": row["digest"].hex(),
        "position": row["position"],
    }
    sealed = row["sealed"]
    if sealed is not None:
        if is_unmarked(sealed):
            told["personal"] = sealed[1:HEAD].hex()
        else:
            _tell_marks(told, sealed)
    return told


def _tell_marks(told: dict[str, Any], sealed: bytes) -> None:
    part = digest_in(sealed)
    told["personal"] = UNDIVIDED if part is None or is_told_by_values(sealed) else part.hex()
    if is_erased(sealed):
        told["erased"] = True
    elif is_withheld(sealed):
        told["withheld"] = True
    elif is_some(sealed):
        told["unproven"] = True


def show_version(v: Version, hidden: frozenset[str], personal: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A version just recorded as it stands in an answer; the ledger gives its position a moment later."""
    fields = {name: value for name, value in v.data.items() if name not in hidden}
    told = meta(v._asdict() | {"position": None})
    if is_here(v.sealed) and (names := sorted(hidden & personal)):
        told["hidden"] = names
    return fields | {"id": v.id, "_meta": told}
