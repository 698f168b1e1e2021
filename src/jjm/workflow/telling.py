"""Who is to be told of what was done in a case: read out of its steps, as its workflow says (`tells`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from jjm.access import holders
from jjm.kit import ReadConnection, WriteConnection
from jjm.ledger import entries, size
from jjm.standards import Titles, Workflow
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.model import LAST_DESK, STEP, Item, Step
from jjm.workflow.news import queries as news
from jjm.workflow.places import desk_for, places_around

_LOCK = 7_219_203
_READER, _ENTRIES, _AT_ONCE = "tells", 20_000, 200
_PERSONS = ("starter", "assignee", "responsible")
_MOMENT_STEPS = {"near": "NEAR", "late": "LATE", "escalated": "ESCALATE"}

_OWN: dict[str, Titles] = {
    "NEAR": {"en": "Soon due", "hi": "समय निकट है"},
    "LATE": {"en": "Late", "hi": "देर हो गई"},
    "ESCALATE": {"en": "Given to the next level", "hi": "अगले स्तर को सौंपा गया"},
}
"""What the steps of the node itself are called where people are told of them."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody is to be told by a template.

    `key` is the same for the same step and template, so that nobody is told twice. `who` are the words of the file:
    starter, assignee, responsible, or roles. `data` are plain values, `titles` what is named in each language.
    """

    key: str
    template: str
    who: Sequence[str]
    data: dict[str, object]
    titles: dict[str, object]


Deliver: TypeAlias = Callable[[WriteConnection, str, Telling], Awaitable[None]]
"""Tells one person (PER-…), in the transaction in which the step is passed."""


def tellings(workflow: Workflow, item: Item, step: Step, states: Mapping[str, Titles]) -> list[Telling]:
    """What a step asks to be told, and of whom. Pure; `states` are the titles of states."""
    moments = {step.action, *(name for name, action in _MOMENT_STEPS.items() if action == step.action)}
    if step.to_state != step.from_state:
        moments.add(step.to_state)
    titles = {**_OWN, **{a.name: a.title for _, a in workflow.actions()}}
    data: dict[str, object] = {
        "case": item.id, "type": item.type, "state": step.to_state, "action": step.action, "at": step.at.isoformat(),
        "due": item.due_at.isoformat() if item.due_at else None,
    }  # fmt: skip
    words: dict[str, object] = {
        "workflow": workflow.title,
        "action": titles.get(step.action, {"en": step.action, "hi": step.action}),
        "state": states.get(step.to_state, {"en": step.to_state, "hi": step.to_state}),
    }
    return [
        Telling(f"{item.id}/{step.number}/{notice.template}", notice.template, notice.who, data, words)
        for notice in workflow.notices
        if notice.on in moments
    ]


async def tell_by_news(workflows: Workflows, conn: WriteConnection, deliver: Deliver) -> int:
    """Read on in the ledger and have people told of steps; how many entries were passed, 0 at the end.

    Begins with what happens from now on. A step is passed in the transaction in which its tellings are delivered.
    """
    if not await news.take_turn(conn, key=_LOCK):
        return 0
    position, end = await news.position(conn, name=_READER), await size(conn) - 1
    if position is None:
        await news.move_reader(conn, name=_READER, position=end)
        return 0
    stop = min(position + _ENTRIES, end)
    if stop <= position:
        return 0
    reached, room = stop, _AT_ONCE
    for piece in await entries(conn, position, stop - position, [STEP]):
        for place, (id, number) in enumerate(zip(piece.subjects, piece.versions, strict=True)):
            if not room:
                break
            await _tell(workflows, conn, deliver, id, number)
            reached, room = (piece.first + place, room - 1) if room == 1 else (stop, room - 1)
    await news.move_reader(conn, name=_READER, position=reached)
    return reached - position


async def _tell(workflows: Workflows, conn: WriteConnection, deliver: Deliver, id: str, number: int) -> None:
    item = await store.item(conn, id)
    step = next((one for one in await store.steps(conn, id) if one.number == number), None)
    if item is None or step is None:
        return
    workflow = await workflows.version(conn, item.workflow, item.version)
    field = next((f for f in workflows.registry.catalogue.types[item.type].fields if f.name == workflow.moves), None)
    codes = workflows.registry.catalogue.codelists[field.code].codes.values() if field and field.code else ()
    for telling in tellings(workflow, item, step, {code.code: code.title for code in codes}):
        for person in await persons_told(workflows, conn, telling, item, step):
            if person != step.actor:
                await deliver(conn, person, telling)


async def persons_told(
    workflows: Workflows, conn: ReadConnection, telling: Telling, item: Item, step: Step
) -> list[str]:
    """The people whom a telling names, each once: who began the case, whom it was given to, who answers from the step
    on, and those who hold a role at the nearest place where anybody does."""
    found: list[str | None] = []
    today = workflows.registry.clock.today()
    places = await places_around(workflows, conn, item.areas)
    for who in telling.who:
        if who == "starter":
            found.append(item.begun_by)
        elif who == "assignee" or (who == "responsible" and step.person):
            found.append(step.person)
        else:
            desk = step.desk if who == "responsible" else await desk_for(workflows, conn, [who], places)
            if who in (*_PERSONS, desk.role) or desk != LAST_DESK:
                found += [one.person for one in await holders(conn, [desk.role], [desk.place], today)]
    return [person for person in dict.fromkeys(found) if person is not None and person.startswith("PER-")]
