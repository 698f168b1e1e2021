"""Noting who is shown personal data, before the answer goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jjm.access import Actor, Extent, Readings, Way
from jjm.registry.service.context import Registry
from jjm.registry.table import Table


def note_shown(registry: Registry, actor: Actor, table: Table, way: Way, records: Iterable[Mapping[str, Any]]) -> None:
    """Note which of these records, as they are about to be shown, tell something personal.

    Raises Problem 503 where that cannot be written.
    """
    personal = table.personal
    if not personal:
        return
    told = list(dict.fromkeys(r["id"] for r in records if not personal.isdisjoint(r)))
    if told:
        _kept(registry).note(actor, table.standard.name, way, told)


def note_found(registry: Registry, actor: Actor, table: Table, way: Way, ids: Sequence[str]) -> None:
    """Note records that were found by something personal, which tells of them. Raises Problem 503 as above."""
    if ids:
        _kept(registry).note(actor, table.standard.name, way, ids)


def note_stretch(registry: Registry, actor: Actor, table: Table, way: Way, extent: Extent) -> None:
    """Note that a stretch of a type is about to be shown with what is personal. Raises Problem 503 as above."""
    _kept(registry).note_extent(actor, table.standard.name, way, extent)


def _kept(registry: Registry) -> Readings:
    if registry.readings is None:
        raise RuntimeError("a registry that notes no readings shows nothing personal")
    return registry.readings
