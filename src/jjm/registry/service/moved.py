"""The state of a case is changed by its workflow alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.kit import Fault, Problem
from jjm.registry.model import Change, Draft
from jjm.registry.table import Table


def leave_states(table: Table, drafts: Sequence[Draft], held: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a change of a field that a workflow moves. Raises Problem 409 `moved-by-workflow`.

    A new record may say its state: so come those that moved elsewhere, such as results of another system. Where the
    standard says `by_workflow`, records neither come nor end in any other way.
    """
    for draft in drafts:
        before = held.get(draft.id or "")
        if draft.moves:
            continue
        if table.standard.by_workflow and (before is None or draft.change in (Change.RETIRE, Change.RESTORE)):
            raise _alone(table)
        if before is None or draft.change == Change.RETIRE:
            continue
        for name in table.moved:
            if draft.data.get(name) != before.get(name):
                remedy = f"POST /api/v1/cases/{draft.id}:transition with the action that leads there."
                fault = Fault(f"`{name}` is {before.get(name)}, and only its workflow changes that", remedy, f"/{name}")
                detail = f"The {table.standard.name} {draft.id} was left as it is."
                raise Problem("moved-by-workflow", 409, "A workflow moves this record", detail, [fault])


def _alone(table: Table) -> Problem:
    name = table.standard.name
    remedy = "Begin a case by POST /api/v1/cases, and end it by the action that leads there."
    fault = Fault(f"a {name} comes and ends by its workflow alone", remedy, "")
    return Problem("moved-by-workflow", 409, "A workflow moves this record", "Nothing was recorded.", [fault])
