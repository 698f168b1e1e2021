"""A record of a type of cases that came in from elsewhere becomes a case: somebody answers for it from then on."""

from __future__ import annotations

from jjm.access import NODE
from jjm.kit import Fault, Problem, ReadConnection, WriteConnection, invalid
from jjm.registry import Change, Draft, examine, newest_version, record
from jjm.standards import Action, Workflow
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Deed
from jjm.workflow.entering import Coming, enter
from jjm.workflow.model import Ask
from jjm.workflow.places import areas_of, places_around

ADOPTED = "ADOPTED"
"""Step of the node itself: a record that was imported, pushed or created became a case."""


async def strange(conn: ReadConnection, id: str) -> bool:
    """True for a record that is no case yet."""
    return await store.item(conn, id) is None


async def adopt(workflows: Workflows, conn: WriteConnection, workflow: Workflow, id: str, begun_by: str) -> str:
    """Make a case of a record: in the state that it says, else in the one to which the node begins; its name.

    Raises Problem 404 for a record that is not there, 409 `no-such-action` where it says no state and no action of
    `starts` is the node's.
    """
    table = workflows.registry.table(workflow.type)
    before = await newest_version(workflows.registry, conn, NODE, table, id)
    state, version, data = before.data.get(workflow.moves), None, dict(before.data)
    if state is None:
        draft = Draft(Change.CHANGE, {**data, workflow.moves: _first(workflow)}, id, moves=True)
        faults = (await examine(workflows.registry, conn, table, [draft]))[0]
        if faults:
            raise invalid(f"The {table.standard.name} was not changed.", faults)
        made = (await record(workflows.registry, conn, NODE, table, [draft], fenced=True))[0]
        state, version, data = draft.data[workflow.moves], made.version.version, dict(draft.data)
    places = await places_around(workflows, conn, areas_of(table, data))
    action = Action(ADOPTED, str(state), {})
    deed = Deed(
        workflow, action, NODE, Ask(ADOPTED), None, data, data, (), {}, {}, workflows.registry.catalogue,
        workflows.now(),
    )  # fmt: skip
    await enter(workflows, conn, NODE, Coming(deed, None, id, version, places, begun_by))
    return id


def _first(workflow: Workflow) -> str:
    """The state of a record that says none: the one to which the node, or the only action of `starts`, begins."""
    own = [action for action in workflow.starts.values() if "node" in action.by] or list(workflow.starts.values())
    states = {action.to for action in own}
    if len(states) == 1:
        return states.pop()
    fault = Fault(f"the record does not say its `{workflow.moves}`", "Give it with the record.", f"/{workflow.moves}")
    raise Problem("no-such-action", 409, "This cannot be done now", "The record became no case.", [fault])
