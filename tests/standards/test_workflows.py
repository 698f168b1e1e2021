"""Workflows are checked like every standard, DIGIT's files are read and written as they are, each one can be drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
from small_workflow import MORE, WORKFLOW, write_workflow

from jjm.standards import Catalogue, check, digit_from_workflow, drawing, load

W = "workflows/sample.yaml"
ACCEPT = "      ACCEPT: {to: UNDER_TEST, title: {en: Accept, hi: स्वीकार करें}, roles: [analyst], assigns: true}\n"

LINKS = "links: [confirms]"


def _begins(news: str, takes: str = "{village: $id}") -> str:
    return f"{LINKS}\nbegins:\n  - {{start: REGISTER, {news}, takes: {takes}}}"


# An edit of the workflow, what is said on the line that it changed, and what to write instead.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "a word is misspelt": ("moves: status", "move: status", "`move`", "did you mean `moves`?"),
    "a type that is none": ("type: sample", "type: sampel", "no registry type `sampel`", "`sample`?"),
    "a field that is not moved": ("moves: status", "moves: kind", "no field that a workflow moves", "status"),
    "a state outside the codes": ("  REFUSED: {done", "  REFUSD: {done", "`REFUSD` is not in", "`REFUSED`?"),
    "a way to nowhere": ("{to: UNDER_TEST,", "{to: UNDER_TESTS,", "`UNDER_TESTS`, which is no state", "`UNDER_TEST`?"),
    "a state nothing leads to": (ACCEPT, "", "nothing leads to the state `UNDER_TEST`", "add an action"),
    "a dead end": ("APPROVED: {done: true}", "APPROVED: {responsible: [analyst]}", "no way leads from", "done"),
    "a role that is none": ("roles: [tester]", "roles: [testr]", "no role `testr`", "`tester`?"),
    "an action nobody may take": (
        "roles: [analyst], assigns: true", "assigns: true", "nobody may take the action `ACCEPT`", "a timer"
    ),
    "a state nobody answers for": (
        "    responsible: [analyst]\n    promise", "    promise", "nobody answers for `REGISTERED`", "responsible"
    ),
    "who answers can do nothing": (
        "    responsible: [analyst]\n    promise", "    responsible: [tester]\n    promise", "may take none", "give one"
    ),
    "a field that is none": ("fields: [remark]", "fields: [remarks]", "`remarks` is not a field", "`remark`?"),
    "the state is given by hand": ("fields: [remark]", "fields: [status]", "what the workflow moves", "leave it out"),
    "a demonstration promise": ("{hours: 24, count", "{hours: 0.08, count", "no promise to people", "between 1"),
    "a timer without a handler": ("action: GIVE_UP}", "action: GIVEUP}", "no action there", "`GIVE_UP`?"),
    "a column that is none": ("column: hours", "column: hour", "no column `hour`", "`hours`?"),
    "a pause by no field": ("{field: hold_reason,", "{field: remark,", "no field of `sample` with codes", ""),
    "nobody to be told": ("who: [starter]", "who: [stater]", "neither a role nor", "`starter`?"),
    "told of nothing": ("on: APPROVE,", "on: APROVE,", "no action, state or moment", "`APPROVE`?"),
    "begun by an action that is not the node's": (LINKS, _begins("on: {type: village}"), "no action by which", "node"),
    "begun by nothing": (LINKS, _begins("on: {type: vilage}"), "nothing of that name to begin by", "`village`?"),
    "begun by no step": (
        LINKS, _begins("on: {workflow: sample, action: APROVE}"), "nothing of that name to begin by", ""
    ),
    "a new case without its fields": (LINKS, _begins("on: {type: village}", "{}"), "a case needs village", "`takes`"),
    "taking what is not there": (LINKS, _begins("on: {type: village}", "{village: it}"), "`it` is no open field", ""),
}  # fmt: skip


def test_the_small_workflow_is_sound(tmp_path: Path) -> None:
    assert check(write_workflow(tmp_path / "s")) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_workflow_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    before, after, message, remedy = FAULTS[name]
    faults = check(write_workflow(tmp_path / "s", (W, before, after)))
    found = [f for f in faults if message in f.message and remedy in f.remedy]
    assert found, faults
    assert found[0].file is not None
    assert found[0].file.endswith(W)
    assert found[0].line is not None
    assert 1 < found[0].line <= (WORKFLOW + after).count("\n") + 1


def pgr() -> dict[str, Any]:
    """The complaint of DIGIT's grievance service, from its states and actions as they are published."""

    def action(name: str, state: str | None, to: str, *roles: str) -> dict[str, Any]:
        return {"action": name, "currentState": state, "nextState": to, "roles": list(roles), "active": True}

    def state(name: str | None, sla: int | None, *actions: dict[str, Any], end: bool = False) -> dict[str, Any]:
        return {
            "sla": sla, "state": name, "applicationStatus": name, "docUploadRequired": False, "isStartState": not name,
            "isTerminateState": end, "isStateUpdatable": not end, "actions": list(actions), "tenantId": "pb",
        }  # fmt: skip

    return {
        "tenantId": "pb", "businessService": "PGR", "business": "pgr-services", "businessServiceSla": 432000000,
        "getUri": None, "states": [
            state(None, None, action("APPLY", None, "PENDINGFORASSIGNMENT", "CITIZEN", "CSR")),
            state(
                "PENDINGFORASSIGNMENT", None,
                action("ASSIGN", "PENDINGFORASSIGNMENT", "PENDINGATLME", "GRO"),
                action("REJECT", "PENDINGFORASSIGNMENT", "REJECTED", "GRO"),
            ),
            state(
                "PENDINGATLME", 86400000,
                action("RESOLVE", "PENDINGATLME", "RESOLVED", "PGR_LME"),
                action("REASSIGN", "PENDINGATLME", "PENDINGFORASSIGNMENT", "PGR_LME"),
            ),
            state("RESOLVED", None, action("REOPEN", "RESOLVED", "PENDINGFORASSIGNMENT", "CITIZEN"), end=True),
            state("REJECTED", None, action("REOPEN", "REJECTED", "PENDINGFORASSIGNMENT", "CITIZEN"), end=True),
        ],
    }  # fmt: skip


