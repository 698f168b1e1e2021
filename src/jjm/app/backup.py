"""A node in one file: its database, its keys and tokens, and everything else that its folder holds.

A tar archive of `manifest.json`, `database.dump` (pg_dump's custom format) and the files of the folder below `files/`.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from jjm.app.address import ADDRESS_FILE
from jjm.app.inside import opened, url_of
from jjm.app.postgres_tools import run_tool
from jjm.kit import Problem
from jjm.ledger import head

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files/"
# The database's own folder, and what speaks of this machine and this moment.
NOT_SAVED = {"postgres", "postgres.lock", "postgres.location", ADDRESS_FILE}


async def back_up(folder: Path, database: str | None, file: Path) -> dict[str, Any]:
    """Write the node to a new file that only its owner may read, whether the node runs or not; what was saved.

    Raises Problem `exists` rather than overwrite a file, `backup-failed` with what PostgreSQL said.
    """
    draft = _draft(file)
    try:
        with TemporaryDirectory(dir=draft.parent, prefix=".jjm-backup-") as place:
            dump = Path(place) / DUMP
            async with url_of(folder, database) as url:
                async with opened(url) as there, there.read() as conn:
                    signed = await head(conn)
                run_tool("pg_dump", ["--format=custom", "--no-owner", f"--file={dump}"], url)
            made = {"made_at": datetime.now(UTC).isoformat(timespec="seconds"), "origin": signed.origin}
            manifest = {"format": FORMAT, "entries": signed.size, "root": signed.root.hex()} | made
            size = _write(draft, manifest, dump, folder)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return manifest | {"file": str(file), "bytes": size}


def _draft(file: Path) -> Path:
    if file.exists():
        raise Problem("exists", 409, "The file exists", f"{file} is there already; name a new file.")
    draft = file.absolute().with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise Problem("file-unwritable", 400, "The file cannot be written", f"{file}: {error.strerror}.") from error
    return draft


def _write(draft: Path, manifest: dict[str, Any], dump: Path, folder: Path) -> int:
    with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as archive:
        said = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(said)
        archive.addfile(entry, io.BytesIO(said))
        archive.add(dump, DUMP)
        for path in _saved(folder):
            with suppress(FileNotFoundError):  # a running node has taken in a journal of readings meanwhile
                archive.add(path, FILES + path.relative_to(folder).as_posix(), recursive=False)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    return draft.stat().st_size


def _saved(folder: Path) -> Iterator[Path]:
    for top in sorted(folder.iterdir()) if folder.is_dir() else ():
        if top.name not in NOT_SAVED:
            inside = sorted(top.rglob("*")) if top.is_dir() and not top.is_symlink() else []
            yield from (path for path in (top, *inside) if path.is_file() or path.is_dir())
