"""A record that an action is about gets its next version in the transaction of the action, by the one who acted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jjm.access import NODE, Actor, Permit, Scope
from jjm.kit import Fault, Problem, WriteConnection, invalid
from jjm.registry import Change, Draft, etag, examine, newest_version, record
from jjm.registry import Table as Kind
from jjm.workflow.context import Workflows

_UNKNOWN = 404


def writing(actor: Actor, type: str) -> Actor:
    """The actor as one who may change records of a type: the workflow has allowed it."""
    return replace(actor, permits=actor.permits | {Permit(Scope.WRITE, type)})


async def changed(
    workflows: Workflows,
    conn: WriteConnection,
    actor: Actor,
    case: str,
    type: str,
    id: str,
    values: Mapping[str, Any],
) -> None:
    """Give a record other values, None for none; where it is not there, and its standard names it so, it comes to be.

    The version names the case as its source. Raises Problem 422 where the standard refuses it, 409
    `not-the-authority` for another node's record, 412 where somebody else changed it meanwhile.
    """
    table = workflows.registry.table(type)
    if any(one.type == type for one in workflows.declared.values()):
        raise ValueError(f"a {type} is moved by its own workflow; an effect takes an action in it")
    draft = await _draft(workflows, conn, table, case, id, values)
    faults = (await examine(workflows.registry, conn.asking, table, [draft]))[0]
    if draft.id != id:
        faults = [*faults, Fault(f"there is no {type} `{id}`", "Name one that is there.", "/data", value=id)]
    if faults:
        raise invalid(f"The {type} was not changed.", faults)
    await record(workflows.registry, conn, writing(actor, type), table, [draft], fenced=True)


async def _draft(
    workflows: Workflows, conn: WriteConnection, table: Kind, case: str, id: str, values: Mapping[str, Any]
) -> Draft:
    try:
        before = await newest_version(workflows.registry, conn.asking, NODE, table, id)
    except Problem as problem:
        if problem.status != _UNKNOWN:
            raise
        given = {name: value for name, value in values.items() if value is not None}
        return Draft(Change.CREATE, given, source=case, moves=True)
    becomes = {name: value for name, value in {**before.data, **values}.items() if value is not None}
    expected = etag(before.version, before.newest)
    return Draft(Change.CHANGE, becomes, id, source=case, expected=expected, moves=True)