def service_case() -> str:
    """The type of records that such workflows move: any record with a state in free words."""
    text = MORE["registries/work/sample.yaml"].replace("sample/1", "service_case/1").replace("SMP-", "CAS-")
    free = "type: string, maxLength: 64, x-moved: true"
    return text.replace("samples", "service_cases").replace("x-code: sample-status, x-moved: true", free)


DIGIT_ROLES = """\
code,en,hi,source,source_date,access
GRO,Grievance officer,शिकायत अधिकारी,DIGIT,2026-08-01,analyst
PGR_LME,Last-mile employee,अंतिम कर्मी,DIGIT,2026-08-01,analyst
CITIZEN,Citizen,नागरिक,DIGIT,2026-08-01,tester
CSR,Service desk,सेवा पटल,DIGIT,2026-08-01,tester
"""


def with_digit(folder: Path, service: dict[str, Any], roles: str = DIGIT_ROLES) -> Path:
    write_workflow(folder)
    (folder / "registries/work/service_case.yaml").write_text(service_case(), "utf-8")
    (folder / "codes/digit-role.csv").write_text(roles, "utf-8")
    (folder / "workflows/complaint.json").write_bytes(orjson.dumps(service))
    return folder


def test_a_business_service_is_read_as_it_is_and_written_equal(tmp_path: Path) -> None:
    folder = with_digit(tmp_path / "s", pgr())
    assert check(folder) == []
    workflow = load(folder).workflows["complaint"]
    assert workflow.stages["PENDINGATLME"].promise is not None
    assert workflow.stages["PENDINGATLME"].promise.hours == 24
    assert workflow.stages["PENDINGFORASSIGNMENT"].actions["ASSIGN"].roles == ("analyst",)
    assert workflow.stages["RESOLVED"].promise is None
    assert digit_from_workflow(workflow, "pb") == pgr()


def test_next_states_named_by_their_uuid_are_understood(tmp_path: Path) -> None:
    service = pgr()
    for number, state in enumerate(service["states"]):
        state["uuid"] = f"0c7a-{number}"
    uuids = {state["state"]: state["uuid"] for state in service["states"]}
    for state in service["states"]:
        for action in state["actions"]:
            action["nextState"] = uuids[action["nextState"]]
    folder = with_digit(tmp_path / "s", service)
    assert check(folder) == []
    assert load(folder).workflows["complaint"].stages["PENDINGATLME"].actions["RESOLVE"].to == "RESOLVED"


