"""Calls made up from a node's own OpenAPI document, well formed and malformed, and what its answers must be."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from prove.acquaintances import NOWHERE, Named
from prove.chance import SEED
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SETTINGS: Mapping[str, Any] = {
    "database": None,
    "deadline": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
# A call that asks to wait would only wait.
_PATIENCE = {"wait": "0"}


@schemathesis.serializer("application/x-ndjson")
def _lines(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """A body of lines: made up as text, or as bytes where the document tells nothing of the lines."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@dataclass
class Prober:
    """Makes calls as one kind of caller; `known` gives what there is, by the first part of a path."""

    url: str
    document: dict[str, Any]
    token_for: Callable[[], str | None]
    known: Mapping[str, Named]
    types: Set[str]
    faults: list[str] = field(default_factory=list)
    answers: dict[str, set[int]] = field(default_factory=dict)
    calls: int = 0
    _token: str | None = None

    def summary(self) -> str:
        """How much was tried, and how much of it was more than a refusal."""
        good = sum(any(status < 300 for status in found) for found in self.answers.values())
        return f"{self.calls} calls of {len(self.answers)} operations, {good} of these succeeded at least once"

    def told(self) -> str:
        """The faults, one after another, and the seed that brings the same calls again."""
        return "\n\n".join([f"JJM_PROVE_SEED={SEED}, {len(self.faults)} faults:", *self.faults])

    def operations(self) -> Iterator[Any]:
        """The operations of the document."""
        for result in schemathesis.openapi.from_dict(self.document).get_all_operations():
            yield result.ok()

    def probe(self, operation: Any, examples: int, modes: Iterable[Any] = schemathesis.GenerationMode) -> None:
        """Make up calls of one operation and check what comes back; faults are noted, not raised."""
        self._token = self.token_for()  # one of an application lasts some minutes
        for mode in modes:
            try:
                self._probe(operation, mode, examples)
            except Unsatisfiable:  # nothing about the call can be malformed
                continue

    def _probe(self, operation: Any, mode: Any, examples: int) -> None:
        @seed(SEED)
        @settings(max_examples=examples, **SETTINGS)
        @given(case=operation.as_strategy(mode), place=st.integers(0, 1000), real=st.booleans())
        def one(case: Any, place: int, real: bool) -> None:
            if real:
                self._point(case, place)
            if case.query and "wait" in case.query:
                case.query.update(_PATIENCE)
            self._call(case)

        one()

    def _point(self, case: Any, place: int) -> None:
        """Let a call be about something that there is, in the version that most likely stands."""
        there = self.known.get(first_part(case.path), ())
        chosen = there[place % len(there)] if there else {}
        for name in case.path_parameters or {}:
            if name in chosen:
                case.path_parameters[name] = chosen[name]
        for name in case.headers or {}:
            if name.lower() == "if-match":
                case.headers[name] = '"1"'
        if isinstance(case.body, dict) and "url" in case.body:
            case.body["url"] = NOWHERE

    def _call(self, case: Any) -> None:
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            answer = case.call(base_url=self.url, headers=headers, timeout=30)
        except (requests.exceptions.InvalidHeader, UnicodeError):  # no client can send this
            return
        self.calls += 1
        self.answers.setdefault(case.operation.label, set()).add(answer.status_code)
        try:
            case.validate_response(answer, checks=CHECKS)
            told = case.operation.definition.raw["responses"]
            assert answer.status_code >= 300 or str(answer.status_code) in told, "a success that is not told of"
        except (AssertionError, schemathesis.core.failures.FailureGroup) as fault:
            self.faults.append(f"{case.operation.label}: {fault}\n{case.as_curl_command()}"[:3000])
            print(self.faults[-1])


def first_part(path: str) -> str:
    """What a call is about: `schemes` in `/api/v1/schemes/{id}:erase`."""
    parts = path.split("/")
    return parts[3].partition(":")[0] if len(parts) > 3 else ""


def quietly(prober: Prober, operations: Sequence[Any], examples: int) -> None:
    """Probe operations, each well formed and malformed; what the generators themselves warn of is not the node's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for operation in operations:
            prober.probe(operation, examples)


def in_turn(prober: Prober, operations: Sequence[Any], examples: int) -> None:
    """Probe operations, one well formed, the next malformed."""
    modes = list(schemathesis.GenerationMode)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, operation in enumerate(operations):
            prober.probe(operation, examples, [modes[number % len(modes)]])
