"""What the rules of an action look at beside the case itself, and what the node works out from it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from jjm.access import NODE
from jjm.kit import Problem, ReadConnection
from jjm.registry import newest_version
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Deed


async def looked_around(workflows: Workflows, conn: ReadConnection, deed: Deed) -> Deed:
    """The deed with the records of today that its rules look at, and with the fields that the node fills.

    A record that is not there is left out; that the reference leads nowhere is told when the case's own record is
    examined.
    """
    table, referred = workflows.registry.table(deed.workflow.type), dict[str, Mapping[str, Any]]()
    targets = {f.name: f.ref for f in table.standard.fields if f.ref}
    for name in workflows.deeds.looked_at(deed.action):
        target, id = targets.get(name), deed.becomes.get(name)
        if target and isinstance(id, str):
            with suppress(Problem):
                version = await newest_version(workflows.registry, conn, NODE, workflows.registry.table(target), id)
                referred[name] = {**version.data, "id": id}
    seen = replace(deed, referred=referred)
    filled = dict(deed.becomes)
    for name in deed.action.fills:
        filled |= workflows.deeds.fills[name](seen)
    return replace(seen, becomes={name: value for name, value in filled.items() if value is not None})
