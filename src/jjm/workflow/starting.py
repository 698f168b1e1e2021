"""What a node sees to before it runs the workflows that it has."""

from __future__ import annotations

from jjm.kit import Problem, WriteConnection, digest
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.replacing import see_replaced


async def prepare(workflows: Workflows, conn: WriteConnection) -> None:
    """Keep what each workflow says under its version, and see that all that it names is there.

    Raises Problem `workflow-changed` for other words under a version that is known, `workflow-names` for guards or
    effects that nobody brings, `workflow-replaces` for a state that is not mapped.
    """
    for workflow in workflows.declared.values():
        missing = workflows.deeds.missing(workflow)
        if missing:
            detail = f"{workflow.file} names what no solution brings: {', '.join(missing)}."
            raise Problem("workflow-names", 500, "A workflow cannot be used", detail)
        made = digest(dict(workflow.said))
        kept = await store.keep_definition(conn, workflow.name, workflow.version, made, workflow.said, workflows.now())
        if kept != made:
            detail = f"{workflow.file} says something else than version {workflow.version} did; give it a new version."
            raise Problem("workflow-changed", 500, "A workflow was changed under its version", detail)
        await see_replaced(workflows, conn, workflow)
