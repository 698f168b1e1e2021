"""The page of a work: how far it has come, its components, the milestones recorded, and a form for the next one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from jjm.access import Actor
from jjm.kit import IST, Entry, Problem, ReadConnection, Section, Sheet, SheetForm, WriteConnection
from jjm.kit.http import decode_cursor, encode_cursor
from jjm.kit.sheets import Standing
from jjm.registry import act_once, batch_get, get
from jjm.solutions.progress.taps import taps_recorded
from jjm.solutions.progress.works import telling
from jjm.solutions.progress.works.milestones import milestones_of
from jjm.solutions.progress.works.recording import REPORT, Recorded, looked_at, record_once
from jjm.solutions.progress.works.typed import milestone_of
from jjm.solutions.progress.works.words import name_of, say
from jjm.workflow import Looked, Workflows, shown_starts, workflows_of

PATH = "/works/{id}/milestones"
_ON_A_PAGE, _MOST_VILLAGES, _SEE_OTHER = 50, 500, 303
_MENDED = (403, 409, 413, 415, 422)
_OF_PHOTO = ("document-type", "body-too-large", "document-broken")
_KEY = re.compile(r"page-[0-9a-f]{16}")


@dataclass
class Sent:
    """What came with the form, and why it was not done: by field, as a whole, or by a rule of the node."""

    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])
    another: str = ""
    problem: Problem | None = None

    def refused(self, name: str) -> list[str]:
        """What the rules of the node say against a field."""
        said = self.problem.faults if self.problem else ()
        own = [one for one in said if (one.pointer or "").rpartition("/")[2] == name]
        return [f"{one.message}. {one.remedy}" for one in own]

    @property
    def status(self) -> int:
        """The status of the answer."""
        refused = 409 if self.another else 422 if self.wrong else 200
        return self.problem.status if self.problem else refused


async def work_page(request: Request, actor: Actor, language: str) -> Sheet:
    """A work with its components and milestones, as far as the reader may see them. Raises Problem 404."""
    return await _shown(request, actor, language, Sent())


async def milestone_sent(
    request: Request, actor: Actor, language: str, fields: Mapping[str, str], content: bytes
) -> Sheet | Response:
    """Record the milestone of a form, once; or the page again, with what is wrong at its fields."""
    known, id = workflows_of(request), str(request.path_params["id"])
    async with known.registry.database.read() as conn:
        work = await _work(known, conn, actor, id)
    try:
        looked = await looked_at(content)
    except Problem as problem:
        if problem.code not in _OF_PHOTO:
            raise
        return await _shown(request, actor, language, Sent(fields, {"photo": problem.code}))
    today = known.now().astimezone(IST).date()
    found = milestone_of(work, fields, looked.position if looked else None, today)
    if found.wrong:
        return await _shown(request, actor, language, Sent(fields, found.wrong))
    key = fields.get("key", "")
    data = found.data | {"work": id, "client_key": key if _KEY.fullmatch(key) else _new_key()}
    try:
        made = await _made(request, known, actor, data, content, looked)
    except Problem as problem:
        if problem.status not in _MENDED:
            raise
        return await _shown(request, actor, language, Sent(fields, problem=problem))
    if made.is_another:
        return await _shown(request, actor, language, Sent(fields, another=made.id))
    return RedirectResponse(f"/works/{id}/milestones?done={made.id}", _SEE_OTHER)


async def _made(
    request: Request,
    known: Workflows,
    actor: Actor,
    data: Mapping[str, Any],
    content: bytes,
    looked: Looked | None,
    *,
    is_again: bool = False,
) -> Recorded:
    """The report that there is now. Where the same form, sent twice, was taken in meanwhile, it is looked at again."""
    made: list[Recorded] = []

    async def act(conn: WriteConnection) -> Response:
        made[:] = [await record_once(known, conn, actor, data, content, looked)]
        return Response(status_code=204)

    try:
        await act_once(request, known.registry, actor, b"", act)
    except Problem as problem:
        if problem.code != "value-taken" or is_again:
            raise
        return await _made(request, known, actor, data, content, looked, is_again=True)
    return made[0]


def _new_key() -> str:
    return f"page-{secrets.token_hex(8)}"


async def _work(known: Workflows, conn: ReadConnection, actor: Actor, id: str) -> dict[str, Any]:
    record, _ = await get(known.registry, conn, actor, known.registry.table("work"), id)
    return orjson.loads(orjson.dumps(record))


async def _shown(request: Request, actor: Actor, language: str, sent: Sent) -> Sheet:
    known, id = workflows_of(request), str(request.path_params["id"])
    cursor = request.query_params.get("cursor")
    async with known.registry.database.read() as conn:
        work = await _work(known, conn, actor, id)
        after = decode_cursor(cursor) if cursor else []
        found, next = await milestones_of(known.registry, conn, known, actor, id, _ON_A_PAGE, after)
        items = orjson.loads(orjson.dumps(found))
        names = await _names(known, conn, actor, work, items, language)
        taps = await taps_recorded(known.registry, conn, "scheme", [work["scheme"]])
    told = telling.Work(work, known.registry.catalogue, names, language, taps.get(work["scheme"], 0))
    following = [(say("next", language), f"/works/{id}/milestones?cursor={encode_cursor(next)}")] if next else []
    sections = [telling.stands(told), telling.components(told), *_form(known, actor, told, sent)]
    sections.append(telling.milestones(told, items, actor, following))
    done = request.query_params.get("done")
    good = done if done in [one["id"] for one in items] and sent.status < 400 else None
    notices: list[tuple[Standing, str]] = [("good", say("done", language, id=good))] if good else []
    return Sheet(str(work["title"]), say("kicker", language), notices, sections, sent.status)


async def _names(
    known: Workflows,
    conn: ReadConnection,
    actor: Actor,
    work: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    language: str,
) -> dict[str, str]:
    """What the scheme and the villages are called, as far as the reader sees them."""
    villages = list(dict.fromkeys([*work["villages"][:_MOST_VILLAGES], *(one["village"] for one in items)]))
    names: dict[str, str] = {}
    for type, ids in (("scheme", [work["scheme"]]), ("village", villages)):
        try:
            found, _ = await batch_get(known.registry, conn, actor, known.registry.table(type), ids)
        except Problem:
            continue
        names |= {one["id"]: name_of(one, language) for one in found}
    return names


def _form(known: Workflows, actor: Actor, told: telling.Work, sent: Sent) -> list[Section]:
    """The form for the next milestone, for who may report one somewhere; for nobody in particular the way to it."""
    language = told.language
    if not told.work.get("components"):
        return []
    if actor.kind == "nobody":
        return [Section(say("record", language), links=[(say("sign_in", language), "/sign-in")])]
    if not shown_starts(known, actor, REPORT):
        return []
    key = sent.typed.get("key", "")
    kept = {"key": key if key and not sent.another else _new_key()}
    said = [say("other", language, id=sent.another)] if sent.another else []
    if sent.status >= 400 and not sent.another:
        said.append(say("choose_again", language))
    form = SheetForm(say("record", language), list(_entries(told, sent)), kept, said, sent.problem)
    return [Section(say("record", language), sentences=[say("for_whom", language)], form=form)]


def _entries(told: telling.Work, sent: Sent) -> list[Entry]:
    language, typed = told.language, sent.typed

    def entry(name: str, title: str, kind: Any = "text", **more: Any) -> Entry:
        wrong = sent.wrong.get(name)
        faults = [say(f"wrong {wrong}", language)] if wrong else sent.refused(name)
        value = "" if kind == "photo" else typed.get(name, "")
        return Entry(name, say(title, language), kind, value, faults=faults, **more)

    villages = [(id, told.names.get(id, id)) for id in told.work["villages"][:_MOST_VILLAGES]]
    return [
        entry("component", "component", "choice", choices=telling.choices(told)),
        entry("village", "village", "choice", choices=villages),
        entry("reached_on", "reached", "date"),
        entry("quantity", "quantity", "decimal", hint=say("quantity_hint", language)),
        entry("photo", "photo_field", "photo", hint=say("photo_hint", language), is_needed=False),
        entry("lat", "lat", "decimal", hint=say("lat_hint", language), is_needed=False),
        entry("lon", "lon", "decimal", hint=say("lon_hint", language), is_needed=False),
        entry("remark", "remark", "long", is_needed=False),
    ]
