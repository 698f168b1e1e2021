"""Calls made up from a node's own OpenAPI document, well formed and malformed, and what its answers must be."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
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
    "derandomize": True,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
# A call that asks to wait would only wait.
_PATIENCE = {"wait": "0"}


@dataclass
class Prober:
    """Makes calls as one kind of caller; `known` gives identifiers that there are, by plural."""

    url: str
    document: dict[str, Any]
    token: str | None
    known: Mapping[str, Sequence[str]]
    faults: list[str] = field(default_factory=list)
    answers: dict[str, set[int]] = field(default_factory=dict)

    def operations(self) -> Iterator[Any]:
        """The operations of the document."""
        for result in schemathesis.openapi.from_dict(self.document).get_all_operations():
            yield result.ok()

    def probe(self, operation: Any, examples: int, modes: Iterable[Any] = schemathesis.GenerationMode) -> None:
        """Make up calls of one operation and check what comes back; faults are noted, not raised."""
        for mode in modes:
            try:
                self._probe(operation, mode, examples)
            except Unsatisfiable:  # nothing about the call can be malformed
                continue

    def _probe(self, operation: Any, mode: Any, examples: int) -> None:
        @settings(max_examples=examples, **SETTINGS)
        @given(case=operation.as_strategy(mode), place=st.integers(0, 1000), real=st.booleans())
        def one(case: Any, place: int, real: bool) -> None:
            ids = self.known.get(case.path.split("/")[3].partition(":")[0] if case.path.count("/") > 2 else "", ())
            if real and ids and "id" in (case.path_parameters or {}):
                case.path_parameters["id"] = ids[place % len(ids)]
            if case.query and "wait" in case.query:
                case.query.update(_PATIENCE)
            self._call(case)

        one()

    def _call(self, case: Any) -> None:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            answer = case.call(base_url=self.url, headers=headers, timeout=30)
        except (requests.exceptions.InvalidHeader, UnicodeError):  # no client can send this
            return
        self.answers.setdefault(case.operation.label, set()).add(answer.status_code)
        try:
            case.validate_response(answer, checks=CHECKS)
            told = case.operation.definition.raw["responses"]
            assert answer.status_code >= 300 or str(answer.status_code) in told, "a success that is not told of"
        except (AssertionError, schemathesis.core.failures.FailureGroup) as fault:
            self.faults.append(f"{case.operation.label}: {fault!r} {fault}\n{case.as_curl_command()}"[:3000])


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
