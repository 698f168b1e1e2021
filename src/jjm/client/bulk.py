"""Records in bulk: sent as they are read, put out as files, the jobs in between watched to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson

from jjm.client.asking import Where
from jjm.client.core import Core, asked, changing, path_of, reading, sent
from jjm.client.model import Export, File, Imported, Job, Position
from jjm.client.refusal import Fault, Refused
from jjm.client.wire import Content, Do, Flow, Give, Request, Walk

NDJSON = "application/x-ndjson"
LOOK = 10
_CHUNK = 1 << 18

Told = Callable[[Mapping[str, Any]], object]
"""Hears how far a job is."""


def of_file(path: Path) -> Content:
    """The content of a file."""

    def read() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return read


def of_records(records: Iterable[Mapping[str, Any]]) -> Content:
    """Records as NDJSON; those that can be iterated only once are held, so that they can be sent again."""
    kept = list(records) if iter(records) is records else records

    def write() -> Iterator[bytes]:
        held = bytearray()
        for record in kept:
            held += orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
            if len(held) >= _CHUNK:
                yield bytes(held)
                held.clear()
        yield bytes(held)

    return write


def begun(core: Core, type: str, content: Content, how: Mapping[str, Any], headers: Mapping[str, str]) -> Flow[Job]:
    """The job that takes in this content."""
    path = (yield from path_of(core, type)) + ":import"
    query = {name: value for name, value in how.items() if name != "key"}
    request = changing("POST", path, query, key=how.get("key"), headers=dict(headers), content=content)
    return Job.of((yield from sent(core, request)).json())


def imported(
    core: Core, type: str, records: Path | Iterable[Mapping[str, Any]], how: Mapping[str, Any], told: Told | None
) -> Flow[Imported]:
    """What became of records that were sent in bulk."""
    if isinstance(records, Path):
        size = cast("int", (yield Do(lambda: records.stat().st_size)))
        headers, content = {"content-length": str(size)}, of_file(records)
        how = {"filename": records.name, **how}
    else:
        headers, content = {"content-type": NDJSON}, of_records(records)
    job = yield from begun(core, type, content, how, headers)
    return Imported.of((yield from done(core, job, told)))


def job(core: Core, id: str) -> Flow[Job]:
    """One job."""
    return Job.of((yield from sent(core, reading(f"/api/v1/jobs/{id}"))).json())


def cancel(core: Core, id: str) -> Flow[Job]:
    """Stop a job at its next good place."""
    request = Request("DELETE", f"/api/v1/jobs/{id}", again=True)
    return Job.of((yield from sent(core, request)).json())


def ended(core: Core, job: Job, told: Told | None = None, look: int = LOOK) -> Flow[Job]:
    """The job once nothing more happens to it; `told` hears about every `look` seconds how far it is."""
    while not job.has_ended:
        if told:
            told(job.progress)
        job = Job.of((yield from sent(core, reading(job.url, {"wait": look}, wait=look))).json())
    return job


def done(core: Core, job: Job, told: Told | None = None) -> Flow[Job]:
    """The job once it is done. Raises Refused with the reason where it failed, `job-cancelled` where it was stopped."""
    ended_job = yield from ended(core, job, told, 1 if told else LOOK)
    if ended_job.problem:
        raise Refused.of_job(ended_job.problem, job.id)
    if ended_job.state != "done":
        detail = f"Job {job.id} was stopped; what it had done by then stays done: {ended_job.result}."
        raise Refused("job-cancelled", 409, "The work was stopped", detail, more={"job": job.id})
    return ended_job


def problems(core: Core, done: Imported) -> Walk[Fault]:
    """All that was wrong with a file, line by line."""
    if done.problems:
        lines = (yield from sent(core, reading(done.problems))).content.splitlines()
        yield Give([Fault.of(orjson.loads(line)) for line in lines])


def fetched(core: Core, path: str, out: BinaryIO) -> Flow[None]:
    """The content of an answer, written to an open file; where the line breaks it is written anew."""
    begin = out.tell()

    def ask() -> Request:
        out.seek(begin)
        out.truncate()
        return reading(path)

    yield from sent(core, ask, lambda _, piece: out.write(piece))


def exported(core: Core, type: str, where: Where, how: Mapping[str, Any], told: Told | None) -> Flow[Export]:
    """The files of a list of records, put out by the node."""
    path = (yield from path_of(core, type)) + ":export"
    job = Job.of((yield from sent(core, changing("POST", path, {**where, **asked(how)}))).json())
    made = yield from done(core, job, told)
    result = dict(made.result or {})
    files = [_file(one) for one in result["files"]]
    return Export(job.id, result["records"], Position(result["position"], result.get("epoch")), files)


def _file(told: Mapping[str, Any]) -> File:
    return File(**{name: told[name] for name in File.__slots__})
