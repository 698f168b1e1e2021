"""Reads YAML and CSV files of standards as plain values and remembers the line and column of everything in them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from jjm.kit import Fault, Yaml

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain JSON values, with the line and column (from 1) of every key and item by JSON Pointer."""

    file: str
    data: object
    places: Mapping[str, Place]

    def fault(self, pointer: str, message: str, remedy: str, value: object = None) -> Fault:
        """A fault at that pointer, or at the nearest place around it that the file really has."""
        around = pointer
        while around not in self.places and around:
            around = around.rpartition("/")[0]
        line, column = self.places.get(around, (1, 1))
        return Fault(message, remedy, pointer or None, line, column, value, self.file)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a CSV file under its column names, with the line (from 1) on which it ends."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file: the column names of its first line and its rows."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def mapping(value: object) -> Mapping[str, object]:
    """The value as a mapping; anything else reads as an empty one."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def sequence(value: object) -> Sequence[object]:
    """The value as a list; anything else reads as an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def texts(value: object) -> tuple[str, ...]:
    """The texts in a list, in their order; anything else is left out."""
    return tuple(entry for entry in sequence(value) if isinstance(entry, str))


def step(pointer: str, key: object) -> str:
    """The JSON Pointer one step further down (RFC 6901)."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def read_yaml(path: Path) -> tuple[Document, list[Fault]]:
    """The document in a YAML file and what is wrong with its writing; the readable part comes in any case."""
    text, faults = _read_text(path)
    reading = _Reading(str(path), {"": (1, 1)}, faults)
    try:
        node = cast("object", yaml.compose(text, Yaml))  # pyright: ignore[reportUnknownMemberType]
    except yaml.YAMLError as error:
        reading.faults.append(_yaml_fault(str(path), error))
        node = None
    data = reading.value("", node) if node is not None else None
    return Document(str(path), data, reading.places), reading.faults


def read_csv(path: Path) -> tuple[Sheet, list[Fault]]:
    """The rows of a CSV file and what is wrong with its writing; rows of the wrong width are left out and named."""
    text, faults = _read_text(path)
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[Row] = []
    columns: tuple[str, ...] = ()
    try:
        columns = tuple(name.strip() for name in next(reader, list[str]()))
        for cells in reader:
            if len(cells) == len(columns):
                rows.append(Row(reader.line_num, {c: cell.strip() for c, cell in zip(columns, cells, strict=True)}))
            elif cells:
                message = f"this row has {len(cells)} cells, the first line names {len(columns)} columns"
                remedy = "put text that holds a comma in double quotes, and write one cell for each column"
                faults.append(Fault(message, remedy, line=reader.line_num, file=str(path)))
    except csv.Error as error:
        remedy = "close every double quote; write a quote inside a quoted cell twice"
        faults.append(Fault(f"this is not CSV: {error}", remedy, line=reader.line_num, file=str(path)))
    return Sheet(str(path), columns, tuple(rows)), faults


class _Mark(Protocol):
    line: int
    column: int


class _Scalar(Protocol):
    tag: object
    value: str


def _read_text(path: Path) -> tuple[str, list[Fault]]:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = Fault("this byte is not UTF-8", "save the file in the encoding UTF-8", line=line, file=str(path))
        return raw.decode("utf-8-sig", errors="replace"), [fault]


def _yaml_fault(file: str, error: yaml.YAMLError) -> Fault:
    mark = cast("_Mark | None", getattr(error, "problem_mark", None))
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = cast("str | None", getattr(error, "problem", None)) or str(error) or "it cannot be read"
    remedy = "check the indentation (spaces, no tabs), brackets and quotes here and on the line before"
    return Fault(f"this is not YAML: {problem}", remedy, line=line, column=column, file=file)


@dataclass(slots=True)
class _Reading:
    """Turns the nodes of one YAML file into values; keeps the first of two equal keys and names the second."""

    file: str
    places: dict[str, Place]
    faults: list[Fault]

    def value(self, pointer: str, node: object) -> object:
        if isinstance(node, MappingNode):
            return self._mapping(pointer, cast("list[tuple[object, object]]", node.value))
        if isinstance(node, SequenceNode):
            return self._sequence(pointer, cast("list[object]", node.value))
        return self._scalar(pointer, node)

    def _mapping(self, pointer: str, pairs: list[tuple[object, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in pairs:
            key = cast("_Scalar", key_node).value if isinstance(key_node, ScalarNode) else "?"
            below = step(pointer, key)
            if key in found:
                first = self.places[below][0]
                remedy = f"keep one of the two; the other is on line {first}"
                self.faults.append(self._fault(below, key_node, f"`{key}` is written twice", remedy))
                continue
            self.places[below] = _place(key_node)
            found[key] = self.value(below, value_node)
        return found

    def _sequence(self, pointer: str, nodes: list[object]) -> list[object]:
        for index, node in enumerate(nodes):
            self.places[step(pointer, index)] = _place(node)
        return [self.value(step(pointer, index), node) for index, node in enumerate(nodes)]

    def _scalar(self, pointer: str, node: object) -> object:
        scalar = cast("_Scalar", node)
        kind, text = str(scalar.tag).rpartition(":")[2], scalar.value
        try:
            return _SCALARS[kind](text)
        except (KeyError, ValueError):
            remedy = (
                "put it in quotes if it is a text; tags (`!...`), merge keys (`<<`) and infinite numbers are not used"
            )
            self.faults.append(self._fault(pointer, node, f"`{text}` is of a kind that standards do not use", remedy))
            return None

    def _fault(self, pointer: str, node: object, message: str, remedy: str) -> Fault:
        line, column = _place(node)
        return Fault(message, remedy, pointer, line, column, file=self.file)


def _place(node: object) -> Place:
    mark = cast("_Mark", node.start_mark)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    return mark.line + 1, mark.column + 1


def _integer(text: str) -> int:
    return int(text, 0)


def _boolean(text: str) -> bool:
    return text.lower() == "true"


def _nothing(text: str) -> None:
    return None


# A date stays the text that was written: JSON has no dates, and `source_date: 2024-01-01` means that text.
_SCALARS: Mapping[str, Callable[[str], object]] = {
    "str": str,
    "timestamp": str,
    "int": _integer,
    "float": float,
    "bool": _boolean,
    "null": _nothing,
}
