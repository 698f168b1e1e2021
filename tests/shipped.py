"""Standards that many tests ask for, read once in each process, and what judges records by them, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from jjm.standards import Catalogue, RecordValidator, default_folder, load, validators

_read: dict[bytes, Catalogue] = {}
_compiled: dict[int, tuple[Catalogue, Mapping[str, RecordValidator]]] = {}


@cache
def shipped() -> Catalogue:
    """The standards as shipped."""
    return load(default_folder())


def standards(folder: Path) -> Catalogue:
    """The standards of a folder; those of the same content are the same. Raises what `load` raises."""
    if folder == default_folder():
        return shipped()
    told = _content(folder)
    if told not in _read:
        _read[told] = load(folder)
    return _read[told]


def rules(catalogue: Catalogue) -> Mapping[str, RecordValidator]:
    """What judges records by these standards."""
    if id(catalogue) not in _compiled:
        # The standards are held as well, so that no others can come to have their number.
        _compiled[id(catalogue)] = catalogue, validators(catalogue)
    return _compiled[id(catalogue)][1]


def _content(folder: Path) -> bytes:
    read = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        read.update(f"{path.relative_to(folder)}\n{len(content)}\n".encode())
        read.update(content)
    return read.digest()
