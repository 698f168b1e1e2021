"""Sending records in bulk: uploaded as they are read, taken in as a job that is watched to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from jjm.app.client import Client, Record, patiently
from jjm.app.terminal import Advance
from jjm.kit import Fault, Problem

_CHUNK = 1 << 18
_LOOK = 1
_PACKED = (b"\x1f\x8b", b"PAR1")
NDJSON = "application/x-ndjson"
Content = Callable[[], AsyncIterator[bytes]]
"""Gives what is to be sent, from its beginning each time."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of records that were sent: the job, its counts, and where its problems lie."""

    job: str
    created: int
    updated: int
    unchanged: int
    refused: int
    lines: int
    seconds: float
    problems: str | None
    first: list[Fault] = field(default_factory=list[Fault])

    @property
    def nothing_done(self) -> bool:
        """True where every line was refused."""
        return self.refused > 0 and not self.created + self.updated + self.unchanged

    def counts(self) -> dict[str, int]:
        """How many lines became what."""
        names = ("created", "updated", "unchanged", "refused", "lines")
        return {name: getattr(self, name) for name in names}


async def send(
    client: Client,
    type: str,
    content: Content,
    params: Mapping[str, Any],
    *,
    kind: str | None = None,
    size: int | None = None,
    uploaded: Advance | None = None,
    taken: Advance | None = None,
) -> Sent:
    """Send records and wait until they are taken in.

    `uploaded` is told of bytes, `taken` of lines. Raises Problem where the node refuses the file as a whole. Where the
    waiting is interrupted the job is stopped; what it has done by then stays done.
    """
    path = f"{await client.path(type)}:import"
    headers = ({"content-type": kind} if kind else {}) | ({"content-length": str(size)} if size is not None else {})
    count = _Counter(uploaded, size)

    async def upload() -> Record:
        count.restart()
        sent = count.through(content())
        return (await client.call("POST", path, params=params, content=sent, headers=headers)).json()

    job = await patiently(upload)
    try:
        return _sent(await ended(client, job, lambda so_far: taken and taken(so_far.get("line", 0), count.lines)))
    except (asyncio.CancelledError, KeyboardInterrupt):
        await client.call("DELETE", job["url"])
        raise


async def ended(client: Client, job: Record, told: Callable[[Record], object]) -> Record:
    """The job once nothing more happens to it; `told` hears meanwhile how far it is."""
    while job["state"] in ("waiting", "running"):
        told(job["progress"])
        job = await client.get(job["url"], {"wait": _LOOK})
    return job


def _sent(job: Record) -> Sent:
    if job["state"] == "failed":
        raise _failed(job)
    result: Record = job["result"] or {}
    if job["state"] == "cancelled":
        raise Problem("import-cancelled", 409, "The import was stopped", f"Job {job['id']} was stopped: {result}.")
    counts = {name: result[name] for name in ("created", "updated", "unchanged", "refused", "lines", "seconds")}
    first = [fault_of(told) for told in result["first_problems"]]
    return Sent(job["id"], **counts, problems=result["problems"], first=first)


def _failed(job: Record) -> Problem:
    told = job["problem"]
    faults = [fault_of(error) for error in told.get("errors", ())]
    return Problem(told["code"], told["status"], told["title"], told["detail"], faults, {"job": job["id"]})


def fault_of(told: Mapping[str, Any]) -> Fault:
    """A fault as the API tells it."""
    return Fault(**{name: value for name, value in told.items() if name in Fault.__slots__})


class _Counter:
    """Counts what is sent, and its lines where it is text."""

    def __init__(self, told: Advance | None, size: int | None) -> None:
        self.told, self.size = told, size
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self.bytes, self.ends, self.is_text = 0, 0, True

    @property
    def lines(self) -> int | None:
        """Lines sent; None where what was sent is packed."""
        return self.ends if self.is_text else None

    async def through(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The content as it is, counted."""
        async for chunk in content:
            if self.bytes == 0 and chunk.startswith(_PACKED):
                self.is_text = False
            self.bytes += len(chunk)
            self.ends += chunk.count(b"\n")
            if self.told:
                self.told(self.bytes, self.size)
            yield chunk


def of_file(path: Path) -> Content:
    """The content of a file."""

    async def read() -> AsyncIterator[bytes]:
        with await asyncio.to_thread(path.open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk

    return read


def of_records(records: Iterable[Record]) -> Content:
    """Records as NDJSON."""

    async def write() -> AsyncIterator[bytes]:
        held = bytearray()
        for record in records:
            held += orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
            if len(held) >= _CHUNK:
                yield bytes(held)
                held.clear()
        yield bytes(held)

    return write
