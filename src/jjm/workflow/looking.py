"""What the rules of an action look at beside the case itself, and what the node works out from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from jjm.access import NODE
from jjm.kit import Problem, ReadConnection
from jjm.registry import newest_version
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Deed

Seen: TypeAlias = dict[tuple[str, str], Mapping[str, Any] | None]
"""Records of today by type and identifier, None where there is none: each is read once for all deeds of a call."""


async def looked_around(workflows: Workflows, conn: ReadConnection, deed: Deed, seen: Seen | None = None) -> Deed:
    """The deed with the records of today that its rules look at, and with the fields that the node fills.

    A record that is not there is left out; that the reference leads nowhere is told when the case's own record is
    examined.
    """
    table, referred = workflows.registry.table(deed.workflow.type), dict[str, Mapping[str, Any]]()
    seen = {} if seen is None else seen
    targets = {f.name: f.ref for f in table.standard.fields if f.ref}
    for name in workflows.deeds.looked_at(deed.action):
        target, id = targets.get(name), deed.becomes.get(name)
        if target and isinstance(id, str):
            if (target, id) not in seen:
                seen[target, id] = await _today(workflows, conn, target, id)
            if (record := seen[target, id]) is not None:
                referred[name] = record
    looked = replace(deed, referred=referred)
    filled = dict(deed.becomes)
    for name in deed.action.fills:
        filled |= workflows.deeds.fills[name](looked)
    return replace(looked, becomes={name: value for name, value in filled.items() if value is not None})


async def _today(workflows: Workflows, conn: ReadConnection, type: str, id: str) -> Mapping[str, Any] | None:
    try:
        version = await newest_version(workflows.registry, conn, NODE, workflows.registry.table(type), id)
    except Problem:
        return None
    return {**version.data, "id": id}
