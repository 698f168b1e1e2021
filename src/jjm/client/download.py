"""A file of the node brought here whole, however often the line breaks: what came already is not fetched again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from jjm.client.core import Core, sent
from jjm.client.model import File
from jjm.client.refusal import Unreachable, Untrusted
from jjm.client.wire import Answer, Do, Flow, Request

_WHOLE = 200

Told = Callable[[int], object]
"""Hears how many bytes are there."""


def downloaded(core: Core, file: File, to: Path, told: Told | None = None) -> Flow[Path]:
    """The file under its new name, once it has the digest that it must have.

    Raises Untrusted where it came broken, and FileExistsError rather than overwrite one.
    """
    if (yield Do(to.exists)):
        raise FileExistsError(f"{to} is there already; name a new file")
    part = to.with_name(f".{to.name}.{file.sha256[:16]}.part")
    draft = _Draft(file, cast("BinaryIO", (yield Do(lambda: part.open("ab")))), told)
    try:
        yield from _filled(core, draft)
    finally:
        draft.out.close()
    if (yield Do(lambda: _digest(part))) != file.sha256:
        yield Do(part.unlink)
        raise Untrusted(f"{file.name} came broken and was not kept; fetch it again")
    yield Do(lambda: part.replace(to))
    return to


def _filled(core: Core, draft: _Draft) -> Flow[None]:
    """Fetch what is missing; a lost line ends it only where nothing has come since the last one."""
    while (before := draft.size) < draft.file.bytes:
        try:
            yield from sent(core, draft.ask, draft.take)
        except Unreachable:
            if draft.size <= before:
                raise
        else:
            return


@dataclass
class _Draft:
    """The part of a file that is there so far."""

    file: File
    out: BinaryIO
    told: Told | None
    is_new: bool = True

    @property
    def size(self) -> int:
        return self.out.tell()

    def ask(self) -> Request:
        """The request for what is missing."""
        self.is_new = True
        headers = {"accept-encoding": "identity"} | ({"range": f"bytes={self.size}-"} if self.size else {})
        return Request("GET", self.file.url, headers=headers, again=True)

    def take(self, answer: Answer, piece: bytes) -> None:
        """Append a piece; a node that does not know ranges begins at the beginning, and so do we."""
        if self.is_new and answer.status == _WHOLE and self.size:
            self.out.seek(0)
            self.out.truncate()
        self.is_new = False
        self.out.write(piece)
        if self.told:
            self.told(self.size)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
