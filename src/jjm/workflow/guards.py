"""Guards that every workflow can name, whatever it is about: pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from jjm.kit import Fault
from jjm.standards import Workflow
from jjm.workflow.deeds import Deed, Deeds, WordGuard


def other_person_than(deed: Deed, action: str) -> Sequence[Fault]:
    """Two pairs of eyes: whoever took that action in the case, ever, does not take this one.

    An application counts as one actor, since the people behind it are not told apart here.
    """
    if all(step.actor != deed.actor.name for step in deed.steps if step.action == action):
        return []
    return [Fault(f"you took {action} in this case yourself", f"Another person takes {deed.action.name}.", "/action")]


def _actions(workflow: Workflow) -> Collection[str]:
    return {action.name for _, action in workflow.actions()}


OWN = Deeds(told={"other-person-than": WordGuard(other_person_than, _actions)})
"""What the block itself brings to the files of workflows."""
