"""Says whether a record follows its standard, fast; and where it does not, what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import jsonschema_rs

from jjm.kit import Fault
from jjm.standards.explain import explain
from jjm.standards.model import Catalogue, Standard
from jjm.standards.schema import extension_of, record_schema
from jjm.standards.shapes import shape_faults


class RecordValidator:
    """The rules of one registry type, compiled once; each State's narrower rules are compiled when first met."""

    def __init__(self, standard: Standard, catalogue: Catalogue) -> None:
        self.standard = standard
        self._catalogue = catalogue
        self._has_shapes = any(f.kind == "geometry" for f in standard.fields)
        self._by_state: dict[str | None, jsonschema_rs.Validator] = {}
        self._compiled: dict[str | None, jsonschema_rs.Validator] = {None: self._compile(None)}

    def is_valid(self, record: Mapping[str, Any], state: str | None = None) -> bool:
        """True if the record follows the standard, and what its State (LGD or ISO code) adds and tightens."""
        try:
            return self._for(state).is_valid(record) and not (self._has_shapes and shape_faults(self.standard, record))
        except ValueError:  # values that are not JSON: lone surrogates, dates, bytes
            return False

    def are_valid(self, records: Sequence[Mapping[str, Any]], states: Sequence[str | None]) -> list[bool]:
        """The same of many records, each of the State at its place."""
        if not self._has_shapes:
            checks = {state: self._for(state).is_valid for state in set(states)}
            with suppress(ValueError):  # then one of them holds what is not JSON, and is found below
                return [checks[state](record) for record, state in zip(records, states, strict=True)]
        return [self.is_valid(record, state) for record, state in zip(records, states, strict=True)]

    def validate(self, record: Mapping[str, Any], state: str | None = None) -> list[Fault]:
        """Everything wrong with the record, each with JSON Pointer and remedy; no value of a personal field."""
        try:
            errors = list(self._for(state).iter_errors(record))
        except ValueError as error:
            if "Recursion" in str(error):
                return [Fault("this is nested too deeply", "send fewer lists and objects inside one another", "")]
            message = "this holds something that JSON cannot carry, such as half of a surrogate pair"
            return [Fault(message, "send UTF-8 text, numbers, true, false, lists and objects only", "")]
        return explain(errors, self.standard, self._catalogue) if errors else shape_faults(self.standard, record)

    def _for(self, state: str | None) -> jsonschema_rs.Validator:
        found = self._compiled.get(state)
        return found if found is not None else self._learn(state)

    def _learn(self, state: str | None) -> jsonschema_rs.Validator:
        extension = extension_of(self._catalogue, state)
        key = extension.iso if extension else "no extension"
        if key not in self._by_state:
            self._by_state[key] = self._compile(state)
        # A caller may pass any text as State; only those that exist are kept, so that the memory stays bounded.
        if extension or len(self._compiled) < _STATES_AT_MOST:
            self._compiled[state] = self._by_state[key]
        return self._by_state[key]

    def _compile(self, state: str | None) -> jsonschema_rs.Validator:
        return compiled(record_schema(self.standard, self._catalogue, state))


def validators(catalogue: Catalogue) -> Mapping[str, RecordValidator]:
    """A validator for every type of the catalogue, by the type's name."""
    return {name: RecordValidator(standard, catalogue) for name, standard in catalogue.types.items()}


def compiled(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """A JSON Schema as a compiled check. Patterns run in linear time, so no text can make a check slow."""
    return jsonschema_rs.Draft202012Validator(
        schema,
        validate_formats=True,
        ignore_unknown_formats=False,
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    )


_STATES_AT_MOST = 100
