"""Versions of release 0.1, and others whose digest is made of values that are personal, told whole to their new owner.

Nothing less than all of such a version can be checked, so no other node has a copy of it. The node to which its State
moves is told all, and knows the digest from the ledger of the node that made it. One that was erased can be
checked by nobody any more: it is taken as that node has it, once that node's ledger says that it was erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from jjm.access import Actor
from jjm.kit import Fault, Problem, ReadConnection, Unopened, WriteConnection
from jjm.registry import lending, moving, store
from jjm.registry.model import Version
from jjm.registry.rows import closed_version_of
from jjm.registry.rules import digests
from jjm.registry.sealing import (
    Opened,
    context,
    copied,
    digest_in,
    gone,
    is_erased,
    is_here,
    is_some,
    is_told_by_values,
    is_withheld,
    needed,
    opened,
    sealed_whole,
)
from jjm.registry.service.context import Registry
from jjm.registry.service.lending import Put, TakenParts, columns_of
from jjm.registry.service.replicate import Copies
from jjm.registry.service.seeing import sight_of
from jjm.registry.sight import Sight
from jjm.registry.table import Table

_AT_ONCE = 1_000
Pair = tuple[str, int]


class Entered(NamedTuple):
    """How a version that is not here was entered by the node that made it; `is_erased` if that has erased it since."""

    change: str
    at: datetime
    actor: str
    node: str
    digest: bytes
    is_erased: bool


class Whole(NamedTuple):
    """A version with all that its digest is made of: values in the clear, sealed from the beginning, and later.

    `personal` is the digest of those `sealed`, where the version's own is made of that; `is_erased` if they are gone.
    """

    id: str
    version: int
    change: str
    valid_from: date
    valid_to: date | None
    source: str | None
    reason: str | None
    data: Mapping[str, Any]
    sealed: Mapping[str, Any]
    later: Mapping[str, Any]
    salt: bytes
    personal: bytes | None
    is_erased: bool


async def wholes_of(
    registry: Registry, conn: ReadConnection, actor: Actor, type: str, wanted: Sequence[Pair]
) -> list[Whole]:
    """Those of these versions that travel whole or not at all; none for who may not see all that is personal.

    Raises Problem 403 for a closed type.
    """
    table = registry.table(type)
    sight = await sight_of(registry, conn, actor, table)
    found: list[Whole] = []
    for start in range(0, len(wanted) if not sight.hidden else 0, _AT_ONCE):
        rows = await store.at_versions(
            conn, table, wanted[start : start + _AT_ONCE], Sight(areas=sight.areas), numbered=False
        )
        found += [whole for row in rows if row is not None and (whole := _whole(table, closed_version_of(table, row)))]
    return found


def _whole(table: Table, v: Version) -> Whole | None:
    if not is_told_by_values(v.sealed) or v.sealed is None or is_withheld(v.sealed) or is_some(v.sealed):
        return None
    part = Opened({}, {}, b"")
    if is_here(v.sealed):
        try:
            part = opened(needed(table.vault), table.standard.name, v.id, v.version, v.sealed)
        except Unopened as error:
            detail = f"What is personal in {v.id}, version {v.version}: {error}."
            raise Problem("seal-broken", 503, "What is sealed cannot be opened", detail) from error
    said = v.id, v.version, v.change, v.valid_from, v.valid_to, v.source, v.reason, v.data
    return Whole(*said, part.values, part.later, part.salt, digest_in(v.sealed), is_erased(v.sealed))


async def not_here(
    registry: Registry, conn: ReadConnection, type: str, wholes: Sequence[Whole], entered: Mapping[Pair, Entered]
) -> list[Copies]:
    """Those that are not here yet, as copies without what is personal; those never `entered` are passed over.

    Raises Problem `not-proven` for values that are not what was entered.
    """
    table = registry.tables.get(type)
    if table is None or not table.personal:
        return []
    here = await store.numbers(conn, table, [w.id for w in wholes])
    fresh = [(w, e) for w in wholes if w[:2] not in here and (e := entered.get(w[:2]))]
    made = [_copy(table, w, e) for w, e in fresh]
    _require(type, [(w, e.digest, e.is_erased) for w, e in fresh])
    by_act = groupby(made, key=lambda v: (v.recorded_at, v.actor, v.node))
    return [Copies(type, list(together)) for _, together in by_act]


def _copy(table: Table, whole: Whole, entered: Entered) -> Version:
    data, _, _ = _parted(table, whole)
    said = whole.id, whole.version, whole.change, whole.valid_from, whole.valid_to
    sealed = gone(whole.personal, erased=entered.is_erased)
    rest = entered.at, entered.actor, entered.node, whole.source, whole.reason
    return Version(*said, *rest, data, entered.digest, sealed)


def _parted(table: Table, whole: Whole) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The values as they are kept here: in the clear, sealed from the beginning, and later.

    What is sealed where the version comes from stays sealed, and what is personal by the standards here joins it.
    """
    data = dict(whole.data)
    more = {name: data.pop(name) for name in sorted(table.personal) if name in data}
    if whole.personal is None:
        return data, {**whole.sealed, **whole.later, **more}, {}
    return data, dict(whole.sealed), {**whole.later, **more}


