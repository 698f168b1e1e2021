"""What a declared beginning makes of the record, or of the case, that it begins by."""

from __future__ import annotations

from jjm.access import NODE
from jjm.kit import ReadConnection, not_found
from jjm.registry import newest_version
from jjm.standards import Beginning, Workflow
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Deed
from jjm.workflow.model import Ask


async def wanted_by(
    workflows: Workflows, conn: ReadConnection, workflow: Workflow, rule: Beginning, source: str
) -> Ask | None:
    """What begins a case by a record, given its newest version; None where a guard does not agree to it.

    A guard sees that version as `record` and the fields of the new case as `becomes`. Raises Problem 404 for a record
    that is not there.
    """
    item = await store.item(conn, source) if rule.workflow else None
    type = rule.type or (item.type if item else None)
    if type is None:
        raise not_found(f"There is no case `{source}` here.", id=source)
    version = await newest_version(workflows.registry, conn, NODE, workflows.registry.table(type), source)
    record = {**version.data, "id": source}
    taken = {name: record.get("id" if field == "$id" else field) for name, field in rule.takes.items()}
    data = {name: value for name, value in {**taken, **rule.gives}.items() if value is not None}
    links = ((rule.link, source),) if rule.link else ()
    ask = Ask(rule.start, data, links=links)
    steps = await store.steps(conn, source) if item else []
    deed = Deed(
        workflow, workflow.starts[rule.start], NODE, ask, None, record, data, steps, {}, {},
        workflows.registry.catalogue, workflows.now(),
    )  # fmt: skip
    return None if any(workflows.deeds.faults(deed, name) for name in rule.guards) else ask
