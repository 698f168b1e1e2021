"""Records put out by a node as a job, its files brought here and checked."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jjm.app.client import Record
from jjm.app.sending import ended
from jjm.app.session import Session
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
    params = {**chosen, "format": format, "gzip": packed}
    terminal, client = session.terminal, session.client
    with terminal.progress("Putting out, records") as advance:
        job = (await client.call("POST", f"{await client.path(type)}:export", params=params)).json()
        job = await ended(client, job, lambda so_far: advance(so_far.get("records", 0), None))
    if job["state"] != "done":
        raise Problem("export-failed", 409, "The export was not made", f"Job {job['id']} is {job['state']}.")
    files: list[Record] = job["result"]["files"]
    names = _names(to, len(files))
    with terminal.progress("Fetching, bytes") as advance:
        done, total = 0, sum(file["bytes"] for file in files)
        for file, name in zip(files, names, strict=True):
            await _fetch(session, file, name)
            done += file["bytes"]
            advance(done, total)
    result = job["result"]
    told = {name: result[name] for name in ("records", "position", "epoch")}
    return told | {"files": [str(name) for name in names]}


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


async def _fetch(session: Session, file: Record, name: Path) -> None:
    draft = name.with_name(f".{name.name}.part")
    digest = hashlib.sha256()
    try:
        with draft.open("wb") as out:
            async with session.client.stream("GET", file["url"]) as answer:
                async for chunk in answer.aiter_raw():
                    digest.update(chunk)
                    await asyncio.to_thread(out.write, chunk)
        if digest.hexdigest() != file["sha256"]:
            raise Problem("broken-download", 502, "The file came broken", f"{name} was not kept; export it again.")
        draft.replace(name)
    except OSError as error:
        raise Problem("file-unwritable", 400, "The file cannot be written", f"{name}: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
