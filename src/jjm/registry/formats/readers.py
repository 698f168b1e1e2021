"""Reading a file of records, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jjm.registry.formats.lines import opened, opened_anywhere
from jjm.registry.formats.model import Chunk, Format
from jjm.registry.formats.ndjson import read_ndjson
from jjm.registry.formats.parquet import read_parquet
from jjm.registry.formats.sheet import read_csv
from jjm.standards import Standard


def read_chunks(
    path: Path, format: Format, standard: Standard, *, after: int = 0, size: int = 1_024
) -> Iterator[Chunk]:
    """The records of a file behind a line, in chunks of about `size`, unpacked where it is gzip.

    Never holds more than a chunk. Raises Problem 422 for a file that cannot be read at all.
    """
    if format is Format.PARQUET:
        with opened_anywhere(path) as stream:
            yield from read_parquet(stream, standard, after, size)
        return
    with opened(path) as stream:
        if format is Format.CSV:
            yield from read_csv(stream, standard, after, size)
        else:
            yield from read_ndjson(stream, after, size)
