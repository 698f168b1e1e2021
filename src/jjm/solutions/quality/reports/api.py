"""Calls about reports: the PDF, its signature, the key that signs, and what the ledger proves of a report."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from jjm.access import actor_of, base_of
from jjm.solutions.quality.reports.calls import checked_for, pdf_of, public_key, report_for, signature_of
from jjm.solutions.quality.reports.model import Checked, Doubt, Later

router = APIRouter(prefix="/api/v1", tags=["quality"])
_PDF, _BYTES, _PEM = "application/pdf", "application/octet-stream", "application/x-pem-file"


def _binary(type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {type: {"schema": {"type": "string", "format": "binary"}}}}}


class LaterTold(BaseModel):
    """What came of a report."""

    id: str
    what: str = Field(description="`contamination` that it opened or joined, or a later `sample` of the same point")
    status: str = Field(description="Status of the contamination, or verdict of the sample")
    at: str | None


class CheckTold(BaseModel):
    """What the ledger proves of a report, as it was checked now."""

    sample: str
    version: int | None
    proven: bool
    doubt: Doubt | None = Field(
        description="`missing`: there is no such sample or version here; `altered`: what is kept is not what was "
        "entered; `ledger`: the ledger does not hold together there; `not_approved`: it is no approved report"
    )
    in_force: bool = Field(description="Proven, and nothing was recorded of the sample since it was approved")
    status: str | None = Field(description="Of the newest version, code of `sample-status`")
    newest: int | None = Field(description="Number of the newest version")
    position: int | None = Field(description="Place in the ledger")
    size: int | None = Field(description="Entries of the signed tree up to whose root it was recomputed")
    root: str | None = Field(description="That root, in hexadecimal")
    digest: str | None = Field(description="SHA-256 of the version, as it stands in the ledger")
    approved_at: str | None
    report: dict[str, Any] | None = Field(
        description="What was found; null where it is not proven, and for household taps and private sources, whose "
        "results point to families"
    )
    later: list[LaterTold]
    proof: str | None = Field(description="Address of the ledger entry's proof file, to be checked without the node")


_TOLD = (
    "village", "point_kind", "sampling_point", "scheme", "water_source", "collected_at", "received_at", "laboratory",
    "results", "untested", "judged", "verdict", "decided_by", "edition",
)  # fmt: skip


def told_check(found: Checked, base: str) -> CheckTold:
    """A check as it is answered."""
    version = found.version if found.is_proven else None
    shown = None if version is None or found.is_private else {n: version.data.get(n) for n in _TOLD}
    return CheckTold(
        sample=found.sample, version=found.number, proven=found.is_proven, doubt=found.doubt,
        in_force=found.is_in_force, status=found.status, newest=found.newest, position=found.position,
        size=found.size, root=found.root, digest=version.digest.hex() if version else None,
        approved_at=version.recorded_at.isoformat() if version else None, report=shown,
        later=[_later(one) for one in found.later],
        proof=f"{base}/log/entries/{found.position}/proof" if version else None,
    )  # fmt: skip


def _later(one: Later) -> LaterTold:
    return LaterTold(id=one.id, what=one.what, status=one.status, at=one.at.isoformat() if one.at else None)


@router.get("/quality/samples/{id}/report.pdf", response_class=Response, responses=_binary(_PDF))
async def report(request: Request, id: str) -> Response:
    """The report of an approved sample as PDF, with a QR code that leads to what the ledger proves of it.

    The same record makes the same bytes. Reports of household taps and private sources are for those who may see the
    sample; all others are for everybody.
    """
    found = await report_for(request, await actor_of(request), id)
    name = {"content-disposition": f'inline; filename="{id}.pdf"', "x-content-type-options": "nosniff"}
    return Response(await pdf_of(request, found), media_type=_PDF, headers=name)


@router.get("/quality/samples/{id}/report.pdf.sig", response_class=Response, responses=_binary(_BYTES))
async def signature(request: Request, id: str) -> Response:
    """The signature of the PDF: 64 bytes, Ed25519, made with the key of the node over the bytes of the file."""
    found = await report_for(request, await actor_of(request), id)
    name = {"content-disposition": f'attachment; filename="{id}.pdf.sig"'}
    return Response(await signature_of(request, found), media_type=_BYTES, headers=name)


@router.get("/quality/report-key", response_class=Response, responses=_binary(_PEM))
async def key(request: Request) -> Response:
    """The public key with which signatures of reports are checked, as PEM: the key of `/.well-known/jjm-node`."""
    name = {"content-disposition": 'attachment; filename="report-key.pem"'}
    return Response(public_key(request), media_type=_PEM, headers=name)


@router.get("/quality/samples/{id}/verification", response_model=CheckTold)
async def verification(
    request: Request,
    id: str,
    version: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="As the report names it; else the newest")
    ] = None,
) -> CheckTold:
    """What the ledger proves of a report: digest made anew, inclusion up to the signed root, and what came since.

    It is answered for a report that is not proven as well, with the reason.
    """
    return told_check(await checked_for(request, id, version), base_of(request))
