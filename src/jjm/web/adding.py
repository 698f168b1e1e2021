"""What kinds of documents a case takes on its page: those that its actions ask for, and two that every case has."""

from __future__ import annotations

from jjm.standards import Workflow

_ALWAYS = ("photo", "document")


def kinds_of(workflow: Workflow, state: str) -> list[str]:
    """Kinds of documents, those first that actions of this state ask for."""
    here = [kind for action in workflow.stages[state].actions.values() for kind in action.documents]
    stages = workflow.stages.values()
    later = [kind for stage in stages for action in stage.actions.values() for kind in action.documents]
    return list(dict.fromkeys([*here, *_ALWAYS, *later]))
