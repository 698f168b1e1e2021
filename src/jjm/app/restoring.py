"""A node put back from one file, into a folder of its own: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any, cast

import orjson

from jjm.app.backup import DUMP, FILES, FORMAT, MANIFEST, NOT_SAVED
from jjm.app.inside import opened
from jjm.app.postgres_tools import run_tool
from jjm.app.start import moved_start
from jjm.kit import Cluster, Database, Problem, SystemClock
from jjm.ledger import head, renew_history
from jjm.notify import hold_back
from jjm.registry import ERASED, join_lists


async def restore(file: Path, folder: Path, database: str | None, erased: Sequence[Path] = ()) -> dict[str, Any]:
    """Put a node back into an empty folder, and into an empty database where one is given; what was restored.

    `erased` are lists of erasures, or folders of nodes that hold one: what they tell is erased again when the node
    starts, as is what the backup's own list tells.

    Raises Problem `not-empty`, `not-a-backup`, or `backup-altered` where the database is not the one that was saved.
    """
    _check_empty(folder)
    lists = [_list_at(one) for one in erased]
    with _archive(file) as archive, _staged(folder) as stage:
        manifest = _manifest(archive, file)
        dump = _extract(archive, file, stage)
        if database is None:
            cluster = Cluster(stage)
            url = await cluster.start()
            try:
                await _fill(url, dump, manifest)
            finally:
                await cluster.stop()
        else:
            await _fill(database, dump, manifest)
        dump.unlink()
        count = join_lists(stage / ERASED, lists)
        moved_start(stage, database)
        _put_in_place(stage, folder)
    return manifest | {"data": str(folder), "erasures": count}


def _list_at(path: Path) -> Path:
    # One that is not there must not pass for an empty one: what was erased would be readable again.
    found = path / ERASED if path.is_dir() else path
    if not found.is_file():
        raise Problem("file-unreadable", 400, "The file cannot be read", f"{found}: there is no list of erasures.")
    return found


async def _fill(url: str, dump: Path, manifest: dict[str, Any]) -> None:
    async with opened(url) as there, there.read() as conn:
        if await conn.fetchval("select to_regnamespace('registry') is not null"):
            raise Problem("not-empty", 409, "The database is not empty", "A node is restored into an empty database.")
    # In one transaction, so that a node never starts on half of what was saved.
    run_tool("pg_restore", ["--no-owner", "--single-transaction", str(dump)], url)
    async with opened(url) as there:
        await _check(there, manifest)
        # What was entered behind the backup is lost; the same positions will be given to something else.
        async with there.write() as conn:
            await renew_history(conn, (await head(conn)).size - 1)
            # What waited to be sent then may have been sent since.
            if await conn.fetchval("select to_regclass('notify.message') is not null"):
                await hold_back(conn, SystemClock().now())


async def _check(database: Database, manifest: dict[str, Any]) -> None:
    async with database.read() as conn:
        await conn.execute("analyze")
        signed = await head(conn)
    # A running node went on between the moment its checkpoint was noted and the one at which it was saved.
    if signed.size < manifest["entries"] or (
        signed.size == manifest["entries"] and signed.root.hex() != manifest["root"]
    ):
        detail = f"The backup speaks of {manifest['entries']} entries, its database of {signed.size}."
        raise Problem("backup-altered", 422, "The backup was altered", detail)


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem(
            "not-empty", 409, "The folder is not empty", f"{folder} is in use; name a new folder with --data."
        )


@contextmanager
def _archive(file: Path) -> Generator[tarfile.TarFile, None, None]:
    try:
        with tarfile.open(file, "r:") as archive:
            yield archive
    except (tarfile.TarError, EOFError) as error:
        raise _not_a_backup(file, str(error)) from error
    except OSError as error:
        raise Problem(
            "file-unreadable", 400, "The file cannot be read", f"{file}: {error.strerror or error}."
        ) from error


def _manifest(archive: tarfile.TarFile, file: Path) -> dict[str, Any]:
    member = archive.next()
    content = archive.extractfile(member) if member and member.name == MANIFEST else None
    try:
        manifest: object = orjson.loads(content.read()) if content else None
    except orjson.JSONDecodeError as error:
        raise _not_a_backup(file, "its manifest is not JSON") from error
    if not isinstance(manifest, dict):
        raise _not_a_backup(file, "it does not begin with a manifest")
    found = cast("dict[str, Any]", manifest)
    if found.get("format") != FORMAT:
        raise _not_a_backup(file, f"its format is {found.get('format')}, this release reads {FORMAT}")
    return found


def _not_a_backup(file: Path, reason: str) -> Problem:
    return Problem("not-a-backup", 400, "This is no backup of a node", f"{file}: {reason}.")


def _extract(archive: tarfile.TarFile, file: Path, stage: Path) -> Path:
    """Everything in the archive but its manifest, in the folder; where the database's dump is."""
    for member in archive:
        if member.name == MANIFEST:
            continue
        inside = member.name.removeprefix(FILES)
        top = inside.partition("/")[0]
        if member.name != DUMP and (inside == member.name or top in NOT_SAVED or top == DUMP):
            raise _not_a_backup(file, f"it holds {member.name}, which no backup does")
        _take_out(archive, member, file, stage / inside, stage)
    if not (stage / DUMP).is_file():
        raise _not_a_backup(file, "it holds no database")
    return stage / DUMP


def _take_out(archive: tarfile.TarFile, member: tarfile.TarInfo, file: Path, target: Path, stage: Path) -> None:
    """One member at its place. Nothing leaves the folder, and nothing but files and folders enters it."""
    if not target.resolve().is_relative_to(stage.resolve()):
        raise _not_a_backup(file, f"{member.name} would lie outside of the folder")
    content = archive.extractfile(member) if member.isfile() else None
    if content is None and not member.isdir():
        raise _not_a_backup(file, f"{member.name} is neither a file nor a folder")
    (target if content is None else target.parent).mkdir(parents=True, exist_ok=True)
    if content is not None:
        with content, target.open("xb") as written:
            shutil.copyfileobj(content, written)
        target.chmod(member.mode & 0o700)


@contextmanager
def _staged(folder: Path) -> Generator[Path, None, None]:
    stage = folder.absolute().with_name(f".{folder.name}.restore-{token_hex(4)}")
    stage.mkdir(parents=True)
    try:
        yield stage
    finally:
        apart = stage / "postgres.location"
        if apart.exists():
            shutil.rmtree(apart.read_text("utf-8").splitlines()[0], ignore_errors=True)
        shutil.rmtree(stage, ignore_errors=True)


def _put_in_place(stage: Path, folder: Path) -> None:
    if folder.exists():
        folder.rmdir()
    stage.rename(folder.absolute())
    handle = os.open(folder.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
