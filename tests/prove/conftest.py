"""What the machines of hypothesis stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prove.shelf import Shelf

from jjm.kit import DatabaseUrl


@pytest.fixture
def shelf(database_url: DatabaseUrl) -> Iterator[Shelf]:
    """A registry on a fresh database."""
    opened = Shelf(database_url)
    yield opened
    opened.close()
