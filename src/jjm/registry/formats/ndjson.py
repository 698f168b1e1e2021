"""NDJSON: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import orjson

from jjm.kit import Fault
from jjm.registry.formats.gathering import Gathering
from jjm.registry.formats.lines import numbered, too_long
from jjm.registry.formats.model import Chunk


def read_ndjson(stream: BinaryIO, after: int, size: int) -> Iterator[Chunk]:
    """The records behind a line, and a fault for every line that holds none. Empty lines are passed over."""
    gathering = Gathering(size)
    for first, lines in numbered(stream, after, size):
        _parse(first, lines, gathering)
        gathering.last = first + len(lines) - 1
        if gathering.is_full:
            yield gathering.take()
    yield from gathering.rest()


def _parse(first: int, lines: list[bytes | None], gathering: Gathering) -> None:
    gathering.bytes += sum([len(line) for line in lines if line])
    try:
        found = [orjson.loads(line or b"") for line in lines]
    except orjson.JSONDecodeError:  # then they are looked at one by one
        _parse_each(first, lines, gathering)
        return
    if {value.__class__ for value in found} == {dict}:
        gathering.rows += found
        gathering.lines += range(first, first + len(lines))
    else:
        _parse_each(first, lines, gathering)


def _parse_each(first: int, lines: list[bytes | None], gathering: Gathering) -> None:
    for number, line in enumerate(lines, first):
        try:
            value = orjson.loads(line or b"")
        except orjson.JSONDecodeError as error:
            if line is None:
                gathering.faults.append(too_long(number))
            elif line.strip():
                gathering.faults.append(_not_json(number, line, error))
            continue
        if value.__class__ is dict:
            gathering.rows.append(value)
            gathering.lines.append(number)
        else:
            fault = Fault("the line is not an object", "Write one JSON object a line: `{…}`.", line=number)
            gathering.faults.append(fault)


def _not_json(number: int, line: bytes, error: orjson.JSONDecodeError) -> Fault:
    try:
        line.decode()
    except UnicodeDecodeError as bad:
        message = "the line is not UTF-8"
        return Fault(message, "Save the file in UTF-8.", line=number, column=bad.start + 1)
    if b"\0" in line:
        column = line.index(b"\0") + 1
        return Fault("the line holds a NUL character", "Take it out.", line=number, column=column)
    message = f"the line is not JSON: {error.msg}"
    return Fault(message, "Write one JSON object a line.", line=number, column=error.colno)
