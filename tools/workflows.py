"""The reference of workflows: one page and one picture for each, from `standards/workflows`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jjm.standards import Action, Catalogue, Promise, Stage, Workflow, default_folder, drawing, load
from tools.markdown import code, page, table

FOLDER = "docs/reference/workflows"
File = tuple[str, str]


def workflows_reference() -> Iterator[File]:
    """The list of workflows, and for each its page and its picture."""
    catalogue = load(default_folder())
    found = list(catalogue.workflows.values())
    rows = ((f"[{w.title['en']}]({w.name}.md)", w.title["hi"], code(w.name), code(w.type), w.version) for w in found)
    intro = (
        "Through which states records go, who answers for them, and what can be done. A node shows the same under "
        "`/workflows`, and each case with its state marked in the picture."
    )
    yield f"{FOLDER}/README.md", page("Workflows", intro, table(("workflow", "", "name", "moves", "version"), rows))
    for workflow in found:
        yield f"{FOLDER}/{workflow.name}.md", _page(workflow, catalogue)
        yield (
            f"{FOLDER}/{workflow.name}.svg",
            drawing(workflow, _states(workflow, catalogue), _actions(workflow)) + "\n",
        )


def _page(workflow: Workflow, catalogue: Catalogue) -> str:
    states = _states(workflow, catalogue)
    rows = [("beginning", "", _list(workflow.starts.values(), states))]
    rows += [_row(stage, states) for stage in workflow.stages.values()]
    promised = f"Promised for a whole case: {_promise(workflow.promise)}." if workflow.promise else ""
    return page(
        f"{workflow.title['en']} (`{workflow.name}`)",
        workflow.title["hi"],
        workflow.description.get("en", ""),
        f"Moves [{workflow.type}](../types/{workflow.type}.md) by its field `{workflow.moves}`; version "
        f"{workflow.version}. {promised}",
        f"![States and the actions between them; the table says the same]({workflow.name}.svg)",
        table(("state", "who answers", "what can be done, where it leads, by whom"), rows),
    )


def _row(stage: Stage, states: dict[str, str]) -> tuple[str, str, str]:
    who = ", ".join(code(role) for role in stage.responsible) or "nobody: the case has ended"
    promised = f", {_promise(stage.promise)}" if stage.promise else ""
    return (
        f"{states.get(stage.name, stage.name)} {code(stage.name)}",
        who + promised,
        _list(stage.actions.values(), states),
    )


def _list(actions: Iterable[Action], states: dict[str, str]) -> str:
    return "<br>".join(_action(action, states) for action in actions)


def _action(action: Action, states: dict[str, str]) -> str:
    by = {"starter": "who began it", "assignee": "to whom it was given", "node": "the node by itself"}
    who = ", ".join([*(code(role) for role in action.roles), *(by[one] for one in action.by)]) or by["node"]
    return f"{action.title.get('en', action.name)} {code(action.name)} → {states.get(action.to, action.to)} ({who})"


def _promise(promise: Promise) -> str:
    return f"within {promise.hours:g} {'working hours' if promise.count == 'working' else 'hours'}"


def _states(workflow: Workflow, catalogue: Catalogue) -> dict[str, str]:
    listed = catalogue.types[workflow.type].field(workflow.moves).code
    return {c.code: c.title["en"] for c in catalogue.codelists[listed].codes.values()} if listed else {}


def _actions(workflow: Workflow) -> dict[str, str]:
    return {action.name: action.title.get("en", action.name) for _, action in workflow.actions()}
