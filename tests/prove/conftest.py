"""What the machines of hypothesis stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prove.chance import SEED
from prove.shelf import Shelf

from jjm.kit import DatabaseUrl


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell how the chances of this run are had again."""
    if config.option.markexpr == "prove":
        terminalreporter.write_line(f"The same again: JJM_PROVE_SEED={SEED} make prove")


@pytest.fixture
def shelf(database_url: DatabaseUrl) -> Iterator[Shelf]:
    """A registry on a fresh database."""
    opened = Shelf(database_url)
    yield opened
    opened.close()
