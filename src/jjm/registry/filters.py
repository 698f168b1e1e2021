"""Filters on lists: `field=value` and CQL2 text become conditions with bound values. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any, cast

import cql2

from jjm.kit import Fault, Problem
from jjm.registry.columns import Column
from jjm.registry.definition import quote
from jjm.registry.table import Table
from jjm.standards import REPORT_DAY


@dataclass
class Binder:
    """Collects the values of a statement; each gets its number."""

    values: list[Any] = field(default_factory=list[Any])

    def __call__(self, value: object) -> str:
        """Bind a value and give its place in the statement."""
        self.values.append(value)
        return f"${len(self.values)}"


def bad_filter(message: str, remedy: str, pointer: str = "/filter", value: object = None) -> Problem:
    """400 for a filter that cannot be understood or is not allowed."""
    fault = Fault(message, remedy, pointer, value=value)
    return Problem("bad-filter", 400, "The filter cannot be understood", message, [fault])


def _over_field(agreement: str, name: str, allowed: Sequence[str]) -> Problem:
    detail = f"{agreement} does not open the field {name}, so nothing is told by it."
    fault = Fault(detail, f"Filter by one of: {', '.join(allowed)}", f"/{name}")
    return Problem("over-field", 403, "The agreement does not reach so far", detail, [fault])


_PARSE: Mapping[str, Callable[[str], Any]] = {
    "bigint": int,
    "double precision": float,
    "numeric": Decimal,
    "date": date.fromisoformat,
    "timestamptz": datetime.fromisoformat,
}
_SYSTEM_COLUMNS = {
    "id": "text",
    "source": "text",
    "version": "bigint",
    "valid_from": "date",
    "recorded_at": "timestamptz",
}
_NUMBERS = frozenset({"bigint", "double precision", "numeric"})
_DEEPEST, _MOST_SIGNS = 10, 400
_STRING, _SIGN = re.compile(r"'(?:[^']|'')*'"), re.compile(r"[-+*/^%]|\bnot\b|\bdiv\b", re.IGNORECASE)
_COMPARISONS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Filterable:
    """The columns of a type that an actor may filter by; `agreement` is the one that the type is seen under.

    In conditions of reports `report_day` is the word for `day`, on which the report stands.
    """

    table: Table
    hidden: frozenset[str]
    agreement: str | None = None
    day: date | None = None

    def type_of(self, name: str) -> str:
        """The column type behind a filter's name.

        Raises Problem 400 for an unknown or hidden field, 403 for one outside the agreement.
        """
        if name in _SYSTEM_COLUMNS:
            return _SYSTEM_COLUMNS[name]
        known: Column | None = self.table.columns.get(name)
        if known is None or name in self.hidden:
            allowed = sorted({*self.table.columns, *_SYSTEM_COLUMNS} - self.hidden)
            sealed = name in self.table.personal
            if (known or sealed) and self.agreement:
                raise _over_field(self.agreement, name, allowed)
            reason = "is personal, and what is personal is kept sealed" if sealed else "is not a field of this type"
            raise bad_filter(f"`{name}` {reason}", f"Filter by one of: {', '.join(allowed)}", f"/{name}")
        return known.type.split(" collate")[0].partition("(")[0]

    def value(self, name: str, value: Any) -> Any:
        """A filter's value as its column takes it. Raises Problem 400 for one that does not fit."""
        kind = self.type_of(name).removesuffix("[]")
        if kind == "boolean":
            return _boolean(name, value)
        if kind == "text":
            return str(value)
        try:
            return _PARSE[kind](value if isinstance(value, str) else str(int(value) if kind == "bigint" else value))
        except (KeyError, ValueError, ArithmeticError) as error:
            remedy = f"Give a value of the kind `{kind}`." if kind in _PARSE else "Filter by another field."
            raise bad_filter(f"`{value}` does not fit `{name}`", remedy, f"/{name}", value) from error

    def equals(self, name: str, values: Sequence[Any], bind: Binder) -> str:
        """The condition that a field is one of these values, or a list field holds one of them."""
        wanted = [self.value(name, v) for v in values]
        kind = self.type_of(name)
        if kind.endswith("[]"):
            return f"t.{quote(name)} && {bind(wanted)}"
        if len(wanted) == 1:
            return f"t.{quote(name)} = {bind(wanted[0])}"
        return f"t.{quote(name)} = any({bind(wanted)})"


def _boolean(name: str, value: Any) -> bool:
    words = {"true": True, "1": True, "false": False, "0": False}
    found = words.get(str(value).lower())
    if found is None:
        raise bad_filter(f"`{value}` does not fit `{name}`", "Give true or false.", f"/{name}", value)
    return found


def compile_cql2(text: str, columns: Filterable, bind: Binder) -> str:
    """The condition of a CQL2 text filter over declared fields: and, or, not, <, =, >, in, between, like, isNull."""
    _check_nesting(text)
    try:
        expression = cql2.parse_text(text).to_json()
    except Exception as error:
        remedy = "Write CQL2 text, such as `kind = 'SVS' AND design_population >= 100`."
        raise bad_filter(f"the filter is not CQL2 text: {error}", remedy, value=text) from error
    return _compile(expression, columns, bind, _DEEPEST)


