"""A node with people in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import people_kit
import pytest_asyncio

from jjm.kit import DatabaseUrl


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: DatabaseUrl) -> AsyncGenerator[people_kit.House, None]:
    """A node with a few areas, nobody in it yet but its keeper, that writes messages to a file."""
    async with people_kit.house(tmp_path / "node", database_url, messages="outbox") as opened:
        yield opened
