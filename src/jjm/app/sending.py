"""Sending records in bulk: uploaded as they are read, taken in as a job that is watched to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from jjm.app.client import Client, as_problems
from jjm.app.terminal import Advance
from jjm.client import Content, Imported, Unreachable

_PACKED = (b"\x1f\x8b", b"PAR1")
NDJSON = "application/x-ndjson"


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
) -> Imported:
    """Send records and wait until they are taken in.

    `uploaded` is told of bytes, `taken` of lines. Raises Problem where the node refuses the file as a whole. Where the
    waiting is interrupted the job is stopped; what it has done by then stays done. Where the node is lost meanwhile,
    it is said that the job goes on without the caller.
    """
    headers = ({"content-type": kind} if kind else {}) | ({"content-length": str(size)} if size is not None else {})
    count = _Counter(uploaded, size)

    def told(so_far: Mapping[str, Any]) -> None:
        if taken:
            taken(so_far.get("line", 0), count.lines)

    with as_problems():
        job = await client.node.begin_import(type, lambda: count.through(content), params, headers=headers)
        try:
            return Imported.of(await client.node.wait(job, told=told))
        except Unreachable as lost:
            kept = (
                f"The file is with it as {job.id}; when it runs again it goes on by itself, and {job.url} tells how far"
            )
            raise Unreachable(f"{lost}. {kept}") from lost
        except (asyncio.CancelledError, KeyboardInterrupt):
            await client.node.cancel(job)
            raise


def nothing_done(sent: Imported) -> bool:
    """True where every line was refused."""
    return sent.refused > 0 and not sent.created + sent.updated + sent.unchanged


class _Counter:
    """Counts what is sent, and its lines where it is text."""

    def __init__(self, told: Advance | None, size: int | None) -> None:
        self.told, self.size = told, size
        self.bytes, self.ends, self.is_text = 0, 0, True

    @property
    def lines(self) -> int | None:
        """Lines sent; None where what was sent is packed."""
        return self.ends if self.is_text else None

    def through(self, content: Content) -> Iterator[bytes]:
        """The content from its beginning, counted."""
        self.bytes, self.ends, self.is_text = 0, 0, True
        for chunk in content():
            if self.bytes == 0 and chunk.startswith(_PACKED):
                self.is_text = False
            self.bytes += len(chunk)
            self.ends += chunk.count(b"\n")
            if self.told:
                self.told(self.bytes, self.size)
            yield chunk
