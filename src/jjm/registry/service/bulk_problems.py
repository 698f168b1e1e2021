"""The problems of a bulk load: a file with one JSON object for each thing wrong, exact also after a crash."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from jjm.kit import Fault
from jjm.standards import Standard

_LONGEST_VALUE = 500
_MOST_BYTES = 256 * 1024**2


class ProblemFile:
    """What is wrong, line by line. Only what `size` covers has been committed; the rest is cut off when it is opened.

    Values of personal fields are never written.
    """

    def __init__(self, file: BinaryIO, standard: Standard) -> None:
        self._file = file
        self._personal = standard.personal_fields

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._file.tell()

    def add(self, faults: Sequence[Fault]) -> int:
        """Write faults in the order of their lines, to stay there if power fails; how many found no more room."""
        if not faults or self.size >= _MOST_BYTES:
            return len(faults)
        ordered = sorted(faults, key=lambda fault: fault.line or 0)
        lines = [orjson.dumps(self._shown(f), default=str, option=orjson.OPT_APPEND_NEWLINE) for f in ordered]
        self._file.write(b"".join(lines))
        self._file.flush()
        os.fsync(self._file.fileno())
        return 0

    def _shown(self, fault: Fault) -> Mapping[str, object]:
        shown = fault.as_json()
        place = str(fault.column) if fault.pointer is None else fault.pointer.split("/", 2)[-1].partition("/")[0]
        value = shown.get("value")
        if place in self._personal or len(orjson.dumps(value, default=str)) > _LONGEST_VALUE:
            shown.pop("value", None)
        return {"line": fault.line} | shown


@contextmanager
def problem_file(path: Path, size: int, standard: Standard) -> Any:
    """The file of problems of which so many bytes stand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(size)
        file.seek(size)
        yield ProblemFile(file, standard)


def first_problems(path: Path, most: int = 100) -> list[dict[str, Any]]:
    """The first problems of a file."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        return [orjson.loads(line) for _, line in zip(range(most), file, strict=False)]
