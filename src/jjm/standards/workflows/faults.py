"""What a workflow must mean: states that lead somewhere, actions somebody may take, names that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from jjm.kit import Fault
from jjm.standards.model import Catalogue, Standard
from jjm.standards.reader import Document, step
from jjm.standards.words import did_you_mean, listed
from jjm.standards.workflows.beginnings import begun
from jjm.standards.workflows.model import Action, Promise, Stage, Workflow

Rule = Callable[[Document, Workflow, Catalogue], Iterator[Fault]]
SHORTEST, LONGEST = 1.0, 24 * 366 * 10
"""Hours that a promise may have: shorter is a test setting, longer is none."""
MOMENTS = ("near", "late", "escalated")


def workflow_faults(document: Document, workflow: Workflow, catalogue: Catalogue) -> list[Fault]:
    """Everything in a workflow that does not mean what a workflow must mean."""
    return [fault for rule in _RULES for fault in rule(document, workflow, catalogue)]


def _about(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    """Its states are the codes of the one field that it moves."""
    type = catalogue.types.get(workflow.type)
    if type is None:
        remedy = did_you_mean(workflow.type, catalogue.types)
        yield document.fault("/type", f"there is no registry type `{workflow.type}`", remedy)
        return
    moved = next((f for f in type.fields if f.name == workflow.moves and f.moved), None)
    if moved is not None and moved.code is None:
        return  # a text: its states are those of whatever workflow moves the record
    if moved is None or moved.code is None or moved.code not in catalogue.codelists:
        known = [f.name for f in type.fields if f.moved]
        message = f"`{workflow.moves}` of `{type.name}` is no field that a workflow moves"
        remedy = did_you_mean(workflow.moves, known) if known else "write `x-code: <list>, x-moved: true` on the field"
        yield document.fault("/moves", message, remedy)
        return
    codes = catalogue.codelists[moved.code].codes
    for name in workflow.stages:
        if name not in codes:
            message = f"the state `{name}` is not in codes/{moved.code}.csv"
            yield document.fault(step("/states", name), message, did_you_mean(name, codes))
    missing = [code for code in codes if code not in workflow.stages]
    if missing:
        message = f"codes/{moved.code}.csv has states that are not here: {listed(missing)}"
        yield document.fault("/states", message, "describe them here, or take the codes out")


def _targets(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    for at, _, action in _placed(workflow):
        if action.to not in workflow.stages:
            message = f"`{action.name}` leads to `{action.to}`, which is no state"
            yield document.fault(f"{at}/to", message, did_you_mean(action.to, workflow.stages))


def _reached(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    """Every state can be reached from a beginning."""
    reached = _closure({a.to for a in workflow.starts.values()}, _steps(workflow))
    for name in workflow.stages:
        if name not in reached:
            message = f"nothing leads to the state `{name}`"
            yield document.fault(step("/states", name), message, "add an action that leads there, or take it out")


def _ended(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    """From every state a case can come to an end."""
    back: dict[str, set[str]] = {}
    for source, targets in _steps(workflow).items():
        for target in targets:
            back.setdefault(target, set()).add(source)
    ends = _closure({name for name, stage in workflow.stages.items() if stage.done}, back)
    for name in workflow.stages:
        if name not in ends:
            message = f"no way leads from `{name}` to a state that is `done`"
            yield document.fault(step("/states", name), message, "add an action that leads on, or mark it `done: true`")


def _takers(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    """Each action can be taken by somebody, or by a timer; the roles exist."""
    for at, stage, action in _placed(workflow):
        yield from _roles(document, f"{at}/roles", action.roles, catalogue)
        if stage is None and action.documents:
            message = f"`{action.name}` begins a case, to which no document can have been added yet"
            yield document.fault(f"{at}/documents", message, "ask for them with the next action")
        timed = stage is not None and any(t.action == action.name for t in stage.timers)
        if not action.roles and not action.by and not timed:
            message = f"nobody may take the action `{action.name}`"
            yield document.fault(at, message, "name `roles`, `by`, or a timer that takes it")


def _responsible(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    """For each open state somebody answers, and can do something."""
    for name, stage in workflow.stages.items():
        at = step("/states", name)
        yield from _roles(document, f"{at}/responsible", stage.responsible, catalogue)
        if stage.done:
            continue
        if not stage.responsible:
            yield document.fault(at, f"nobody answers for `{name}`", "name `responsible: [roles]`, nearest first")
        elif not any(_may(action, stage.responsible) for action in stage.actions.values()):
            message = f"whoever answers for `{name}` may take none of its actions"
            yield document.fault(f"{at}/responsible", message, "give one of these roles an action, or name others")


def _may(action: Action, roles: Iterable[str]) -> bool:
    return "assignee" in action.by or any(role in action.roles for role in roles)


def _fields(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    type = catalogue.types.get(workflow.type)
    if type is None:
        return
    known = {f.name for f in type.fields}
    for at, _, action in _placed(workflow):
        for word, names in (("fields", action.fields), ("optional", action.optional)):
            for index, name in enumerate(names):
                if name not in known:
                    message = f"`{name}` is not a field of `{type.name}`"
                    yield document.fault(f"{at}/{word}/{index}", message, did_you_mean(name, known))
                elif name == workflow.moves:
                    remedy = "leave it out; the action says where it leads"
                    yield document.fault(f"{at}/{word}/{index}", f"`{name}` is what the workflow moves", remedy)
    yield from _pauses(document, workflow, type)
    yield from _subtype(document, workflow, type, catalogue)


def _pauses(document: Document, workflow: Workflow, type: Standard) -> Iterator[Fault]:
    coded = {f.name for f in type.fields if f.kind == "code"}
    for name, stage in workflow.stages.items():
        if stage.pause and stage.pause.field and stage.pause.field not in coded:
            message = f"`{stage.pause.field}` is no field of `{type.name}` with codes"
            yield document.fault(step("/states", name) + "/pause", message, did_you_mean(stage.pause.field, coded))


def _subtype(document: Document, workflow: Workflow, type: Standard, catalogue: Catalogue) -> Iterator[Fault]:
    if workflow.subtype is None:
        return
    name, column = workflow.subtype
    field = next((f for f in type.fields if f.name == name and f.code), None)
    codes = catalogue.codelists.get(field.code or "") if field else None
    if codes is None:
        message = f"`{name}` is no field of `{type.name}` with codes"
        yield document.fault("/subtype/field", message, did_you_mean(name, [f.name for f in type.fields if f.code]))
        return
    columns = {key for code in codes.codes.values() for key in code.extra}
    if column not in columns:
        message = f"codes/{codes.name}.csv has no column `{column}`"
        yield document.fault("/subtype/column", message, did_you_mean(column, columns))


def _times(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    """Promises are plausible, timers take an action of their state, ladders lead to roles."""
    for at, promise in _promises(workflow):
        if not SHORTEST <= promise.hours <= LONGEST:
            message = f"{promise.hours:g} hours is no promise to people"
            yield document.fault(at, message, f"write hours between {SHORTEST:g} and {LONGEST:g}")
    for name, stage in workflow.stages.items():
        for index, timer in enumerate(stage.timers):
            if timer.action not in stage.actions:
                message = f"a timer of `{name}` takes `{timer.action}`, which is no action there"
                at = f"{step('/states', name)}/timers/{index}/action"
                yield document.fault(at, message, did_you_mean(timer.action, stage.actions))
    for index, rung in enumerate(workflow.ladder):
        yield from _roles(document, f"/escalation/{index}/to", rung.to, catalogue)


def _told(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    events = {*workflow.stages, *MOMENTS, *(action.name for _, action in workflow.actions())}
    persons = {"starter", "assignee", "responsible", *catalogue.roles}
    for index, notice in enumerate(workflow.notices):
        if notice.on not in events:
            message = f"`{notice.on}` is no action, state or moment of this workflow"
            yield document.fault(f"/tells/{index}/on", message, did_you_mean(notice.on, events))
        if catalogue.notices and notice.template not in catalogue.notices:
            message = f"there is no notices/{notice.template}.yaml"
            remedy = did_you_mean(notice.template, catalogue.notices)
            yield document.fault(f"/tells/{index}/template", message, remedy)
        for place, who in enumerate(notice.who):
            if who not in persons:
                message = f"`{who}` is neither a role nor starter, assignee or responsible"
                yield document.fault(f"/tells/{index}/who/{place}", message, did_you_mean(who, persons))


def _replaced(document: Document, workflow: Workflow, catalogue: Catalogue) -> Iterator[Fault]:
    for old, new in workflow.replaces.states.items() if workflow.replaces else ():
        if new not in workflow.stages:
            message = f"`{old}` is to become `{new}`, which is no state"
            yield document.fault(step("/replaces/states", old), message, did_you_mean(new, workflow.stages))


def _roles(document: Document, at: str, names: Iterable[str], catalogue: Catalogue) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name not in catalogue.roles:
            yield document.fault(f"{at}/{index}", f"there is no role `{name}`", did_you_mean(name, catalogue.roles))


def _placed(workflow: Workflow) -> Iterator[tuple[str, Stage | None, Action]]:
    for action in workflow.starts.values():
        yield step("/starts", action.name), None, action
    for stage in workflow.stages.values():
        for action in stage.actions.values():
            yield step(f"{step('/states', stage.name)}/actions", action.name), stage, action


def _promises(workflow: Workflow) -> Iterator[tuple[str, Promise]]:
    if workflow.promise:
        yield "/promise", workflow.promise
    for index, rung in enumerate(workflow.ladder):
        yield f"/escalation/{index}/after", rung.after
    for name, stage in workflow.stages.items():
        if stage.promise:
            yield f"{step('/states', name)}/promise", stage.promise
        for index, timer in enumerate(stage.timers):
            yield f"{step('/states', name)}/timers/{index}/after", timer.after


def _steps(workflow: Workflow) -> dict[str, set[str]]:
    return {s.name: {a.to for a in s.actions.values()} for s in workflow.stages.values()}


def _closure(start: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set[str](), list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(steps.get(name, ()))
    return found


_RULES: tuple[Rule, ...] = (
    _about, _targets, _reached, _ended, _takers, _responsible, _fields, _times, _told, begun, _replaced
)  # fmt: skip
