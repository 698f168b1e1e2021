"""The pages of a sample and of the check of its report, for everybody, in the language of the reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from fastapi import Request
from starlette.responses import Response

from jjm.access import NODE, Actor
from jjm.kit import Problem, Section, Sheet, SheetFact
from jjm.kit.sheets import Standing
from jjm.registry import Registry, get, open_versions
from jjm.solutions.quality.reports.calls import checked_for, pdf_of, report_for, signature_of
from jjm.solutions.quality.reports.model import Checked, Doubt, Later, Report
from jjm.solutions.quality.reports.telling import called, code, moment, told
from jjm.solutions.quality.reports.words import say
from jjm.workflow import workflows_of

Told: TypeAlias = Callable[[Request, Actor, str], Awaitable[Sheet | Response]]
_HIDDEN = (401, 403, 404)


async def sample_page(request: Request, actor: Actor, language: str) -> Sheet:
    """The public part of a sample: its report once it is approved, else how far it has come. Raises Problem 404."""
    id = str(request.path_params["id"])
    try:
        report = await report_for(request, actor, id)
    except Problem as problem:
        if problem.status not in _HIDDEN or (problem.code == "not-found" and not await _is_here(request, id)):
            raise
        return await _without(request, actor, id, language)
    catalogue = workflows_of(request).registry.catalogue
    verdict = code(catalogue, "sample-verdict", report.sample.get("verdict"), language)
    parts = [*told(report, catalogue, language), _documents(report, language), await _onward(request, report, language)]
    return Sheet(f"{id}: {verdict}", say("sample", language), _invented(report, language), parts)


async def _is_here(request: Request, id: str) -> bool:
    registry = workflows_of(request).registry
    async with registry.database.read() as conn:
        return bool(await open_versions(conn, registry.table("sample"), id, 1))


async def _without(request: Request, actor: Actor, id: str, language: str) -> Sheet:
    """A sample without a report for this reader: not approved yet, or of a place that points to a family."""
    registry = workflows_of(request).registry
    async with registry.database.read() as conn:
        (newest,) = await open_versions(conn, registry.table("sample"), id, 1)
    status = code(registry.catalogue, "sample-status", newest.version.data.get("status"), language)
    facts = [SheetFact(say("number", language), id), SheetFact(say("status", language), status)]
    notices: list[tuple[Standing, str]] = [("plain", say("unfinished", language, status=status))]
    if newest.version.data.get("status") == "APPROVED":
        notices = [("plain", say("private", language))]
    links = [(say("work", language), f"/cases/{id}")] if actor.kind == "person" else []
    return Sheet(id, say("sample", language), notices, [Section(say("status", language), facts, links=links)])


def _documents(report: Report, language: str) -> Section:
    id, number = report.version.id, report.version.version
    links = [
        (say("pdf", language), f"/samples/{id}/report.pdf"),
        (say("signature", language), f"/samples/{id}/report.pdf.sig"),
        (say("public_key", language), "/api/v1/quality/report-key"),
        (say("prove", language), f"/verify/{id}/{number}"),
    ]
    return Section(say("documents", language), links=links)


async def _onward(request: Request, report: Report, language: str) -> Section:
    links = [(say("work", language), f"/cases/{report.version.id}")]
    village = await _village(workflows_of(request).registry, str(report.sample["village"]))
    links += [(say("village_page", language), f"/villages/{village}")] if village else []
    name = called(report.names.get("village", {}), language) or str(report.sample["village"])
    return Section(say("village", language), [SheetFact(say("village", language), name)], links=links)


async def _village(registry: Registry, id: str) -> str | None:
    async with registry.database.read() as conn:
        try:
            record, _ = await get(registry, conn, NODE, registry.table("village"), id, fields=frozenset({"code"}))
        except Problem:
            return None
    return str(record["code"])


def _invented(report: Report, language: str) -> list[tuple[Standing, str]]:
    return [("plain", say("invented", language))] if report.invented else []


async def paper(request: Request, actor: Actor, language: str) -> Response:
    """The PDF of a report, for whoever may see it in this browser."""
    report = await report_for(request, actor, str(request.path_params["id"]))
    headers = {
        "content-disposition": f'inline; filename="{report.version.id}.pdf"',
        "x-content-type-options": "nosniff",
    }
    return Response(await pdf_of(request, report), media_type="application/pdf", headers=headers)


async def signature(request: Request, actor: Actor, language: str) -> Response:
    """The signature of the PDF, for whoever may see it in this browser."""
    report = await report_for(request, actor, str(request.path_params["id"]))
    headers = {"content-disposition": f'attachment; filename="{report.version.id}.pdf.sig"'}
    return Response(await signature_of(request, report), media_type="application/octet-stream", headers=headers)


async def verification_page(request: Request, actor: Actor, language: str) -> Sheet:
    """What the ledger proves of a report, for whoever scanned its code; plainly said where it proves nothing."""
    params = request.path_params
    found = await checked_for(request, str(params["id"]), params.get("number"))
    title = f"{say('check', language)} {found.sample}"
    parts: list[Section] = []
    if found.is_proven and not found.is_private:
        report = await _same(request, actor, found)
        parts += told(report, workflows_of(request).registry.catalogue, language) if report else []
    parts.append(_how(request, found, language))
    status = 404 if found.doubt is Doubt.MISSING else 200
    return Sheet(title, say("check", language), _notices(request, found, language), parts, status)


async def _same(request: Request, actor: Actor, found: Checked) -> Report | None:
    """What the report says, if it is still the newest; an older one is told by its proof alone."""
    return await report_for(request, actor, found.sample) if found.is_in_force else None


def _notices(request: Request, found: Checked, language: str) -> list[tuple[Standing, str]]:
    catalogue = workflows_of(request).registry.catalogue
    status = code(catalogue, "sample-status", found.status, language)
    if found.doubt is not None:
        meant = found.version.data.get("status") if found.version else None
        status = code(catalogue, "sample-status", meant, language)
        why = say(f"why {found.doubt.value}", language, status=status)
        return [("bad", say("not_proven", language)), ("plain", why)]
    force = (
        say("in force", language) if found.is_in_force else say("changed", language, newest=found.newest, status=status)
    )
    standing: Standing = "good" if found.is_in_force else "bad"
    said: list[tuple[Standing, str]] = [("good", say("proven", language)), (standing, force)]
    for one in found.later:
        said.append(("plain", _later(request, one, language)))
    return [*said, ("plain", say("private", language))] if found.is_private else said


def _later(request: Request, one: Later, language: str) -> str:
    catalogue = workflows_of(request).registry.catalogue
    if one.what == "contamination":
        return say("case", language, case=one.id, status=code(catalogue, "contamination-status", one.status, language))
    day = moment(one.at).partition(" ")[0] if one.at else ""
    return say(
        "retested", language, sample=one.id, day=day, verdict=code(catalogue, "sample-verdict", one.status, language)
    )


def _how(request: Request, found: Checked, language: str) -> Section:
    facts = [
        SheetFact(say("number", language), found.sample),
        SheetFact(say("version", language), str(found.number or "-")),
    ]
    links: list[tuple[str, str]] = []
    if found.version is not None and found.size is not None and found.position is not None:
        inclusion = say("inclusion_said", language, position=found.position, size=found.size)
        facts += [
            SheetFact(say("inclusion", language), inclusion, f"/log/entries/{found.position}"),
            SheetFact(say("digest", language), found.version.digest.hex(), is_code=True),
            SheetFact(say("root", language), str(found.root), is_code=True),
            SheetFact(say("vkey", language), str(request.app.state.vkey), is_code=True),
        ]
        links = [(say("offline", language), f"/log/entries/{found.position}/proof")]
    links.append((say("sample_link", language), f"/samples/{found.sample}"))
    return Section(say("how", language), facts, sentences=[say("limits_of_proof", language)], links=links)


PAGES: Mapping[str, Told] = {
    "/samples/{id}": sample_page,
    "/samples/{id}/report.pdf": paper,
    "/samples/{id}/report.pdf.sig": signature,
    "/verify/{id}": verification_page,
    "/verify/{id}/{number:int}": verification_page,
}
"""The pages of reports by their addresses; the code on the paper holds the last."""
