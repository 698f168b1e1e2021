"""The database of a node from inside, for its keeper: verified, saved and examined whether the node runs or not."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from jjm.app.settings import PERSONAL
from jjm.kit import Database, Problem, SystemClock, Vault, open_vault, reach
from jjm.registry import Registry
from jjm.standards import Catalogue


@asynccontextmanager
async def url_of(folder: Path, url: str | None = None) -> AsyncGenerator[str, None]:
    """The address of the node's database: the one given, else of the embedded one in `folder`."""
    if url is not None:
        yield url
        return
    async with reach(folder) as found:
        yield found


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Database, None]:
    """The database at that address. Raises Problem where it cannot be reached, and for all that it refuses."""
    with database_problems():
        database = await Database.connect(url, size=2)
        try:
            yield database
        finally:
            await database.close()


@asynccontextmanager
async def database_of(folder: Path, url: str | None = None) -> AsyncGenerator[Database, None]:
    """The node's database, whether the node runs or not. Raises Problem where it cannot be reached."""
    async with url_of(folder, url) as found, opened(found) as database:
        yield database


def registry_of(database: Database, catalogue: Catalogue, vault: Vault | None = None) -> Registry:
    """The registries in that database, for reading."""
    return Registry(database, catalogue, {}, "", SystemClock(), vault=vault)


def vault_in(folder: Path) -> Vault | None:
    """What opens the personal data of the node in that folder; None where its key is not there or is locked."""
    if not (folder / f"{PERSONAL}.key").exists():
        return None
    try:
        return open_vault(folder, PERSONAL)
    except Problem:
        return None


@contextmanager
def database_problems() -> Generator[None, None, None]:
    """What PostgreSQL refuses, as a Problem."""
    try:
        yield
    except asyncpg.PostgresError as error:
        detail = f"PostgreSQL refused: {error}. Start the node once with this release, or name its database."
        raise Problem("database-refused", 503, "The database cannot be used", detail) from error
