"""What begins a case by itself must exist, and must bring all that a new case asks for."""

from __future__ import annotations

from collections.abc import Iterator

from jjm.kit import Fault
from jjm.standards.model import Catalogue, Standard
from jjm.standards.reader import Document, step
from jjm.standards.words import did_you_mean, listed
from jjm.standards.workflows.model import Beginning, Workflow


def begun(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    """What begins a case by itself exists, and brings all that a new case asks for."""
    for index, one in enumerate(workflow.begins):
        at = f"/begins/{index}"
        start = workflow.starts.get(one.start)
        if start is None or "node" not in start.by:
            known = [name for name, action in workflow.starts.items() if "node" in action.by]
            remedy = did_you_mean(one.start, known) if known else "give an action of `starts` the word `by: [node]`"
            yield document.fault(f"{at}/start", f"`{one.start}` is no action by which the node begins a case", remedy)
        source = _source(workflow, one, catalogue)
        if source is None:
            remedy = did_you_mean(one.type or one.workflow or "", catalogue.types if one.type else catalogue.workflows)
            yield document.fault(f"{at}/on", "there is nothing of that name to begin by", remedy)
        elif catalogue.types.get(workflow.type):
            yield from _takes(document, at, one, catalogue.types[workflow.type], source)
        if one.link is not None and (one.workflow is None or one.link not in workflow.links):
            message = f"`{one.link}` is no link of this workflow to a case"
            yield document.fault(f"{at}/link", message, did_you_mean(one.link, workflow.links))


def _source(workflow: Workflow, one: Beginning, catalogue: Catalogue) -> Standard | None:
    """The type of what a case begins by; None for a workflow, action or state that is not there."""
    if one.type is not None:
        return catalogue.types.get(one.type) if one.type != workflow.type else None
    other = catalogue.workflows.get(one.workflow or "")
    if other is None or one.moment not in {*other.stages, *(action.name for _, action in other.actions())}:
        return None
    return catalogue.types.get(other.type)


def _takes(document: Document, at: str, one: Beginning, own: Standard, source: Standard) -> Iterator[Fault]:
    known, open_ones = {f.name for f in own.fields}, {f.name for f in source.fields} - source.personal_fields
    for name, taken in one.takes.items():
        if name not in known:
            yield document.fault(step(f"{at}/takes", name), f"`{name}` is not a field here", did_you_mean(name, known))
        if taken != "$id" and taken not in open_ones:
            message = f"`{taken}` is no open field of `{source.name}`"
            yield document.fault(step(f"{at}/takes", name), message, did_you_mean(taken, open_ones))
    for name in one.gives:
        if name not in known:
            yield document.fault(step(f"{at}/gives", name), f"`{name}` is not a field here", did_you_mean(name, known))
    missing = [n for n in own.required if n not in one.takes and n not in one.gives and not own.field(n).moved]
    if missing:
        remedy = "name them in `takes` or `gives`"
        yield document.fault(at, f"a case needs {listed(missing)}, which nothing brings", remedy)
