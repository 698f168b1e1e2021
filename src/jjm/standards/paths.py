"""Paths of fields: names from the outside in, with 0 for the entries of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from jjm.standards.model import Field
from jjm.standards.reader import step

Path: TypeAlias = tuple[str | int, ...]


def in_file(path: Path) -> str:
    """The JSON Pointer in the file of a standard at which the field is declared."""
    return "".join("/items" if part == 0 else step("/properties", part) for part in path)


def in_record(path: Path) -> str:
    """The JSON Pointer in a record at which the value of the field stands."""
    return "".join(step("", part) for part in path)


def code_paths(fields: Iterable[Field], codelist: str, outer: Path = ()) -> Iterator[Path]:
    """The paths of all fields whose codes come from that list."""
    for field in fields:
        yield from _code_paths(field, codelist, (*outer, field.name))


def _code_paths(field: Field, codelist: str, path: Path) -> Iterator[Path]:
    if field.code == codelist:
        yield path
    if field.item is not None:
        yield from _code_paths(field.item, codelist, (*path, 0))
    yield from code_paths(field.fields, codelist, path)
