"""What a carrier is, and how it reads its part of the node file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from jjm.notify.model import Letter, Outcome, Report
from jjm.standards import Channel


class Misfit(Exception):
    """What the node file says of a carrier cannot be used."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class Carrier(Protocol):
    """Carries messages out of the node.

    `keeps_keys` says that a message given twice under its `id` is brought once, for a day at least.
    """

    @property
    def name(self) -> str:
        """What it is called in reports."""
        ...

    @property
    def keeps_keys(self) -> bool:
        """True if it brings once what it is given twice under one key."""
        ...

    async def send(self, letter: Letter) -> Outcome:
        """Give it a message; what came of it, whatever that is."""
        ...

    def reports(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Report] | None:
        """What it reports by a call to the node; None if the call does not come from it."""
        ...

    async def close(self) -> None:
        """Let go of what it holds open."""
        ...


@dataclass(frozen=True)
class Kind:
    """A kind of carrier: its name in the node file, the channels that it can serve, and how one is made."""

    name: str
    channels: tuple[Channel, ...]
    make: Callable[[Options], Carrier]


@dataclass
class Options:
    """What the node file says of one carrier. Each reading raises Misfit for what cannot be used."""

    channel: Channel
    said: Mapping[str, object]
    home: Path
    _read: set[str] = field(default_factory=set[str])

    def text(self, name: str, preset: str | None = None) -> str:
        """A text. Raises Misfit where it is missing and has no preset."""
        value = self._take(name)
        if value is None and preset is not None:
            return preset
        if not isinstance(value, str) or not value:
            raise self.misfit(f"`{name}` is missing" if value is None else f"`{name}` is no text")
        return value

    def maybe(self, name: str) -> str | None:
        """A text; None where it is left out."""
        return self.text(name) if name in self.said else None

    def whole(self, name: str, preset: int) -> int:
        """A whole number above zero."""
        value = self._take(name)
        if value is None:
            return preset
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.misfit(f"`{name}` is no whole number")
        return value

    def switch(self, name: str) -> bool:
        """True or false; false where it is left out."""
        value = self._take(name)
        if value not in (None, True, False):
            raise self.misfit(f"`{name}` is neither true nor false")
        return value is True

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """One of these words; the first where it is left out."""
        value = self.text(name, known[0])
        if value not in known:
            raise self.misfit(f"`{name}: {value}` is not known", f"Known: {', '.join(known)}.")
        return value

    def table(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Texts by two names, as in `templates: {sign-in-code: {en: …}}`."""
        value = self._take(name)
        if value is None:
            return {}
        found: dict[str, dict[str, str]] = {}
        for outer, inner in cast("dict[object, object]", value).items() if isinstance(value, dict) else ():
            if isinstance(inner, dict):
                texts = cast("dict[object, object]", inner)
                found[str(outer)] = {str(key): str(text) for key, text in texts.items()}
        if not found:
            raise self.misfit(f"`{name}` is not of the form {{event: {{en: id}}}}")
        return found

    def secret(self, name: str) -> str | None:
        """A secret from the environment (`<name>_env`) or a file (`<name>_file`); None where neither is said."""
        variable, file = self.maybe(f"{name}_env"), self.maybe(f"{name}_file")
        if variable is not None:
            value = os.environ.get(variable)
            if not value:
                raise self.misfit(f"the environment has no {variable}", f"Set {variable} where the node is started.")
            return value
        if file is None:
            return None
        try:
            return (self.home / file).read_text("utf-8").strip()
        except OSError as error:
            raise self.misfit(f"{error.filename}: {error.strerror}", "Name a file that the node can read.") from error

    def misfit(self, message: str, remedy: str = "") -> Misfit:
        """What is wrong, with the channel in front of it."""
        return Misfit(f"{self.channel}: {message}", remedy)

    def refuse_unknown(self) -> None:
        """Raises Misfit for what nobody has read."""
        if unknown := sorted(set(self.said) - self._read):
            raise self.misfit(f"`{unknown[0]}` is not understood", f"Known here: {', '.join(sorted(self._read))}.")

    def _take(self, name: str) -> object:
        self._read.add(name)
        return self.said.get(name)
