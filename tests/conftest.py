"""What tests share: one PostgreSQL per run and kind, and a fresh database per test."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncGenerator

import databases
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from jjm.access.sessions import passwords
from jjm.kit import Database, DatabaseUrl

# How fast the machine is says nothing about a rule.
# The same examples each time, so that a test tells of the change and not of chance; `make prove` looks for others.
settings.register_profile(
    "same", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, print_blob=True
)
settings.register_profile("others", settings.get_profile("same"), derandomize=False)
settings.load_profile("others" if os.environ.get("JJM_OTHER_EXAMPLES") else "same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--postgres`: on which PostgreSQL database tests run."""
    parser.addoption(
        "--postgres",
        choices=["embedded", "system", "both"],
        help="PostgreSQL for tests with a database: the embedded one, those installed in the system, or both "
        "(default: embedded, and both for tests marked every_postgres)",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes for each processor: half of the time a test waits for its node or its PostgreSQL."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first: whoever begins one as the last lets the other processors wait."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What was read for the tests stays to the end: nobody need search it for what is gone, time and again."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a database runs on the embedded PostgreSQL; one marked `every_postgres` on the system's as well."""
    if "postgres" not in metafunc.fixturenames:
        return
    marked = metafunc.definition.get_closest_marker("every_postgres") is not None
    kinds = databases.kinds(metafunc.config.getoption("--postgres") or ("both" if marked else databases.EMBEDDED))
    if not kinds:
        raise pytest.UsageError("--postgres=system: this system has no PostgreSQL 15 to 18 in /usr/lib/postgresql")
    metafunc.parametrize("postgres", kinds, indirect=True, scope="session")


@pytest.fixture
def full_strength() -> None:
    """For tests of the strength itself: passwords are hashed as they are in service."""


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed with the least work, since hundreds of tests open accounts and try passwords."""
    passwords._nobodys.cache_clear()
    if "full_strength" in request.fixturenames:
        return
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest_asyncio.fixture(scope="session")
async def servers() -> AsyncGenerator[databases.Servers, None]:
    """The PostgreSQL servers of this process, each started when first needed."""
    async with databases.Servers() as started:
        yield started


@pytest_asyncio.fixture(scope="session")
async def postgres(request: pytest.FixtureRequest, servers: databases.Servers) -> databases.Postgres:
    """The PostgreSQL of the kind that this test is run on."""
    return await servers.of(request.param)


@pytest_asyncio.fixture
async def database_url(postgres: databases.Postgres) -> AsyncGenerator[DatabaseUrl, None]:
    """The address of a fresh database, for tests that start a whole node on it."""
    async with postgres.fresh() as url:
        yield url


@pytest_asyncio.fixture
async def database(database_url: DatabaseUrl) -> AsyncGenerator[Database, None]:
    """A fresh database with all migrations applied."""
    opened = await Database.connect(database_url, size=20)
    yield opened
    await opened.close()
