"""The page of a laboratory's runs, and the form by which it sends the file of the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import Response

from jjm.access import Actor, require_write
from jjm.kit import IST, Entry, Grid, Problem, ReadConnection, Section, Sheet, SheetForm, WriteConnection
from jjm.kit.sheets import EntryKind, Standing
from jjm.registry import Ask, act_once, get, page
from jjm.solutions.quality.batches.model import MOST, Taken
from jjm.solutions.quality.batches.service import take_in
from jjm.solutions.quality.batches.words import say
from jjm.standards import Catalogue
from jjm.workflow import Workflows, workflows_of

PATH = "/laboratories/{id}/batches"
_ON_A_PAGE, _MOST_TOLD = 50, 200
_MENDED = (403, 404, 409, 422)
_Fields = Mapping[str, str]


@dataclass
class Sent:
    """What came with the form, why it was not done, and what became of it."""

    typed: _Fields = field(default_factory=dict[str, str])
    wrong: _Fields = field(default_factory=dict[str, str])
    problem: Problem | None = None
    taken: Taken | None = None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.problem.status if self.problem else 422 if self.wrong else 200


async def runs_of_laboratory(
    request: Request, conn: ReadConnection, actor: Actor, record: Mapping[str, Any], language: str
) -> Section | None:
    """The way from a laboratory to its runs, for who may see them."""
    if actor.kind == "nobody":
        return None
    return Section(say("runs", language), links=[(say("runs", language), PATH.format(id=record["id"]))])


async def runs_page(request: Request, actor: Actor, language: str) -> Sheet:
    """The runs of a laboratory as far as the reader may see them. Raises Problem 401, 403, 404."""
    return await _shown(request, actor, language, Sent())


async def run_sent(request: Request, actor: Actor, language: str, fields: _Fields, content: bytes) -> Sheet | Response:
    """Take in the file of a run; the page again, with what became of it or what is wrong at its fields."""
    run, wrong = _read(fields, content)
    if wrong:
        return await _shown(request, actor, language, Sent(fields, wrong))
    known, laboratory, taken = workflows_of(request), str(request.path_params["id"]), list[Taken]()

    async def act(conn: WriteConnection) -> Response:
        taken[:] = [await take_in(known, conn, actor, run | {"laboratory": laboratory}, content.decode("utf-8-sig"))]
        return Response(status_code=204)

    try:
        await act_once(request, known.registry, actor, b"", act)
    except Problem as problem:
        if problem.status not in _MENDED:
            raise
        return await _shown(request, actor, language, Sent(fields, problem=problem))
    return await _shown(request, actor, language, Sent(fields, taken=taken[0]))


def _read(fields: _Fields, content: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """The run as it was told, and what is wrong by field."""
    typed = {name: fields.get(name, "").strip() for name in ("number", "run_at", "instrument")}
    wrong = {name: "missing" for name in ("number", "run_at") if not typed[name]}
    try:
        at = datetime.fromisoformat(typed["run_at"] or "2000-01-01")
        typed["run_at"] = (at if at.tzinfo else at.replace(tzinfo=IST)).isoformat()
    except ValueError:
        wrong["run_at"] = "moment"
    if not content or len(content) > MOST:
        wrong["file"] = "large" if content else "missing"
    else:
        try:
            content.decode("utf-8-sig")
        except UnicodeDecodeError:
            wrong["file"] = "text"
    return {name: text for name, text in typed.items() if text}, wrong


async def _shown(request: Request, actor: Actor, language: str, sent: Sent) -> Sheet:
    known, id = workflows_of(request), str(request.path_params["id"])
    registry = known.registry
    async with registry.database.read() as conn:
        laboratory, _ = await get(registry, conn, actor, registry.table("laboratory"), id)
        ask = Ask(_ON_A_PAGE, equals={"laboratory": [id]})
        found = await page(registry, conn, actor, registry.table("laboratory_batch"), ask)
    runs: list[dict[str, Any]] = orjson.loads(orjson.dumps(found.items))
    title = str((laboratory.get("name_local") if language == "hi" else None) or laboratory["name"])
    sections = [*_outcome(sent, registry.catalogue, language), *_form(known, actor, sent, language)]
    sections.append(_earlier(runs, language))
    return Sheet(title, say("kicker", language), _notices(sent, language), sections, sent.status)


def _notices(sent: Sent, language: str) -> Sequence[tuple[Standing, str]]:
    if sent.taken is None:
        return ()
    number, told = sent.typed.get("number", ""), list[tuple[Standing, str]]()
    if sent.taken.submitted:
        told.append(("good", say("taken", language, count=len(sent.taken.submitted), number=number)))
    if sent.taken.held:
        told.append(("bad", say("is_held", language, number=number)))
    elif not sent.taken.controls:
        told.append(("plain", say("no_controls", language, number=number)))
    return told


def _outcome(sent: Sent, catalogue: Catalogue, language: str) -> list[Section]:
    if sent.taken is None:
        return []
    found: list[Section] = []
    if told := sent.taken.problems:
        parts = [
            Section(say("at", language, line=one["line"] or "", sample=one["sample"] or ""), sentences=[_ended(one)])
            for one in told[:_MOST_TOLD]
        ]
        more = [say("more", language, count=len(told) - _MOST_TOLD)] if len(told) > _MOST_TOLD else []
        found.append(Section(say("problems", language), sentences=more, parts=parts))
    if sent.taken.controls:
        head = [say(name, language) for name in ("control", "parameter", "passed", "why")]
        rows = [_control(one, catalogue, language) for one in sent.taken.controls]
        found.append(Section(say("controls", language), grid=Grid(say("controls", language), head, rows)))
    return found


def _ended(one: Mapping[str, Any]) -> str:
    return f"{str(one['message']).rstrip('.')}. {one['remedy']}"


def _control(one: Mapping[str, Any], catalogue: Catalogue, language: str) -> list[str]:
    named = [
        _title(catalogue, codelist, str(one[name]), language)
        for name, codelist in (("kind", "control-kind"), ("parameter", "water-quality-parameter"))
    ]
    return [*named, say("yes" if one["passed"] else "no", language), str(one.get("why") or "")]


def _title(catalogue: Catalogue, codelist: str, code: str, language: str) -> str:
    entry = catalogue.codelists[codelist].codes.get(code)
    return (entry.title.get(language) or entry.title["en"]) if entry else code


def _form(known: Workflows, actor: Actor, sent: Sent, language: str) -> list[Section]:
    """The form, for who may send results somewhere; for nobody in particular the way to it."""
    if actor.kind == "nobody":
        return [Section(say("send", language), links=[(say("sign_in", language), "/sign-in")])]
    try:
        require_write(actor, known.registry.table("laboratory_batch").standard)
    except Problem:
        return []
    typed: _Fields = {} if sent.taken else sent.typed

    def entry(name: str, kind: EntryKind = "text", *, hint: str = "", is_needed: bool = True) -> Entry:
        faults = [say(f"wrong {sent.wrong[name]}", language)] if name in sent.wrong else []
        value = "" if kind == "table" else typed.get(name, "")
        return Entry(name, say(name, language), kind, value, hint=hint, faults=faults, is_needed=is_needed)

    entries = [
        entry("number", hint=say("number_hint", language)),
        entry("run_at", "moment"),
        entry("instrument", is_needed=False),
        entry("file", "table", hint=say("how", language)),
    ]
    said = [say("again", language)] if sent.status >= 400 else []
    form = SheetForm(say("send", language), entries, faults=said, problem=sent.problem)
    return [Section(say("send", language), form=form)]


def _earlier(runs: Sequence[Mapping[str, Any]], language: str) -> Section:
    title = say("earlier", language)
    if not runs:
        return Section(title, sentences=[say("none", language)])
    head = [say(name, language) for name in ("number", "run_at", "instrument", "controls", "held")]
    rows = [_run(one, language) for one in sorted(runs, key=lambda one: str(one["run_at"]), reverse=True)]
    return Section(title, grid=Grid(title, head, rows))


def _run(one: Mapping[str, Any], language: str) -> list[str]:
    controls = one.get("controls") or ()
    at = datetime.fromisoformat(str(one["run_at"])).astimezone(IST)
    passed = f"{sum(bool(control['passed']) for control in controls)}/{len(controls)}"
    held = say("yes" if one.get("held") else "no", language)
    return [str(one["number"]), at.strftime("%d.%m.%Y %H:%M"), str(one.get("instrument") or ""), passed, held]
