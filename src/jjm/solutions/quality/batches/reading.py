"""Reads the CSV file of an instrument: pure; what cannot be read is told with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, cast

from jjm.kit import Fault, Problem
from jjm.solutions.quality.batches.model import Kind, Line
from jjm.standards import Catalogue

COLUMNS = ("kind", "sample", "parameter", "value", "below", "word", "unit", "method", "tested_at")
_KINDS = ("sample", "blank", "duplicate")
_NEEDED = ("parameter",)


def read_lines(text: str, catalogue: Catalogue, run_at: str) -> tuple[list[Line], list[dict[str, Any]]]:
    """The lines of a file, and the problems of those that cannot be read. `run_at` stands in where no time is told.

    Raises Problem 422 `bad-run` for a header that names other columns, or none of the needed ones.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    _require_columns(rows.fieldnames or ())
    parameters, lines, problems = (
        catalogue.codelists["water-quality-parameter"].codes,
        list[Line](),
        list[dict[str, Any]](),
    )
    for number, row in enumerate(rows, 2):
        told = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
        fault = _fault(told, parameters, None in row)
        if fault:
            problems.append(problem(number, told.get("sample"), *fault))
        else:
            lines.append(_line(number, told, run_at))
    return lines, problems


def problem(line: int | None, sample: str | None, message: str, remedy: str) -> dict[str, Any]:
    """What is told of a line that was not taken in."""
    return {"line": line, "sample": sample or None, "message": message, "remedy": remedy}


def _require_columns(named: Sequence[str]) -> None:
    unknown = [name for name in named if name not in COLUMNS]
    missing = [name for name in _NEEDED if name not in named]
    faults = [Fault(f"`{name}` is no column", f"Name only: {', '.join(COLUMNS)}.", line=1) for name in unknown]
    faults += [Fault(f"the column `{name}` is missing", "Write it into the first line.", line=1) for name in missing]
    if faults:
        raise Problem("bad-run", 422, "The file cannot be read", "Its first line names other columns.", faults)


def _fault(row: Mapping[str, str], parameters: Mapping[str, object], too_long: bool) -> tuple[str, str] | None:
    kind = row.get("kind") or "sample"
    if too_long:
        return "the line has more values than the first line has names", "Put texts with commas in quotes."
    if kind not in _KINDS:
        return f"`{kind}` is no kind of line", f"Write one of: {', '.join(_KINDS)}."
    if row["parameter"] not in parameters:
        return f"`{row['parameter']}` is not a parameter", "Use a code of the codelist water-quality-parameter."
    if kind != "blank" and not row.get("sample"):
        return "no sample is named", "Write the number that is on the label, SPL-…."
    for name in ("value", "below"):
        if row.get(name) and _number(row[name]) is None:
            return f"`{row[name]}` is not a number", f"Write `{name}` as digits with a point."
    return None


def _line(number: int, row: Mapping[str, str], run_at: str) -> Line:
    result: dict[str, Any] = {"parameter": row["parameter"], "tested_at": row.get("tested_at") or run_at}
    result |= {name: row[name] for name in ("word", "unit", "method") if row.get(name)}
    result |= {name: _number(row[name]) for name in ("value", "below") if row.get(name)}
    return Line(number, cast("Kind", row.get("kind") or "sample"), row.get("sample") or None, result)


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found < 1e9 else None
