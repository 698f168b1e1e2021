"""Running PostgreSQL servers for tests, and fresh databases in them."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from importlib.resources import files
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import asyncpg
from shipped import rules, shipped

import jjm
import jjm.solutions
from jjm.kit import Cluster, Database, DatabaseUrl, SystemClock, migrate
from jjm.registry import Registry, prepare

EMBEDDED = "embedded"
SUPPORTED = {"15", "16", "17", "18"}

# Nothing in a test run needs to survive a power cut.
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "128MB"}

# A test may have several nodes on one server, which in service has one: each opens more while the machine is slow.
MANY = {"max_connections": "200"}

# More settings, such as `JJM_TEST_POSTGRES="enable_hashagg=off enable_sort=off"`: no answer may hang on a plan.
OTHERWISE = dict(setting.split("=", 1) for setting in os.environ.get("JJM_TEST_POSTGRES", "").split())

_TEMPLATE = "jjm_template"
_OTHERS = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = $1"


def installed() -> dict[str, Path]:
    """The PostgreSQL releases of this system that the node supports, by name."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return {f"postgresql-{f.parent.name}": f for f in folders if f.parent.name in SUPPORTED}


def kinds(choice: str) -> list[str]:
    """The kinds of PostgreSQL that `--postgres` names."""
    return [*([EMBEDDED] if choice != "system" else []), *(installed() if choice != EMBEDDED else [])]


def binaries(kind: str) -> Path | None:
    """The programs of that kind."""
    return None if kind == EMBEDDED else installed()[kind]


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A new folder that the server's account can enter when the tests run as root; gone afterwards."""
    folder = Path(mkdtemp(prefix="jjm-test-", dir=_fast_disk()))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _fast_disk() -> Path | None:
    # Making a database is making a thousand small files: a third of the time where they need not reach a disk.
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30 else None


class Postgres:
    """A running PostgreSQL, and databases in it."""

    def __init__(self, url: DatabaseUrl) -> None:
        self.url = url
        self._number = count(1)

    def database(self, name: str) -> DatabaseUrl:
        """The address of the database of that name."""
        return DatabaseUrl(self.url.replace("/jjm?", f"/{name}?"))

    @asynccontextmanager
    async def fresh(self) -> AsyncGenerator[DatabaseUrl, None]:
        """A database of its own with all migrations and the shipped standards applied, dropped in the end."""
        name = f"test_{next(self._number)}"
        await self.execute(f"create database {name} template {_TEMPLATE} strategy file_copy")
        try:
            yield self.database(name)
        finally:
            await self.execute(f"drop database {name} with (force)")

    async def execute(self, statement: str) -> None:
        """Run one statement outside a transaction."""
        conn = await asyncpg.connect(self.url)
        try:
            await conn.execute(statement)
        finally:
            await conn.close()

    async def build_template(self) -> None:
        """Make the database that all others are copied from."""
        await self.execute(f"create database {_TEMPLATE}")
        database = await Database.connect(self.database(_TEMPLATE), size=1)
        try:
            await migrate(database, blocks_with_migrations())
            catalogue = shipped()
            await prepare(Registry(database, catalogue, rules(catalogue), "IN-TEST", SystemClock()))
        finally:
            await database.close()


async def end_connections(url: DatabaseUrl) -> None:
    """End every connection to the database but our own."""
    admin = await asyncpg.connect(url)
    await admin.fetch(_OTHERS, await admin.fetchval("select current_database()"))
    await admin.close()


def blocks_with_migrations() -> list[str]:
    """The blocks that bring migrations, found by their folders."""
    found = {f"jjm.{entry.name}": entry for entry in files(jjm).iterdir() if entry.is_dir()}
    solutions = (entry for entry in files(jjm.solutions).iterdir() if entry.is_dir())
    found |= {f"jjm.solutions.{entry.name}": entry for entry in solutions}
    return sorted(name for name, folder in found.items() if folder.joinpath("sql/migrations").is_dir())


@asynccontextmanager
async def running(kind: str) -> AsyncGenerator[Postgres, None]:
    """A PostgreSQL of that kind in a folder of its own."""
    with passable_folder() as folder:
        cluster = Cluster(folder, binaries=binaries(kind), settings=FAST | MANY | OTHERWISE, apart=folder / "apart")
        try:
            postgres = Postgres(await cluster.start())
            await postgres.build_template()
            yield postgres
        finally:
            await cluster.stop()


class Servers(AsyncExitStack):
    """One PostgreSQL of each kind that is asked for, until all are ended: making one takes as long as many a test."""

    def __init__(self) -> None:
        super().__init__()
        self._running: dict[str, Postgres] = {}

    async def of(self, kind: str) -> Postgres:
        """The one of that kind."""
        if kind not in self._running:
            self._running[kind] = await self.enter_async_context(running(kind))
        return self._running[kind]
