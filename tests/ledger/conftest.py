"""A node's key and sequencer."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjm.kit import Database
from jjm.ledger import Sequencer, Signer, open_signer

ORIGIN = "jjm.odisha.example/log"


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """The key of the node under test."""
    return open_signer(tmp_path_factory.mktemp("node"), ORIGIN, "a passphrase")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a node that has not started yet."""
    return tmp_path / "node"


@pytest.fixture
def sequencer(database: Database, signer: Signer) -> Sequencer:
    """A sequencer on the test's database."""
    return Sequencer(database, signer)
