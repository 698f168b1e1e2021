"""What passes between the core and a transport: requests and answers as values, and the steps of a flow.

A flow is a generator. It yields a step (send this, wait so long, do this work), is given the outcome, and returns its
result; a walk gives results on the way as well. The flows hold all there is to know about a node and do no input or
output of their own, so the blocking and the asynchronous client are two short drivers of the same flows.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeAlias, TypeVar, cast
from urllib.parse import urlencode

import orjson

T = TypeVar("T")
Content: TypeAlias = Callable[[], Iterator[bytes]]
"""Gives what is to be sent, from its beginning each time."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a node.

    `path` is below the node's address. `again`: doing it twice does what doing it once does, so it may be sent again.
    `wait` is how many seconds the node may keep it waiting before it answers; `signed`: where it is signed, the answer
    must be as well.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes | Content | None = None
    again: bool = False
    wait: float = 0
    signed: bool = False

    @property
    def target(self) -> str:
        """Path and query as they are sent."""
        if not self.query:
            return self.path
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode(self.query)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node answered; names of headers in small letters. `content` is empty where its pieces were taken."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    url: str = ""

    @property
    def is_good(self) -> bool:
        """True where the node did what was asked."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The content as text in UTF-8."""
        return self.content.decode()

    def json(self) -> Any:
        """The content as a JSON value."""
        return orjson.loads(self.content)


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request; the outcome is an Answer, or Unreachable is raised.

    Where the answer is good, `take` is given each piece of its content as it comes, and the answer itself.
    """

    request: Request
    take: Callable[[Answer, bytes], object] | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Do:
    """Work that may block, such as reading a file; the outcome is what it returns."""

    work: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Give(Generic[T]):
    """Results on the way, for whoever iterates."""

    items: Sequence[T]


Step: TypeAlias = Send | Pause | Do
Flow: TypeAlias = Generator[Step, Any, T]
Walk: TypeAlias = Generator[Step | Give[T], Any, None]


@dataclass(frozen=True, slots=True)
class End(Generic[T]):
    """The result of a flow."""

    value: T


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step: its value, or the error it raised."""

    value: object = None
    error: Exception | None = None


def advance(flow: Generator[Any, Any, T], outcome: Outcome) -> Any | End[T]:
    """The next step of a flow after the outcome of the last, or its end."""
    try:
        return flow.send(outcome.value) if outcome.error is None else flow.throw(outcome.error)
    except StopIteration as end:
        return End(end.value)


def pairs(query: Mapping[str, object]) -> list[tuple[str, str]]:
    """Parameters as they stand in a query: None is left out, of several values each is one."""
    found: list[tuple[str, str]] = []
    for name, value in query.items():
        several = cast("Sequence[object]", value) if isinstance(value, list | tuple) else [value]
        found += [(name, _text(one)) for one in several if one is not None]
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
