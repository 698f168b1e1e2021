"""What a caller is told when something cannot be done: RFC 9457 problems with the place and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place.

    `pointer` is a JSON Pointer into the input, `line` and `column` count from 1, `remedy` says how to mend it.
    """

    message: str
    remedy: str
    pointer: str | None = None
    line: int | None = None
    column: str | int | None = None
    value: object = None
    file: str | None = None

    def as_json(self) -> dict[str, object]:
        """The fault as it stands in a problem document; absent places are left out."""
        places = {
            "pointer": self.pointer,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "value": self.value,
        }
        return {"message": self.message, "remedy": self.remedy} | {k: v for k, v in places.items() if v is not None}

    def __str__(self) -> str:
        place = ":".join(str(p) for p in (self.file, self.line, self.column) if p is not None) or self.pointer or ""
        return f"{place + ': ' if place else ''}{self.message} ({self.remedy})"


@dataclass(eq=False)
class Problem(Exception):
    """A refusal with a stable `code`, an HTTP `status`, what is wrong, and how to mend it."""

    code: str
    status: int
    title: str
    detail: str
    faults: Sequence[Fault] = ()
    extra: Mapping[str, object] = field(default_factory=dict[str, object])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def as_json(self) -> dict[str, object]:
        """The problem as an `application/problem+json` document (RFC 9457)."""
        body: dict[str, object] = {
            "type": f"/docs/problems#{self.code}",
            "code": self.code,
            "status": self.status,
            "title": self.title,
            "detail": self.detail,
        }
        if self.faults:
            body["errors"] = [fault.as_json() for fault in self.faults]
        return body | dict(self.extra)

    def __str__(self) -> str:
        return "\n".join([f"{self.title}: {self.detail}", *(f"  - {fault}" for fault in self.faults)])


def bad_request(code: str, detail: str, *faults: Fault) -> Problem:
    """400: the call itself is malformed."""
    return Problem(code, 400, "The request cannot be understood", detail, faults)


def invalid(detail: str, faults: Sequence[Fault], code: str = "invalid-record") -> Problem:
    """422: the call is well formed but its content breaks a rule of the standard."""
    return Problem(code, 422, "The content breaks a rule of the standard", detail, faults)


def not_found(detail: str, code: str = "not-found", **extra: object) -> Problem:
    """404: nothing of that name is known here."""
    return Problem(code, 404, "Not found", detail, extra=extra)


def conflict(code: str, detail: str, *faults: Fault, **extra: object) -> Problem:
    """409: what is asked does not fit what is already recorded."""
    return Problem(code, 409, "This does not fit what is already recorded", detail, faults, extra)


def forbidden(detail: str, code: str = "forbidden") -> Problem:
    """403: the caller is known, and may not do this."""
    return Problem(code, 403, "Not allowed", detail)
