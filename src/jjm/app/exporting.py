"""Records put out by a node as a job, its files brought here and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jjm.app.client import as_problems
from jjm.app.session import Session
from jjm.client import Export, File
from jjm.kit import Problem, bad_request

_ENDINGS = {".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".parquet": "parquet"}
_GZIP = ".gz"


async def export_to(session: Session, type: str, to: Path, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Write the chosen records of a type to a file, or to several; what was written.

    Raises Problem `bad-ending` for a name that says no format, `exists` rather than overwrite a file, and
    `broken-download` where a file is not the one that the node made.
    """
    format, packed = _format(to)
    _must_be_free(to)
    with session.terminal.progress("Putting out, records") as advance, as_problems():

        def told(so_far: Mapping[str, Any]) -> None:
            advance(so_far.get("records", 0), None)

        made = await session.client.node.export(type, chosen, format=format, gzip=packed, told=told)
    names = _names(to, len(made.files))
    await _fetch(session, made, names)
    reached = made.position
    said = {"records": made.records, "position": reached.number, "epoch": reached.epoch}
    return said | {"files": [str(name) for name in names]}


def _format(to: Path) -> tuple[str, bool]:
    packed = to.suffix == _GZIP
    ending = Path(to.stem).suffix if packed else to.suffix
    if ending not in _ENDINGS:
        detail = f"{to} says no format: end its name in {', '.join(_ENDINGS)}, with {_GZIP} to pack it."
        raise bad_request("bad-ending", detail)
    return _ENDINGS[ending], packed and _ENDINGS[ending] != "parquet"


def _names(to: Path, count: int) -> list[Path]:
    """The name as given, or numbered ones in front of its ending."""
    ending = "".join(to.suffixes[-2:]) if to.suffix == _GZIP else to.suffix
    stem = to.name.removesuffix(ending)
    names = [to] if count == 1 else [to.with_name(f"{stem}-{n:04}{ending}") for n in range(1, count + 1)]
    for name in names:
        _must_be_free(name)
    return names


def _must_be_free(file: Path) -> None:
    if file.exists():
        raise Problem("exists", 409, "The file exists", f"{file} is there already; name a new file.")


async def _fetch(session: Session, made: Export, names: Sequence[Path]) -> None:
    done, total = 0, sum(file.bytes for file in made.files)
    with session.terminal.progress("Fetching, bytes") as advance:
        for file, name in zip(made.files, names, strict=True):
            await _one(session, file, name, lambda so_far, before=done: advance(before + so_far, total))
            done += file.bytes


async def _one(session: Session, file: File, name: Path, told: Callable[[int], object]) -> None:
    try:
        with as_problems():
            await session.client.node.download(file, name, told=told)
    except OSError as error:
        raise Problem("file-unwritable", 400, "The file cannot be written", f"{name}: {error.strerror}.") from error
