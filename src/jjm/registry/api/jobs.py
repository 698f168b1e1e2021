"""Jobs over HTTP: how far they are, what came of them, their files, and stopping them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse, Response

from jjm.access import ANONYMOUS, Actor, Scope, unauthenticated
from jjm.kit import Job, forbidden, not_found
from jjm.kit.http import NDJSON_TYPE, answer, whole_number
from jjm.registry.api.call import Call, takes
from jjm.registry.formats import format_named
from jjm.registry.service.bulk import Bulk
from jjm.registry.service.bulk_actor import BY, is_of
from jjm.registry.service.bulk_export import CONSENTS

MOST = 200
_NAME = re.compile(r"[a-z0-9_]+-[0-9]{4}\.(?:ndjson|csv|parquet)(?:\.gz)?", re.ASCII)
_OWN = {"problem_bytes", "untold", "kept"}


def shown(job: Job) -> dict[str, Any]:
    """A job as it stands in an answer."""
    progress = {name: value for name, value in job.progress.items() if name not in _OWN}
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "actor": job.actor,
        "request": {name: value for name, value in job.request.items() if name != BY},
        "progress": progress,
        "result": job.result,
        "problem": job.problem,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "url": f"/api/v1/jobs/{job.id}",
    }


@takes("limit")
async def list_jobs(call: Call) -> Response:
    """The newest jobs of the caller; an administrator sees those of all."""
    limit = whole_number(call.request, "limit", 50, most=MOST)
    whose = None if call.actor.has(Scope.ADMIN) else _known(call.actor).name
    async with call.registry.database.read() as conn:
        found = await _bulk(call).jobs.recent(conn, actor=whose, limit=limit)
    return answer({"items": [shown(job) for job in found if is_of(_whole(call), job)], "next": None})


@takes("wait")
async def get_job(call: Call) -> Response:
    """One job; with `wait`, once it is at its end or after so many seconds."""
    job = await _own(call)
    if patience := whole_number(call.request, "wait", 0, least=0, most=60):
        job = await _bulk(call).jobs.ended(job.id, patience)
    return answer(shown(job), headers={"Cache-Control": "no-store"})


@takes()
async def cancel_job(call: Call) -> Response:
    """Stop a job at its next good place; what it has done by then stays done. One at its end stays as it is."""
    job = await _own(call)
    bulk = _bulk(call)
    async with call.registry.database.write() as conn:
        job = await bulk.jobs.cancel(conn, job.id)
    if job.has_ended:
        bulk.folder.forget(job.id)
    return answer(shown(job), 200 if job.has_ended else 202)


@takes()
async def get_problems(call: Call) -> Response:
    """What was wrong with a file, one JSON object for each thing wrong."""
    job = await _own(call)
    path = _bulk(call).folder.problems(job.id)
    if not path.is_file() or not path.stat().st_size:
        return Response(b"", media_type=NDJSON_TYPE)
    return _file(path, NDJSON_TYPE)


@takes()
async def get_file(call: Call) -> Response:
    """A file that a job put out, or a range of its bytes."""
    job, name = await _own(call), call.request.path_params["name"]
    path = _bulk(call).folder.files(job.id) / name
    if not _NAME.fullmatch(name) or job.state != "done" or not path.is_file():
        raise not_found(f"The job `{job.id}` has no file `{name}`.", "file-unknown")
    await _require_consents(call, job)
    kind = "application/gzip" if path.suffix == ".gz" else format_named(None, name).content_type
    made: list[dict[str, Any]] = (job.result or {}).get("files", [])
    # By what it holds, so that a download that broke off goes on with `If-Range` only in the very same file.
    digest = next((file["sha256"] for file in made if file["name"] == name), None)
    return _file(path, kind, {"ETag": f'"{digest}"'} if digest else {})


async def _require_consents(call: Call, job: Job) -> None:
    """Files made under consents are given out while all of them are in force. Raises Problem 403 `consent-needed`."""
    under: list[str] = (job.result or {}).get(CONSENTS, [])
    consents = call.registry.consents
    if under and not (consents and await consents.all_in_force(under)):
        detail = "A consent under which these files were made is no longer in force. Export anew."
        raise forbidden(detail, "consent-needed")


def _file(path: Path, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    told = {"Cache-Control": "private, no-store"} | dict(headers or {})
    return FileResponse(path, media_type=kind, filename=path.name, headers=told)


async def _own(call: Call) -> Job:
    """The job of the path, if it is the caller's or the caller an administrator; else it is as if there were none."""
    id = call.request.path_params["id"]
    actor = _known(_whole(call))
    async with call.registry.database.read() as conn:
        job = await _bulk(call).jobs.get(conn, id)
    if not is_of(actor, job):
        raise not_found(f"There is no job `{id}` here.", "job-unknown")
    return job


def _whole(call: Call) -> Actor:
    """The caller with all its agreements: a job is its own, under whichever of them it was asked for."""
    actor: Actor = call.request.scope["actor"]
    return actor


def _known(actor: Actor) -> Actor:
    if actor == ANONYMOUS:
        raise unauthenticated("Jobs are seen by those who asked for them.")
    return actor


def _bulk(call: Call) -> Bulk:
    return call.request.app.state.bulk
