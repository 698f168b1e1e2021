"""A node started by its command line, with invented places, shared by the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import nodes
import pytest
from databases import passable_folder
from partner_world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The node, shared by the tests of a module."""
    with passable_folder() as folder, nodes.starting() as start:
        settings = "environment: sandbox\nwebhooks_private: true\ncalls_per_minute: 1000000\n"
        (folder / "node.yaml").write_text(settings)
        served = start(folder / "node", "--port", "0", "--node", folder / "node.yaml")
        port = int(served.url.rpartition(":")[2])
        made = World(folder, port, served, start)
        with made.admin() as admin:
            admin.create("district", {"code": "901", "name": "Kalpana", "state": "STA-21"})
            for block in (1, 2):
                name = {"code": f"900{block}", "name": f"Khand {block}", "districts": ["DIS-901"]}
                admin.create("block", name)
            villages = [
                {"code": str(700000 + n), "name": f"Gaon {n}", "blocks": [f"BLK-900{1 + n % 2}"]} for n in range(100)
            ]
            assert admin.import_records("village", villages, valid_from="2020-01-26").created == 100
        yield made
