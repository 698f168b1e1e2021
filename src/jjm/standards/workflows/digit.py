"""DIGIT's BusinessService: read as a workflow of ours, and written out as it was.

Vocabulary of egovernments/Digit-Core, egov-workflow-v2 (web/models BusinessService, State, Action; read 2026-08).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from jjm.standards.model import Codelist
from jjm.standards.reader import mapping, sequence, texts
from jjm.standards.workflows.model import Action, By, Promise, Stage, Workflow

TYPE, FIELD = "service_case", "status"
ROLES, ACCESS = "digit-role", "access"
"""The codelist that says which role of ours a role of DIGIT's is."""
DOCUMENT = "document"
"""The kind of what DIGIT asks for by `docUploadRequired`, since it names none."""
_HOUR = 3_600_000
_BY_ITSELF = ("AUTO_ESCALATE", "SYSTEM")
"""DIGIT's roles of nobody: what the service does by itself."""


def workflow_from_digit(name: str, file: str, raw: Mapping[str, object], roles: Codelist | None) -> Workflow:
    """The workflow that a BusinessService describes; a role that the codelist does not know keeps its own name."""
    service = service_in(raw)[1]
    states = [mapping(state) for state in sequence(service.get("states"))]
    names = {str(s["uuid"]): s.get("state") for s in states if s.get("uuid")}
    ours = {code: found.extra.get(ACCESS, code) for code, found in roles.codes.items()} if roles else {}

    def actions(state: Mapping[str, object]) -> dict[str, Action]:
        found: dict[str, Action] = {}
        for one in map(mapping, sequence(state.get("actions"))):
            if one.get("active") is False:
                continue
            next_state = str(one.get("nextState"))
            codes = texts(one.get("roles"))
            held = tuple(dict.fromkeys(ours.get(code, code) for code in codes if code not in _BY_ITSELF))
            by: tuple[By, ...] = ("node",) if any(code in _BY_ITSELF for code in codes) else ()
            label = str(one.get("action"))
            if label in found:  # said once for each role; where the two lead apart it is a fault (`digit_faults`)
                held = tuple(dict.fromkeys((*found[label].roles, *held)))
                by = found[label].by or by
            found[label] = Action(label, str(names.get(next_state) or next_state), {"en": label}, held, by)
        return found

    starts = [s for s in states if s.get("state") in (None, "")]
    stages = {str(s["state"]): _stage(s, actions(s)) for s in states if s.get("state") not in (None, "")}
    asking = {str(s["state"]) for s in states if s.get("docUploadRequired") is True and s.get("state")}
    begun = {action.to for state in starts for action in actions(state).values()}
    stages = {state: _with_documents(stage, asking, begun) for state, stage in stages.items()}
    return Workflow(
        name=name,
        version="1.0.0",
        title={
            "en": str(service.get("business") or service.get("businessService")),
            "hi": str(service.get("businessService")),
        },
        type=TYPE,
        moves=FIELD,
        starts={label: action for state in starts for label, action in actions(state).items()},
        stages=stages,
        promise=_promise(service.get("businessServiceSla")),
        said=dict(raw),
        is_digit=True,
        file=file,
    )


def service_in(raw: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
    """The BusinessService of a file and the pointer to it: the file itself, or what the call that creates it holds."""
    wrapped = sequence(raw.get("BusinessServices"))
    return ("/BusinessServices/0", mapping(wrapped[0])) if wrapped else ("", raw)


def digit_from_workflow(workflow: Workflow, tenant: str) -> dict[str, Any]:
    """The workflow as a BusinessService: the file it came from where it came from one, else made from ours."""
    if workflow.is_digit:
        return dict(workflow.said)
    beginning = {
        "state": None, "applicationStatus": None, "sla": None, "docUploadRequired": False, "isStartState": True,
        "isTerminateState": False, "isStateUpdatable": True,
        "actions": [_action(None, action) for action in workflow.starts.values()],
    }  # fmt: skip
    return {
        "tenantId": tenant,
        "businessService": workflow.name.upper(),
        "business": workflow.type,
        "businessServiceSla": _milliseconds(workflow.promise),
        "states": [beginning, *(_state(stage, workflow) for stage in workflow.stages.values())],
    }


def _stage(state: Mapping[str, object], actions: Mapping[str, Action]) -> Stage:
    responsible = tuple(dict.fromkeys(role for action in actions.values() for role in action.roles))
    return Stage(
        name=str(state["state"]),
        responsible=responsible,
        actions=actions,
        done=state.get("isTerminateState") is True,
        promise=_promise(state.get("sla")),
    )


def _with_documents(stage: Stage, asking: Collection[str], begun: Collection[str]) -> Stage:
    """Who moves a case into a state that asks for documents has added one, as DIGIT's validator wants it.

    A case that only begins has none yet: where it begins in such a state, who moves it on has added one.
    """
    leaves = stage.name in asking and stage.name in begun
    found = {
        name: replace(action, documents=(DOCUMENT,)) if action.roles and (leaves or action.to in asking) else action
        for name, action in stage.actions.items()
    }
    return replace(stage, actions=found)


def _promise(milliseconds: object) -> Promise | None:
    """DIGIT counts all hours, in milliseconds; null is no promise."""
    return Promise(milliseconds / _HOUR, "all") if isinstance(milliseconds, int | float) else None


def _milliseconds(promise: Promise | None) -> int | None:
    return round(promise.hours * _HOUR) if promise else None


def _state(stage: Stage, workflow: Workflow) -> dict[str, Any]:
    comes = (action for other in workflow.stages.values() for action in other.actions.values())
    return {
        "state": stage.name,
        "applicationStatus": stage.name,
        "sla": _milliseconds(stage.promise),
        "docUploadRequired": any(action.documents for action in comes if action.to == stage.name),
        "isStartState": False,
        "isTerminateState": stage.done,
        "isStateUpdatable": not stage.done,
        "actions": [_action(stage.name, action) for action in stage.actions.values()],
    }


def _action(state: str | None, action: Action) -> dict[str, Any]:
    roles = [*action.roles, *(_BY_ITSELF[:1] if "node" in action.by or not action.roles else ())]
    return {"action": action.name, "currentState": state, "nextState": action.to, "roles": roles, "active": True}
