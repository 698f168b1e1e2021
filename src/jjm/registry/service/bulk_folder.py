"""Where the files of jobs lie: what was sent waits in `spool`, what came of jobs lies in `jobs`."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from jjm.kit import Fault, Problem, bad_request, to_its_end

_AT_ONCE = 1 << 20
_LEAVE_FREE = 256 * 1024**2
_DAY = 86_400


@dataclass(frozen=True)
class BulkFolder:
    """The folder of a node's bulk work."""

    root: Path

    def spool(self, job: str) -> Path:
        """The file that a job takes in."""
        return self.root / "spool" / job

    def problems(self, job: str) -> Path:
        """What was wrong with it."""
        return self.root / "jobs" / job / "problems.ndjson"

    def files(self, job: str) -> Path:
        """The folder of what a job puts out."""
        return self.root / "jobs" / job / "files"

    async def receive(
        self, job: str, content: AsyncIterator[bytes], *, declared: int | None, most: int, told: Callable[[int], None]
    ) -> bytes:
        """Keep what is sent, on the disk and not only in the machine's memory; its SHA-256.

        `told` hears time and again how many bytes have come. Raises Problem 400 when nothing was sent, 413 past `most`
        bytes, 507 when the disk cannot hold it.
        """
        part = self.spool(f"{job}.part")
        part.parent.mkdir(parents=True, exist_ok=True)
        if declared is not None and declared > most:
            raise _too_large(most)
        if declared is not None and declared + _LEAVE_FREE > shutil.disk_usage(part.parent).free:
            raise _full()
        try:
            digest = await _keep(part, content, most, told)
            part.rename(self.spool(job))
        except OSError as error:
            raise _full() if error.errno == errno.ENOSPC else error from error
        finally:
            part.unlink(missing_ok=True)
        return digest

    def forget(self, job: str) -> None:
        """Let go of what a job took in."""
        self.spool(job).unlink(missing_ok=True)

    def tidy(self, open_jobs: Collection[str], days: int) -> None:
        """Let go of what no open job takes in any more, and of what came of jobs so many days ago."""
        for path in _entries(self.root / "spool"):
            if path.name not in open_jobs:
                path.unlink(missing_ok=True)
        for folder in _entries(self.root / "jobs"):
            if folder.name not in open_jobs and folder.stat().st_mtime < time.time() - days * _DAY:
                shutil.rmtree(folder, ignore_errors=True)


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


async def _keep(path: Path, content: AsyncIterator[bytes], most: int, told: Callable[[int], None]) -> bytes:
    size, held, digest = 0, bytearray(), sha256()
    with path.open("wb") as file:

        def keep(part: bytearray) -> None:
            digest.update(part)
            file.write(part)

        async for chunk in content:
            size += len(chunk)
            if size > most:
                raise _too_large(most)
            held += chunk
            if len(held) >= _AT_ONCE:
                await to_its_end(keep, held)
                held = bytearray()
                told(size)
        if not size:
            fault = Fault("the body is empty", "Send the file as the body of the call.")
            raise bad_request("empty-file", "There is nothing to import.", fault)
        keep(held)
        file.flush()
        await to_its_end(os.fsync, file.fileno())
    return digest.digest()


def _too_large(most: int) -> Problem:
    detail = f"At most {most:,} bytes are taken in one file; pack it with gzip, send Parquet, or send it in parts."
    return Problem("body-too-large", 413, "The body is too large", detail)


def _full() -> Problem:
    detail = "The file was not kept. Make room on the node's disk, then send it again."
    return Problem("storage-full", 507, "The node's disk is full", detail)
