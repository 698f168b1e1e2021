"""The small synthetic State, told once for all tests."""

from __future__ import annotations

import pytest
from shipped import shipped
from small_world import SMALL, Today, Told, versions

from jjm.sandbox import Record, world
from jjm.standards import Catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The standards as shipped."""
    return shipped()


@pytest.fixture(scope="session")
def told(catalogue: Catalogue) -> Told:
    """The world as it is told."""
    return list(world(catalogue, **SMALL))


@pytest.fixture(scope="session")
def today(told: Told) -> Today:
    """Every record as it stands in the end, by type."""
    latest: dict[str, dict[str, Record]] = {}
    for type, record in versions(told):
        if record["_meta"]["change"] != "correct":
            latest.setdefault(type, {})[record["id"]] = record
    return {type: list(records.values()) for type, records in latest.items()}
