"""A node in a process of its own, with some places, for the client to speak to."""

from __future__ import annotations

from collections.abc import Iterator

import nodes
import pytest
from bad_line import BadLine, bad_line
from databases import passable_folder

from jjm.client import Client, Patience

QUICK = Patience(first=0.01, longest=0.05)


@pytest.fixture(scope="session")
def served() -> Iterator[nodes.Served]:
    """A node shared by all tests: a test changes only what it made."""
    with passable_folder() as folder, nodes.starting() as start:
        yield start(folder / "node", "--port", "0")


@pytest.fixture(scope="session", autouse=True)
def places(served: nodes.Served) -> None:
    """A district with a block and fifty villages."""
    with Client(served.url, auth=served.token) as node:
        node.create("district", {"code": "345", "name": "Angul", "state": "STA-21"})
        node.create("block", {"code": "3339", "name": "Athamallik", "districts": ["DIS-345"]})
        villages = [{"code": str(399500 + n), "name": f"Village {n}", "blocks": ["BLK-3339"]} for n in range(50)]
        made = node.import_records("village", villages, valid_from="2020-01-26", source="a list")
        assert (made.created, made.refused) == (50, 0)


@pytest.fixture
def node(served: nodes.Served) -> Iterator[Client]:
    """The administrator."""
    with Client(served.url, auth=served.token, patience=QUICK) as found:
        yield found


@pytest.fixture
def line(served: nodes.Served) -> Iterator[BadLine]:
    """A line to the node that breaks when told so."""
    with bad_line(served.url) as found:
        yield found


@pytest.fixture
def far(served: nodes.Served, line: BadLine) -> Iterator[Client]:
    """The administrator at the other end of that line."""
    with Client(line.url, auth=served.token, patience=QUICK) as found:
        yield found
