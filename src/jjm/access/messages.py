"""The port by which short messages reach people: an SMS gateway or a mail server stands behind it."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

import orjson

Channel = Literal["sms", "email"]


class Messages(Protocol):
    """Carries a message to an address, or raises OSError where it cannot."""

    async def send(self, channel: Channel, address: str, text: str) -> None:
        """Send it; returns once the carrier has taken it."""
        ...


@dataclass(frozen=True)
class Console:
    """Writes messages to standard error, for whoever tries a node out on their own machine."""

    async def send(self, channel: Channel, address: str, text: str) -> None:
        """Write it out."""
        await asyncio.to_thread(sys.stderr.write, f"{channel} to {address}: {text}\n")


@dataclass(frozen=True)
class Outbox:
    """Appends messages to a file that only the node's user reads, one JSON object a line, for a program to take on."""

    path: Path

    async def send(self, channel: Channel, address: str, text: str) -> None:
        """Append it."""
        line = orjson.dumps({"at": datetime.now(UTC), "channel": channel, "to": address, "text": text})
        await asyncio.to_thread(self._append, line + b"\n")

    def _append(self, line: bytes) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(line)
