"""The forms of a case: what each action asks of the reader, what was typed, and what is wrong with which field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jjm.kit import Fault, Problem, ReadConnection
from jjm.standards import Field, Workflow
from jjm.web.asked import rows_in, typed_of, value_of
from jjm.web.choosing import Found
from jjm.web.language import N_
from jjm.web.offering import offered
from jjm.web.shown import plain
from jjm.web.site import Page
from jjm.web.wrong import told_of
from jjm.workflow import Ask

_SPARE_ROWS = 4


@dataclass(frozen=True, slots=True)
class Form:
    """An action that the reader can take. `typed` is what its fields say, `faults` what is wrong by the field's name.

    `is_open` for the one that was sent last; `found` are records offered for its references, by their path.
    """

    action: Mapping[str, Any]
    fields: Sequence[tuple[Field, bool]]
    typed: Mapping[str, str]
    faults: Mapping[str, Sequence[Fault]]
    is_open: bool = False
    more: str = ""
    found: Mapping[str, Found] = field(default_factory=dict[str, Found])

    @property
    def sought_first(self) -> str | None:
        """The reference whose choices were asked for last, where the reader goes on."""
        return next(iter(self.found), None)

    def rows(self, path: str) -> int:
        """How many rows of a table are shown."""
        there = rows_in(self.typed, path)
        return there + (_SPARE_ROWS if self.more == path or not there else 0)


def forms_of(
    page: Page,
    workflow: Workflow,
    body: Mapping[str, Any],
    sent: Mapping[str, str],
    problem: Problem | None,
    found: Mapping[str, Found],
) -> list[Form]:
    """A form for each action that the reader may take now."""
    return [_form(page, workflow, body, action, sent, problem, found) for action in body["actions"]]


async def offered_for(
    page: Page, conn: ReadConnection, workflow: Workflow, body: Mapping[str, Any], sent: Mapping[str, str]
) -> dict[str, Found]:
    """The records offered for the references of the form that was sent."""
    action = next((a for a in body["actions"] if a["action"] == sent.get("action")), None)
    if action is None or sent.get("what") != "action":
        return {}
    fields = [of for of, _ in _fields(page, workflow, action)]
    standard = page.registry.catalogue.types[workflow.type]
    return await offered(page, conn, standard, fields, body["record"], sent)


def _form(
    page: Page,
    workflow: Workflow,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    sent: Mapping[str, str],
    problem: Problem | None,
    found: Mapping[str, Found],
) -> Form:
    fields = _fields(page, workflow, action)
    if sent.get("what") != "action" or sent.get("action") != action["action"]:
        return Form(action, fields, dict(_from_record(body, (of for of, _ in fields))), {})
    faults: dict[str, list[Fault]] = {}
    for fault in problem.faults if problem else ():
        name = _name_of(fault, {of.name for of, _ in fields})
        of = next((of for of, _ in fields if of.name == name), None)
        faults.setdefault(name, []).append(told_of(page, fault, of, sent))
    return Form(action, fields, sent, faults, is_open=True, more=sent.get("more", ""), found=found)


def _fields(page: Page, workflow: Workflow, action: Mapping[str, Any]) -> list[tuple[Field, bool]]:
    """The fields that an action asks for and takes besides, each with whether it must be given."""
    standard = page.registry.catalogue.types[workflow.type]
    return [(standard.field(n), n in action["fields"]) for n in dict.fromkeys([*action["fields"], *action["optional"]])]


def _from_record(body: Mapping[str, Any], fields: Iterable[Field]) -> Iterable[tuple[str, str]]:
    for of in fields:
        yield from typed_of(of, plain(body["record"].get(of.name)), f"data.{of.name}")


def _name_of(fault: Fault, names: set[str]) -> str:
    """Which part of a form a fault is about; empty for the form as a whole."""
    parts = [part for part in (fault.pointer or "").split("/") if part and part != "data"]
    return parts[0] if parts and (parts[0] in names or parts[0] in ("comment", "person")) else ""


def ask_of(page: Page, workflow: Workflow, body: Mapping[str, Any], sent: Mapping[str, str]) -> Ask:
    """What a form asks to be done. What it leaves as the record says it is not given again, unless it must be."""
    action = next((a for a in body["actions"] if a["action"] == sent.get("action")), None)
    data: dict[str, Any] = {}
    for of, required in _fields(page, workflow, action) if action else ():
        path, now = f"data.{of.name}", plain(body["record"].get(of.name))
        value = value_of(of, sent, path, page.shown)
        if now is not None and dict(typed_of(of, now, path)) == _under(sent, path):
            value = now
            if not required:
                continue
        if value is not None or now is not None:
            data[of.name] = value
    comment, person = sent.get("comment", "").strip() or None, sent.get("person", "").strip() or None
    return Ask(sent.get("action", ""), data, comment, person, (), sent.get("expected") or None)


def _under(sent: Mapping[str, str], path: str) -> dict[str, str]:
    return {name: text for name, text in sent.items() if (name == path or name.startswith(f"{path}.")) and text.strip()}


def kept_of(page: Page, workflow: Workflow, body: Mapping[str, Any], sent: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was typed into a form that the case has no more, since another acted first; so that nothing is lost."""
    if sent.get("what") != "action" or any(a["action"] == sent.get("action") for a in body["actions"]):
        return []
    standard, said = page.registry.catalogue.types[workflow.type], page.language
    titles = {of.name: said.of(of.title) for of in standard.fields}
    found = [(titles.get(_top(name), name), text) for name, text in sent.items() if name.startswith("data.")]
    return [(title, text) for title, text in [*found, *_words(page, sent)] if text.strip()]


def _top(name: str) -> str:
    return name.split(".")[1]


def _words(page: Page, sent: Mapping[str, str]) -> list[tuple[str, str]]:
    named = {"comment": page.language.say(N_("Comment")), "person": page.language.say(N_("Give it to"))}
    return [(title, sent.get(name, "")) for name, title in named.items()]
