"""The inbox: what waits for the one who is signed in, desk by desk, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from starlette.responses import RedirectResponse, Response

from jjm.kit import Fault, Problem, ReadConnection, WriteConnection, bad_request, invalid
from jjm.kit.http import decode_cursor, encode_cursor
from jjm.registry import act_once
from jjm.web.cases import STANDING, Words, standing_of
from jjm.web.forms import posted
from jjm.web.site import Page
from jjm.workflow import Ask, Clock, Workflows, counts_of, inbox_of, shown_for_many, take_each, workflows_of

_SEE_OTHER, _ON_A_PAGE, _CASE = 303, 25, "case."
_MENDED = (409, 422)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the inbox: its words, its address, how many cases it leaves, and whether it is taken."""

    words: str
    path: str
    cases: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with the form for several cases: what was asked, a receipt for each case, or why nothing was done."""

    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    receipts: Sequence[Mapping[str, Any]] = ()
    problem: Problem | None = None


async def inbox(page: Page) -> Response:
    """What waits for whoever is signed in, with one action for several of them; or on to signing in."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    sent = Sent()
    if page.request.method == "POST":
        fields = await posted(page.site.access, page.request)
        try:
            sent = Sent(fields, await _done(page, fields))
        except Problem as problem:
            if problem.status not in _MENDED:
                raise
            sent = Sent(fields, problem=problem)
    return await _shown(page, sent)


async def _done(page: Page, fields: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """Take the action in each case that was chosen; a receipt for each. Raises Problem 422 for none, or no action."""
    chosen = {name.removeprefix(_CASE): None for name in fields if name.startswith(_CASE)}
    action, said = fields.get("action", ""), fields.get("comment", "").strip() or None
    faults = [Fault("`action` is missing", "Choose an action.", "/action")] if not action else []
    faults += [Fault("`cases` is missing", "Choose at least one case.", "/cases")] if not chosen else []
    if faults:
        raise invalid("Nothing was done.", faults, "case-incomplete")
    known, receipts = workflows_of(page.request), list[dict[str, Any]]()

    async def act(conn: WriteConnection) -> Response:
        receipts.extend(await take_each(known, conn, page.actor, chosen, Ask(action, comment=said)))
        return Response(status_code=204)

    await act_once(page.request, page.registry, page.actor, b"", act)
    return receipts


async def _shown(page: Page, sent: Sent) -> Response:
    words, query, after = Words.of(page), page.query, _after(page)
    workflow, state, clock = query.get("workflow"), query.get("state"), query.get("clock")
    if clock not in (None, *STANDING):
        raise bad_request("bad-filter", f"`clock` is one of {', '.join(STANDING)}.")
    async with page.read() as conn:
        found = await inbox_of(
            words.known, conn, page.actor, after=after, names=[workflow] if workflow else (),
            states=[state] if state else (), clock=cast("Clock | None", clock), most=_ON_A_PAGE,
        )  # fmt: skip
        counts = await counts_of(words.known, conn, page.actor)
        await words.learn(conn, [item["place"] for item in found.items])
    next = found.next and encode_cursor([found.next[0].isoformat(), found.next[1]])
    narrow = workflow in words.known.declared and state is not None and bool(found.items)
    values: dict[str, object] = {
        "words": words,
        "desks": _by_desk(found.items),
        "standing_of": standing_of,
        "waiting": sum(one["cases"] for one in counts),
        "late": sum(one["cases"] for one in counts if one["clock"] == "late"),
        "choices": _choices(page, words, counts),
        "following": page.here(cursor=next) if next else None,
        "many": shown_for_many(words.known, page.actor, workflow, state) if narrow and workflow and state else [],
        "is_narrow": narrow,
        "sent": sent,
    }
    return page.render("inbox.html", values, sent.problem.status if sent.problem else 200)


def _by_desk(items: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, bool], list[Mapping[str, Any]]]:
    """Cases by who answers for them: those given to the reader, and those of each desk."""
    desks: dict[tuple[str, str, bool], list[Mapping[str, Any]]] = {}
    for item in items:
        own = item["person"] is not None
        desks.setdefault(("", "", True) if own else (item["role"], item["place"], False), []).append(item)
    return desks


def _choices(page: Page, words: Words, counts: Sequence[Mapping[str, Any]]) -> dict[str, list[Choice]]:
    """The ways to narrow the inbox by workflow, state and clock, each counted with the others as they are chosen."""
    return {name: _of(page, words, counts, name) for name in ("workflow", "state", "clock")}


def _of(page: Page, words: Words, counts: Sequence[Mapping[str, Any]], name: str) -> list[Choice]:
    others = {n: page.query[n] for n in ("workflow", "state", "clock") if n != name and page.query.get(n)}
    if name == "state" and "workflow" not in others:
        return []
    if name == "workflow":
        others.pop("state", None)
    sums: dict[str, int] = {}
    for one in counts:
        if all(one[n] == value for n, value in others.items()):
            sums[one[name]] = sums.get(one[name], 0) + one["cases"]
    chosen, workflow = page.query.get(name), others.get("workflow", "")

    def named(value: str) -> str:
        if name == "state":
            return words.state_of(workflow, value)
        return words.workflow(value) if name == "workflow" else words.standing(value)

    dropped = {"cursor": None} | ({"state": None} if name == "workflow" else {})
    return [
        Choice(named(value), page.here(**{name: None if value == chosen else value}, **dropped), cases, value == chosen)
        for value, cases in sums.items()
    ]


def _after(page: Page) -> tuple[datetime, str] | None:
    if not page.query.get("cursor"):
        return None
    try:
        turn, id = decode_cursor(page.query["cursor"])
        return datetime.fromisoformat(turn), str(id)
    except (TypeError, ValueError) as error:
        raise bad_request("bad-cursor", "Follow the link to the next page as it was given.") from error


async def waiting_for(page: Page, conn: ReadConnection) -> int | None:
    """How many cases wait for the reader; None for who never answers for any."""
    known: Workflows = workflows_of(page.request)
    if page.actor.kind != "person":
        return None
    counts = await counts_of(known, conn, page.actor)
    answers = {role for w in known.declared.values() for stage in w.stages.values() for role in stage.responsible}
    if not counts and not answers.intersection(held.role for held in page.actor.holds):
        return None
    return sum(one["cases"] for one in counts)