def test_a_role_of_digit_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    folder = with_digit(tmp_path / "s", pgr(), DIGIT_ROLES.replace("GRO,", "GRIEVANCE,"))
    assert [f.message for f in check(folder) if "GRO" in f.message]


def test_a_state_of_digit_that_nothing_leads_to_is_named(tmp_path: Path) -> None:
    service = pgr()
    service["states"][2]["actions"] = [a for a in service["states"][2]["actions"] if a["action"] != "RESOLVE"]
    assert "nothing leads to the state `RESOLVED`" in [f.message for f in check(with_digit(tmp_path / "s", service))]


def test_the_body_of_digits_create_call_is_read_and_written_equal(tmp_path: Path) -> None:
    service = pgr()
    desk = {"action": "ASSIGN", "currentState": "", "nextState": "PENDINGATLME", "roles": ["CSR"], "active": True}
    service["states"][1]["actions"].append(desk)
    body: dict[str, Any] = {"RequestInfo": {"apiId": "w"}, "BusinessServices": [service]}
    folder = with_digit(tmp_path / "s", body)
    assert check(folder) == []
    workflow = load(folder).workflows["complaint"]
    assert workflow.title["en"] == "pgr-services"
    assert workflow.stages["PENDINGFORASSIGNMENT"].actions["ASSIGN"].roles == ("analyst", "tester")
    assert digit_from_workflow(workflow, "pb") == body


def test_nothing_of_a_business_service_is_lost_without_a_word(tmp_path: Path) -> None:
    service = pgr()
    service["businessServiceSla"] = "432000000"
    first, second = service["states"][1]["actions"]
    second["action"] = first["action"]
    service["states"].append(service["states"][-1])
    said = [fault.message for fault in check(with_digit(tmp_path / "s", service))]
    assert "a time is no number" in said
    assert "`ASSIGN` leads to two states, `PENDINGATLME` and `REJECTED`" in said
    assert "the state `REJECTED` is there twice" in said
    for number, other in enumerate(({"BusinessServices": [pgr(), pgr()]}, {"states": []})):
        said = [fault.message for fault in check(with_digit(tmp_path / str(number), other))]
        assert {"more than one service is here", "a BusinessService without states is here"} & set(said), said


def test_our_own_workflow_is_written_for_digit_and_read_back_the_same(tmp_path: Path) -> None:
    own = load(write_workflow(tmp_path / "s")).workflows["sample"]
    written = digit_from_workflow(own, "in.od")
    again: Catalogue = load(with_digit(tmp_path / "t", written | {"businessService": "SAMPLE"}))
    read = again.workflows["complaint"]
    assert {s.name: {a.name: a.to for a in s.actions.values()} for s in read.stages.values()} == {
        s.name: {a.name: a.to for a in s.actions.values()} for s in own.stages.values()
    }
    assert read.promise is not None
    assert read.promise.hours == 72


def test_a_workflow_is_drawn_with_every_state_and_the_present_one_marked(tmp_path: Path) -> None:
    workflow = load(write_workflow(tmp_path / "s")).workflows["sample"]
    picture = drawing(workflow, {"APPROVED": "Approved <b>"}, {"ACCEPT": "Accept"}, now="UNDER_TEST")
    root = ElementTree.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    groups = {g.get("id"): g for g in root.iter(f"{space}g")}
    assert set(groups) == {f"state-{name}" for name in workflow.stages}
    assert [name for name, g in groups.items() if g.get("aria-current") == "step"] == ["state-UNDER_TEST"]
    words = [t.text for t in root.iter(f"{space}text")]
    assert "Approved <b>" in words
    assert any("Accept" in (word or "") for word in words)
    boxes = [(float(r.get("x", "0")), float(r.get("y", "0"))) for r in root.iter(f"{space}rect")]
    assert len(set(boxes)) == len(boxes)
    assert min(x for x, _ in boxes) < 30, "a narrow screen shows its left edge"
