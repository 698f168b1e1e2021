"""A node with people in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import people_kit
import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from jjm.access.sessions import passwords
from jjm.kit import DatabaseUrl


@pytest.fixture
def full_strength() -> None:
    """For tests of the strength itself: passwords are hashed as they are in service."""


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed with the least work, since a hundred tests open accounts and try passwords."""
    if "full_strength" in request.fixturenames:
        return
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: DatabaseUrl) -> AsyncGenerator[people_kit.House, None]:
    """A node with a few areas, nobody in it yet but its keeper, that writes messages to a file."""
    async with people_kit.house(tmp_path / "node", database_url, messages="outbox") as opened:
        yield opened
