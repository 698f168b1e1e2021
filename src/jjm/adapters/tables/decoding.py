"""The bytes of a foreign file: gzip or not, what they are, and in which encoding they are written."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from jjm.kit import Fault, Problem

Kind = Literal["delimited", "html", "workbook"]

_GZIP = b"\x1f\x8b"
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Writing:
    """In which encoding a file is written; `line` is the first that is not UTF-8, where it was taken for Latin."""

    encoding: str
    line: int | None = None


def open_bytes(path: Path) -> BinaryIO:
    """The content of the file, unpacked where it is gzip, whatever its name says."""
    with path.open("rb") as probe:
        packed = probe.read(2) == _GZIP
    return cast("BinaryIO", gzip.open(path, "rb")) if packed else path.open("rb")


def kind_of(path: Path) -> Kind:
    """What the content is, whatever the name says: a `.xls` is often an HTML table, and a `.csv` sometimes too."""
    head = next(_chunks(path), b"")[:4096]
    if head.startswith(_WORKBOOK):
        return "workbook"
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return (
        "html"
        if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<div", b"<style"))
        else "delimited"
    )


def writing_of(path: Path) -> Writing:
    """The encoding: by its mark, else UTF-8 if all of it is, else Latin (cp1252, or Latin-1 where that has no letter).

    Raises Problem `unreadable-file` for damaged gzip, for content that is no text, and for a mark that does not hold.
    """
    head = next(_chunks(path), b"")
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            if (line := _first_line_not(path, encoding)) is not None:
                name = encoding.removesuffix("-sig").upper()
                what = f"It begins with the mark of {name}, and this line is written otherwise"
                raise unreadable(path, what, f"Save all of it as {name}.", line)
            return Writing(encoding)
    if b"\x00" in head:
        raise unreadable(path, "It holds bytes that no text has", "Save it as CSV in UTF-8 and give that file.")
    line = _first_line_not(path, "utf-8")
    if line is None:
        return Writing("utf-8")
    return Writing("cp1252" if _first_line_not(path, "cp1252") is None else "latin-1", line)


def unreadable(path: Path, what: str, remedy: str, line: int | None = None) -> Problem:
    """The refusal of a file that cannot be read as a table."""
    return Problem(
        "unreadable-file",
        400,
        f"{path.name} cannot be read as a table",
        what,
        [Fault(what, remedy, file=path.name, line=line)],
    )


def _first_line_not(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    seen, lines = 0, 1
    for chunk in _chunks(path):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return lines + chunk[: max(0, error.start - held)].count(b"\n")
        seen, lines = seen + len(chunk), lines + chunk.count(b"\n")
    return lines if decoder.getstate()[0] else None


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with open_bytes(path) as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise unreadable(path, f"The gzip file is damaged: {error}", "Fetch it again.") from error