def _check_nesting(text: str) -> None:
    """Refuse what the parser cannot take.

    It takes twice as long for each further bracket in a text that is wrong, and ends the process, where brackets or
    signs go too deep for it. What stands in strings does not count, where it is sure what is a string.
    """
    plain = text if "\\" in text or '"' in text else _STRING.sub("''", text)
    deep = max(accumulate((mark == "(") - (mark == ")") for mark in plain), default=0)
    if deep > _DEEPEST:
        raise bad_filter(f"the filter is nested {deep:,} deep", f"Nest brackets at most {_DEEPEST} deep.")
    if (signs := len(_SIGN.findall(plain))) > _MOST_SIGNS:
        raise bad_filter(f"the filter has {signs:,} signs and `not`s", f"Use at most {_MOST_SIGNS}.")


def _compile(node: Any, columns: Filterable, bind: Binder, deeper: int) -> str:
    if not deeper:
        raise bad_filter("the filter is nested too deeply", f"Nest conditions at most {_DEEPEST} deep.")
    if isinstance(node, bool):
        return "true" if node else "false"
    if not isinstance(node, dict):
        raise bad_filter("the filter is not a condition", "Compare a field with a value.")
    operation = str(cast("dict[str, Any]", node).get("op", "")).lower()
    arguments: list[Any] = list(cast("dict[str, Any]", node).get("args", ()))
    if operation in ("and", "or"):
        return "(" + f" {operation} ".join(_compile(a, columns, bind, deeper - 1) for a in arguments) + ")"
    if operation == "not":
        return f"not ({_compile(arguments[0], columns, bind, deeper - 1)})"
    return _predicate(operation, arguments, columns, bind)


def _predicate(operation: str, arguments: list[Any], columns: Filterable, bind: Binder) -> str:
    name = _property(arguments)
    kind = columns.type_of(name)
    at = f"t.{quote(name)}"
    if operation == "isnull":
        return f"{at} is null"
    if kind.endswith("[]") or kind in ("jsonb", "point"):
        if operation == "=":
            return columns.equals(name, arguments[1:], bind)
        raise bad_filter(f"`{name}` can only be compared with `=`", "Use `=` or another field.", value=name)
    if operation in _COMPARISONS and (part := _part_of(columns, name, arguments[1], bind)):
        return f"{at} {_COMPARISONS[operation]} {part}"
    if operation in _COMPARISONS and (other := _other_field(columns, name, arguments[1], bind)):
        return f"{at} {_COMPARISONS[operation]} {other}"
    if operation in _COMPARISONS:
        return f"{at} {_COMPARISONS[operation]} {bind(_literal(columns, name, arguments[1]))}"
    if operation == "in":
        return f"{at} = any({bind([_literal(columns, name, v) for v in arguments[1]])})"
    if operation == "between":
        low, high = (bind(_literal(columns, name, v)) for v in arguments[1:])
        return f"{at} between {low} and {high}"
    if operation == "like" and kind == "text":
        return f"{at} like {bind(_literal(columns, name, arguments[1]))}"
    raise bad_filter(f"`{operation}` is not supported on `{name}`", "Use = <> < <= > >= in between like isNull.")


def _property(arguments: list[Any]) -> str:
    first = arguments[0] if arguments else None
    name = cast("dict[str, Any]", first).get("property") if isinstance(first, dict) else None
    if not isinstance(name, str):
        raise bad_filter("a comparison must begin with a field", "Write the field first: `kind = 'SVS'`.")
    return name


def _other_field(columns: Filterable, name: str, value: Any, bind: Binder) -> str | None:
    """The field of the same kind, or the day of the report, that a field is compared with, where it is no value."""
    other = cast("dict[str, Any]", value).get("property") if isinstance(value, dict) else None
    if other is None:
        return None
    if other == REPORT_DAY and columns.day is not None:
        return bind(columns.day)
    if columns.type_of(other) != columns.type_of(name):
        raise bad_filter(f"`{name}` and `{other}` are of different kinds", "Compare fields of one kind.", value=other)
    return f"t.{quote(str(other))}"


def _part_of(columns: Filterable, name: str, value: Any, bind: Binder) -> str | None:
    """A part of another number, `households * 0.25`, that a number is compared with; None where it is none."""
    said = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if said.get("op") != "*":
        return None
    of, factor = cast("list[Any]", said["args"])
    other = cast("dict[str, Any]", of).get("property") if isinstance(of, dict) else None
    kinds = {columns.type_of(one) for one in (name, str(other))} if other else set[str]()
    if not kinds or not kinds <= _NUMBERS or isinstance(factor, bool) or not isinstance(factor, (int, float)):
        raise bad_filter("a part is a number field times a number", "Write `households * 0.25`.", value=said)
    return f"t.{quote(str(other))}::numeric * {bind(Decimal(str(factor)))}::numeric"


def _literal(columns: Filterable, name: str, value: Any) -> Any:
    if isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        value = known.get("date") or known.get("timestamp")
        if value is None:
            raise bad_filter(
                "a field can only be compared with a value or a field",
                "Give a number, text, date, true/false, or a field.",
            )
    return columns.value(name, value)
