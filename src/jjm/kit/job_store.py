"""Rows of `kit.job`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, cast

import orjson

from jjm.kit.job_model import Job, Run, queries
from jjm.kit.transaction import ReadConnection, WriteConnection

_JSON = ("request", "progress", "result", "problem")


async def add(
    conn: WriteConnection,
    id: str,
    kind: str,
    actor: str,
    scopes: Sequence[str],
    request: Mapping[str, object],
    now: datetime,
) -> Job:
    """Keep a new job."""
    text = orjson.dumps(request).decode()
    row = await queries.add_job(conn, id=id, kind=kind, actor=actor, scopes=list(scopes), request=text, now=now)
    return _job(row)


async def get(conn: ReadConnection, id: str) -> Job | None:
    """One job."""
    row = await queries.job(conn, id=id)
    return _job(row) if row else None


async def recent(conn: ReadConnection, actor: str | None, limit: int) -> list[Job]:
    """The newest jobs, of one actor or of all."""
    return [_job(row) async for row in queries.recent_jobs(conn, actor=actor, limit=limit)]


async def open_jobs(conn: ReadConnection) -> list[tuple[str, str]]:
    """Jobs that are not at their end, oldest first, each with its kind."""
    return [(row["id"], row["kind"]) async for row in queries.open_jobs(conn)]


async def running(conn: ReadConnection) -> frozenset[str]:
    """The jobs that are being done."""
    return frozenset([row["id"] async for row in queries.running_jobs(conn)])


async def some_running(conn: ReadConnection, ids: Collection[str]) -> bool:
    """True while one of these is being done."""
    return await queries.some_running(conn, ids=sorted(ids))


async def start(conn: WriteConnection, id: str, now: datetime) -> Job | None:
    """Begin a turn; None for a job at its end. Waits for the last step of a turn before, if one is still under way."""
    row = await queries.start_job(conn, id=id, now=now)
    return _job(row) if row else None


async def finish(
    conn: WriteConnection,
    run: Run,
    state: str,
    result: Mapping[str, object] | None,
    problem: Mapping[str, object] | None,
    now: datetime,
) -> Job | None:
    """Note what came of a job; None if it was taken up elsewhere meanwhile."""
    texts = [None if part is None else _said(part) for part in (result, problem)]
    row = await queries.finish_job(
        conn, id=run.job.id, turn=run.job.turn, state=state, result=texts[0], problem=texts[1], now=now
    )
    return _job(row) if row else None


def _said(part: Mapping[str, object]) -> str:
    """The outcome as JSON. What no JSON of the database holds is replaced: an end that cannot be kept is no end."""
    try:
        text = orjson.dumps(part, default=str).decode()
    except TypeError:  # half of a surrogate pair, from bytes that were no UTF-8
        text = json.dumps(part, default=str, ensure_ascii=False).encode("utf-8", "replace").decode()
    return text if r"\u0000" not in text else json.dumps(_without_nul(json.loads(text)), ensure_ascii=False)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in cast("dict[str, Any]", value).items()}
    return value


async def cancel(conn: WriteConnection, id: str, now: datetime) -> Job | None:
    """Ask for a job to be stopped; None for one at its end, or unknown."""
    row = await queries.cancel_job(conn, id=id, now=now)
    return _job(row) if row else None


def _job(row: Any) -> Job:
    values: dict[str, Any] = {f.name: row[f.name] for f in fields(Job)}
    for name in _JSON:
        values[name] = orjson.loads(values[name]) if values[name] is not None else None
    values["scopes"] = tuple(values["scopes"])
    return Job(**values)
