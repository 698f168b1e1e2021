"""What can go wrong: the node refuses, does not answer, or what came is not what it ought to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from jjm.client.wire import Answer

_KNOWN = ("type", "code", "status", "title", "detail", "errors", "instance", "trace")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place, and how to mend it.

    `pointer` is a JSON Pointer into what was sent; `line` counts from 1, `column` may be a name.
    """

    message: str
    remedy: str = ""
    pointer: str | None = None
    line: int | None = None
    column: str | int | None = None
    value: object = None
    file: str | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Fault:
        """A fault as the API tells it."""
        known: dict[str, Any] = {name: value for name, value in told.items() if name in cls.__slots__}
        known.setdefault("message", "")
        return cls(**known)

    def __str__(self) -> str:
        place = self.pointer or (f"line {self.line}" if self.line is not None else "")
        return f"{place + ': ' if place else ''}{self.message}{f' ({self.remedy})' if self.remedy else ''}"


class ClientError(Exception):
    """The root of all errors that the client raises about a node."""


@dataclass(eq=False)
class Refused(ClientError):
    """The node refused: act on `code` and `status`, show `detail` and `faults` to people.

    `trace` is the number under which the node's keeper finds the call in the log; `more` is what else the problem says.
    """

    code: str
    status: int
    title: str
    detail: str
    faults: Sequence[Fault] = ()
    trace: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        head = f"{self.title}: {self.detail} [{self.code}, {self.status}{f', {self.trace}' if self.trace else ''}]"
        return "\n".join([head, *(f"  - {fault}" for fault in self.faults)])

    @classmethod
    def by(cls, answer: Answer) -> Refused:
        """The refusal that an answer holds; for an answer that is no problem document, what can be said of it."""
        trace = answer.headers.get("x-trace-id")
        try:
            return _of(cast("Mapping[str, Any]", answer.json()), answer, trace)
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            detail = f"{answer.url} answers with {answer.status}; it may not be a node."
            title = "The answer cannot be understood"
            return cls("not-a-node", answer.status, title, detail, trace=trace, headers=answer.headers)

    @classmethod
    def of_job(cls, told: Mapping[str, Any], job: str) -> Refused:
        """Why a job was not done."""
        faults = [Fault.of(error) for error in told.get("errors", ())]
        return cls(
            told["code"], told["status"], told["title"], told["detail"], faults, more={**_more(told), "job": job}
        )


def _of(told: Mapping[str, Any], answer: Answer, trace: str | None) -> Refused:
    if "error" in told:  # the form of RFC 6749, for what asks for tokens
        title, code = "No token was given", str(told.get("code", told["error"]))
        detail = str(told.get("error_description", told["error"]))
        return Refused(code, answer.status, title, detail, trace=trace, headers=answer.headers)
    faults = [Fault.of(error) for error in told.get("errors", ())]
    more, trace = _more(told), told.get("trace", trace)
    return Refused(told["code"], answer.status, told["title"], told["detail"], faults, trace, more, answer.headers)


def _more(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in _KNOWN}


class Unreachable(ClientError):
    """The node did not answer. `arrived` is False where it is certain that the request never came to it."""

    def __init__(self, reason: str, *, arrived: bool = True) -> None:
        super().__init__(reason)
        self.arrived = arrived


class Untrusted(ClientError):
    """What came is not what the node made or signed: a broken file, a bad signature, a foreign address."""
