"""What this node may not write itself, kept as a proposal for the node that may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from jjm.access import Actor, Permit, Scope
from jjm.kit import Problem, WriteConnection, invalid
from jjm.registry import store
from jjm.registry.model import Change, Draft, Outcome
from jjm.registry.rules import state_in_id
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import examine
from jjm.registry.service.write import record
from jjm.registry.table import Table

_PROPOSAL = "proposal"
_KINDS = {
    Change.CREATE: "new_record",
    Change.CHANGE: "change",
    Change.CORRECT: "correct",
    Change.RETIRE: "retire",
}


async def relay(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, draft: Draft, refusal: Problem
) -> Outcome:
    """Keep a draft of another node's record as a proposal, which that node pulls and decides.

    Raises `refusal` for what no proposal can say: the return of a record that ended, and anything about persons.
    """
    held = (await store.lock(conn, table, [draft.id])).get(draft.id) if draft.id else None
    if draft.change not in _KINDS or (held is None and draft.change is not Change.CREATE):
        raise refusal
    values = _difference(held.data, draft.data) if held and draft.change is not Change.RETIRE else dict(draft.data)
    if table.standard.personal_fields.intersection(values):
        raise refusal
    said: dict[str, Any] = {
        "kind": _KINDS[draft.change],
        "status": "open",
        "about_type": table.standard.name,
        "about": draft.id if held else None,
        "data": values or None,
        "since": draft.valid_from.isoformat() if draft.valid_from else None,
        "grounds": draft.reason,
        "state": f"STA-{state}" if (state := state_in_id(draft.id or "")) else None,
    }
    kept = registry.table(_PROPOSAL)
    proposal = Draft(Change.CREATE, {k: v for k, v in said.items() if v is not None}, source=draft.source)
    faults = (await examine(registry, conn, kept, [proposal]))[0]
    if faults:
        raise invalid("The proposal was not recorded.", faults)
    # Whoever may write the type may have its change proposed, and nothing else by this.
    writer = Actor(actor.name, frozenset({Permit(Scope.WRITE, _PROPOSAL)}), actor.kind, actor.id)
    return (await record(registry, conn, writer, kept, [proposal]))[0]


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What changes, as a JSON Merge Patch (RFC 7396); null takes a field away."""
    changed = {name: _changed(before.get(name), value) for name, value in after.items() if before.get(name) != value}
    return changed | dict.fromkeys(sorted(before.keys() - after.keys()))


def _changed(before: Any, after: Any) -> Any:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return after
    return _difference(cast("Mapping[str, Any]", before), cast("Mapping[str, Any]", after))
