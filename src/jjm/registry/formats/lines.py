"""The bytes of a file, unpacked where it is compressed, as lines of bounded length."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from jjm.kit import Fault, Problem
from jjm.registry.formats.model import LONGEST_LINE

_BLOCK = 1 << 18
_GZIP = b"\x1f\x8b"
_MOST_TIMES = 200
_NEVER_TOO_MUCH = 64_000_000
_BOM = b"\xef\xbb\xbf"


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """The content of a file, unpacked if it is gzip.

    Raises Problem 422 where the packing is broken, or holds more than a file of records can be.
    """
    with path.open("rb") as plain:
        packed = plain.read(2) == _GZIP
        plain.seek(0)
        try:
            yield cast("BinaryIO", _Unpacked(plain, path.stat().st_size)) if packed else plain
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            fault = Fault(f"the gzip packing is broken: {error}", "Pack the file again and send it whole.")
            raise Problem("bad-gzip", 422, "The file cannot be read", str(fault), [fault]) from error


@contextmanager
def opened_anywhere(path: Path) -> Generator[BinaryIO]:
    """The same, for reading here and there: what is packed is unpacked beside the file first."""
    with opened(path) as stream:
        if not isinstance(stream, _Unpacked):
            yield stream
            return
        with tempfile.TemporaryFile(dir=path.parent) as whole:
            shutil.copyfileobj(stream, whole, _BLOCK)
            whole.seek(0)
            yield whole


class _Unpacked:
    """The content of a gzip file, bounded by its size."""

    def __init__(self, plain: BinaryIO, size: int) -> None:
        self._file = gzip.GzipFile(fileobj=plain)
        self._left = _NEVER_TOO_MUCH + _MOST_TIMES * size

    def read(self, size: int) -> bytes:
        """The next bytes. Raises Problem 422 where they are too many for what was sent."""
        found = self._file.read(size)
        self._left -= len(found)
        if self._left < 0:
            fault = Fault(f"unpacked it is more than {_MOST_TIMES} times as large", "Send the records without padding.")
            raise Problem("packed-too-tightly", 422, "The file cannot be read", str(fault), [fault])
        return found


def blocks(stream: BinaryIO) -> Iterator[list[bytes | None]]:
    """The lines of a file, many at a time, without their ends; None for one that is too long to be held."""
    rest = _begin(stream)
    too_long = False
    while block := stream.read(_BLOCK):
        lines: list[bytes | None] = list((rest + block).split(b"\n"))
        rest = cast("bytes", lines.pop())
        if lines and too_long:
            lines[0], too_long = None, False
        if len(rest) > LONGEST_LINE:
            rest, too_long = b"", True
        yield [line if line is None or len(line) <= LONGEST_LINE else None for line in lines]
    if rest or too_long:
        yield [None if too_long else rest]


def numbered(stream: BinaryIO, after: int, most: int) -> Iterator[tuple[int, list[bytes | None]]]:
    """The lines behind a line, at most so many at a time, with the number of the first."""
    begin = 1
    for lines in blocks(stream):
        for skip in range(max(0, after + 1 - begin), len(lines), most):
            yield begin + skip, lines[skip : skip + most]
        begin += len(lines)


def _begin(stream: BinaryIO) -> bytes:
    first = stream.read(len(_BOM))
    return b"" if first == _BOM else first


def too_long(line: int) -> Fault:
    """What is said of a line that is too long to be held."""
    message = f"the line is longer than {LONGEST_LINE:,} bytes"
    return Fault(
        message, "Send one record a line; if it really is that large, leave out what is not needed.", line=line
    )
