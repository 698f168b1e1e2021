"""Bulk work: files of records in and out, as jobs of the node."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jjm.access import Actor, require_export, require_write
from jjm.kit import Job, Jobs, Run, WriteConnection
from jjm.registry.service.bulk_actor import BY, kept
from jjm.registry.service.bulk_export import Export, Extract
from jjm.registry.service.bulk_folder import BulkFolder
from jjm.registry.service.bulk_fresh import can_be_ahead
from jjm.registry.service.bulk_import import Import
from jjm.registry.service.bulk_model import Load
from jjm.registry.service.bulk_read import LARGE, elsewhere
from jjm.registry.service.context import Registry

IMPORT, EXPORT = "import", "export"
_KEPT_DAYS = 30


def _nobody() -> None:
    return None


@dataclass
class Bulk:
    """The bulk work of a node, done in its folder; `wake` is called when changes have been committed.

    `upload_bytes` is the largest file that is taken, `file_bytes` that of the files that are put out.
    """

    registry: Registry
    jobs: Jobs
    root: Path
    upload_bytes: int = 4 * 1024**3
    file_bytes: int = 256 * 1024**2
    wake: Callable[[], None] = _nobody

    def __post_init__(self) -> None:
        self.folder = BulkFolder(self.root)
        self.reader = elsewhere()
        self.jobs.register(IMPORT, self._import, ended=self._forget)
        self.jobs.register(EXPORT, self._export)

    async def tidy(self) -> None:
        """Let go of files that no job needs any more; to be called at start, before anything is sent."""
        async with self.registry.database.read() as conn:
            waiting = await self.jobs.open(conn)
        await asyncio.to_thread(self.folder.tidy, waiting, _KEPT_DAYS)

    async def receive(self, job: str, load: Load, content: AsyncIterator[bytes], *, declared: int | None) -> bytes:
        """Keep what is sent for a load; its SHA-256. Raises as `BulkFolder.receive` does."""
        apart = can_be_ahead(self.registry.table(load.type), load, self.registry.clock.today())

        def told(size: int) -> None:
            if apart and size >= LARGE:
                self.reader.make_ready()

        return await self.folder.receive(job, content, declared=declared, most=self.upload_bytes, told=told)

    def close(self) -> None:
        """Let go of what stands ready; to be called when no job is under way any more."""
        self.reader.close()

    async def ask_import(self, conn: WriteConnection, actor: Actor, load: Load, id: str) -> Job:
        """Ask for the file in the spool under that id to be taken in. Raises Problem 401 or 403."""
        require_write(actor, self.registry.table(load.type).standard)
        return await self._ask(conn, actor, IMPORT, load.as_json(), id)

    async def ask_export(self, conn: WriteConnection, actor: Actor, extract: Extract) -> Job:
        """Ask for records to be put out. Raises Problem 401 or 403."""
        require_export(actor, self.registry.table(extract.type).standard)
        return await self._ask(conn, actor, EXPORT, extract.as_json(), None)

    async def _ask(
        self, conn: WriteConnection, actor: Actor, kind: str, request: Mapping[str, object], id: str | None
    ) -> Job:
        scopes, asked = sorted(map(str, actor.permits)), {**request, BY: kept(actor)}
        return await self.jobs.submit(conn, kind=kind, actor=actor.name, scopes=scopes, request=asked, id=id)

    async def _import(self, run: Run) -> Mapping[str, object]:
        return await Import(self.registry, self.folder, run, self.reader, self.wake).bring_in()

    async def _export(self, run: Run) -> Mapping[str, object]:
        return await Export(self.registry, self.folder, run, self.file_bytes).put_out()

    async def _forget(self, job: Job) -> None:
        await asyncio.to_thread(self.folder.forget, job.id)
