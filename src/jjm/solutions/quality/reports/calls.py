"""What calls and pages about reports have in common: the report, its PDF with signature and key, its check."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import Request

from jjm.access import Actor, access_of
from jjm.kit import Problem, ReadConnection, Section, SheetFact
from jjm.registry import get
from jjm.solutions.quality.reports.checking import check
from jjm.solutions.quality.reports.model import Checked, Report
from jjm.solutions.quality.reports.paper import Paper, Words, drawn
from jjm.solutions.quality.reports.service import report_of
from jjm.solutions.quality.reports.telling import told
from jjm.solutions.quality.reports.words import say
from jjm.workflow import workflows_of

_PATIENCE = 3.0
Asked = TypeVar("Asked")


async def report_for(request: Request, actor: Actor, id: str) -> Report:
    """The report of a sample: for everybody, and of a place that points to a family for those who see the sample.

    Raises Problem 404, and 401 or 403 where the sample is not for this actor.
    """
    known = workflows_of(request)

    async def ask(conn: ReadConnection) -> Report:
        report = await report_of(known, conn, id)
        if report.is_private:
            table = known.registry.table("sample")
            await get(known.registry, conn, actor, table, id, fields=frozenset({"id", "_meta"}))
        return report

    return await _entered(request, ask)


async def checked_for(request: Request, id: str, number: int | None) -> Checked:
    """What the ledger proves of a report, checked now."""
    known, vkey = workflows_of(request), str(request.app.state.vkey)

    async def ask(conn: ReadConnection) -> Checked:
        return await check(known, conn, vkey, id, number)

    return await _entered(request, ask)


async def _entered(request: Request, ask: Callable[[ReadConnection], Awaitable[Asked]]) -> Asked:
    """The answer once the ledger has given what is asked about its place, which takes moments."""
    registry, sequencer = workflows_of(request).registry, request.app.state.sequencer
    until = asyncio.get_running_loop().time() + _PATIENCE
    while True:
        try:
            async with registry.database.read() as conn:
                return await ask(conn)
        except Problem as problem:
            if problem.code != "not-sequenced" or asyncio.get_running_loop().time() > until:
                raise
        sequencer.wake()
        await sequencer.news(0.2)


def address_of(request: Request, report: Report) -> str:
    """The address that the code on the paper holds: of the node as it calls itself first, whoever asks."""
    return f"{access_of(request).urls[0]}/verify/{report.version.id}/{report.version.version}"


async def pdf_of(request: Request, report: Report) -> bytes:
    """The report as PDF."""
    catalogue = workflows_of(request).registry.catalogue
    said, hindi = (
        Words(say("report", spoken), told(report, catalogue, spoken), _proof(request, report, spoken))
        for spoken in ("en", "hi")
    )
    warning = (say("invented", "en"), say("invented", "hi")) if report.invented else ()
    kicker = f"{report.version.id} - {report.node}"
    return await asyncio.to_thread(drawn, Paper(kicker, warning, said, hindi, address_of(request, report)))


def _proof(request: Request, report: Report, language: str) -> Section:
    facts = [
        SheetFact(say("entry", language), str(report.position)),
        SheetFact(say("version", language), str(report.version.version)),
        SheetFact(say("digest", language), report.version.digest.hex(), is_code=True),
        SheetFact(say("node", language), report.node),
        SheetFact(say("key", language), access_of(request).key.id, is_code=True),
    ]
    base = access_of(request).urls[0]
    signed = say("signed", language, address=f"{base}/api/v1/quality/samples/{report.version.id}/report.pdf.sig")
    return Section(say("ledger", language), facts, sentences=[say("scan", language), signed])


async def signature_of(request: Request, report: Report) -> bytes:
    """The 64 bytes of the Ed25519 signature of the PDF by the node's key."""
    return access_of(request).key.private.sign(await pdf_of(request, report))


def public_key(request: Request) -> bytes:
    """The public half of the node's key as PEM, for programs such as OpenSSL."""
    public = access_of(request).key.private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
