"""Writes messages to standard error, for whoever tries a node out on their own machine."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jjm.notify.carriers.model import Kind, Options
from jjm.notify.model import OUTSIDE, Letter, Outcome, Report


@dataclass(frozen=True)
class Console:
    """Writes each message on a line."""

    name: str = "console"
    keeps_keys: bool = False

    async def send(self, letter: Letter) -> Outcome:
        """Write it out."""
        text = " ".join(f"{letter.subject or ''} {letter.text}".split())
        await asyncio.to_thread(sys.stderr.write, f"{letter.channel} to {letter.address}: {text}\n")
        return Outcome("sent")

    def reports(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Report] | None:
        """It reports nothing."""
        return None

    async def close(self) -> None:
        """Nothing is held open."""


def _make(options: Options) -> Console:
    return Console()


KIND = Kind("console", OUTSIDE, _make)