def _require(type: str, told: Iterable[tuple[Whole, bytes, bool]]) -> None:
    """Raises Problem `not-proven` unless each is what its digest says, or erased where its ledger says so."""
    said = list(told)
    wholes = [whole for whole, _, _ in said]
    opens = [{**w.data, **w.later, **({} if w.personal is not None else w.sealed)} for w in wholes]
    salts = [w.salt if w.personal is None else b"" for w in wholes]
    made = digests(type, [_framed(w) for w in wholes], opens, [w.personal for w in wholes], salts)
    for (whole, digest, erased), found in zip(said, made, strict=True):
        if not (erased if whole.is_erased else digest == found):
            raise _unproven(whole, "its ledger does not say that it was erased" if whole.is_erased else "is not proved")


def _framed(w: Whole) -> Version:
    """A version for its digest, in which neither instant nor actor stands."""
    return Version(
        w.id, w.version, w.change, w.valid_from, w.valid_to, datetime.min, "", "", w.source, w.reason, w.data
    )


async def take_wholes(
    registry: Registry, conn: WriteConnection, type: str, nodes: Sequence[str], wholes: Sequence[Whole]
) -> TakenParts:
    """Take what is personal in versions of these nodes that are here without it. Raises Problem `not-proven`."""
    table = registry.tables.get(type)
    if table is None or not table.personal:
        return TakenParts(0, -1)
    given = {w[:2]: w for w in wholes if not w.is_erased}
    asked = [id for id, _ in given], [version for _, version in given]
    count, last = 0, -1
    for history in (False, True):
        rows = await conn.fetch(lending.sealed_of(table, history=history), *asked)
        lacking = [(row, given[row["id"], row["version"]]) for row in rows if row["node"] in nodes and _lacks(row)]
        _require(type, [(whole, row["digest"], False) for row, whole in lacking])
        if taken := [_put(table, row, whole) for row, whole in lacking]:
            await conn.execute(moving.put_away(table, (), history=history), *columns_of(table, taken))
            count, last = count + len(taken), max(last, *(made.entry for made in taken))
    return TakenParts(count, last)


def _lacks(row: Any) -> bool:
    sealed = row["sealed"]
    return not is_erased(sealed) and (not is_here(sealed) or is_some(sealed))


def _put(table: Table, row: Any, whole: Whole) -> Put:
    type, (_, sealed, later) = table.standard.name, _parted(table, whole)
    at = context(type, whole.id, whole.version)
    try:
        if is_told_by_values(row["sealed"]):
            box = sealed_whole(table.vault, at, sealed, later, whole.salt, whole.personal)
        else:  # a field that is personal where it comes from by now, and was not when the copy was made
            sealed, later = dict(whole.sealed), {}
            box = copied(table.vault, at, digest_in(row["sealed"]) or b"", whole.salt, sealed)
    except Unopened as error:
        raise _unproven(whole, str(error)) from error
    return Put(row["entry"], whole.id, whole.version, box, {**sealed, **later})


def _unproven(whole: Whole, why: str) -> Problem:
    detail = f"{whole.id}, version {whole.version}: {why}."
    return Problem(
        "not-proven", 422, "The proof does not hold", detail, [Fault(detail, "Ask the keepers of the node.")]
    )
