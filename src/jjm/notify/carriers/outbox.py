"""Appends messages to a file that only the node's user reads, one JSON object a line, for a program to take on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from jjm.notify.carriers.model import Kind, Options
from jjm.notify.model import OUTSIDE, Letter, Outcome, Report


@dataclass(frozen=True)
class Outbox:
    """A file of messages. A message that is given again is looked for in it, so that it stands there once."""

    path: Path
    name: str = "outbox"
    keeps_keys: bool = True

    async def send(self, letter: Letter) -> Outcome:
        """Append it."""
        said = {
            "at": datetime.now(UTC), "id": letter.id, "channel": letter.channel, "to": letter.address,
            "language": letter.language, "subject": letter.subject, "text": letter.text, "template": letter.template,
        }  # fmt: skip
        try:
            await asyncio.to_thread(self._append, letter, orjson.dumps(said) + b"\n")
        except OSError as error:
            return Outcome("later", f"the file cannot be written: {error.strerror}")
        return Outcome("sent")

    def _append(self, letter: Letter, line: bytes) -> None:
        if letter.attempt > 1 and self.path.exists() and f'"id":"{letter.id}"'.encode() in self.path.read_bytes():
            return
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab", buffering=0) as file:
            file.write(line)

    def reports(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Report] | None:
        """It reports nothing."""
        return None

    async def close(self) -> None:
        """Nothing is held open."""


def _make(options: Options) -> Outbox:
    return Outbox(options.home / options.text("file", "outbox.ndjson"))


KIND = Kind("outbox", OUTSIDE, _make)
