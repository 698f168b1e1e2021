"""Noting who is shown personal data, before the answer goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from jjm.access import Actor, Extent, Readings, Way
from jjm.registry.service.context import Registry
from jjm.registry.table import Table


def note_shown(
    registry: Registry, actor: Actor, table: Table, way: Way, records: Sequence[Mapping[str, Any]],
    wanted: frozenset[str] | None = None,
) -> None:  # fmt: skip
    """Note which of these records, as they are about to be shown, tell something personal, and what.

    Where `wanted` names what is shown of them, the rest counts as not shown. Raises Problem 503 where that cannot be
    written.
    """
    personal = table.personal if wanted is None else table.personal & wanted
    if not personal:
        return
    told = list(dict.fromkeys(r["id"] for r in records if not personal.isdisjoint(r)))
    if told:
        _kept(registry).note(actor, table.standard.name, way, told, fields=_listed(_shown(personal, records)))


def note_found(registry: Registry, actor: Actor, table: Table, way: Way, ids: Sequence[str], field: str) -> None:
    """Note records that were found by something personal, which tells of them. Raises Problem 503 as above."""
    if ids:
        _kept(registry).note(actor, table.standard.name, way, ids, fields=field)


def note_stretch(
    registry: Registry, actor: Actor, table: Table, way: Way, extent: Extent, fields: frozenset[str]
) -> None:
    """Note that these fields of a stretch of a type are about to be shown. Raises Problem 503 as above."""
    _kept(registry).note_extent(actor, table.standard.name, way, extent, fields=_listed(fields & table.personal))


def _shown(personal: frozenset[str], records: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    unseen = list(personal)
    for record in records:
        unseen = [name for name in unseen if name not in record]
        if not unseen:
            break
    return personal.difference(unseen)


@lru_cache(maxsize=4_096)
def _listed(fields: frozenset[str]) -> str:
    return " ".join(sorted(fields))


def _kept(registry: Registry) -> Readings:
    if registry.readings is None:
        raise RuntimeError("a registry that notes no readings shows nothing personal")
    return registry.readings
