"""An adapter is a module beside the others; there is no list."""

from __future__ import annotations

from pathlib import Path

import pytest

import jjm.adapters
from jjm.adapters import adapters

FOREIGN = """
class _Soil:
    name = "soil_cards"
    title = "Soil health cards"
    options = ()

    async def read(self, folder, door, options):
        raise AssertionError

ADAPTER = _Soil()
"""


def test_the_shipped_adapters_are_found_and_say_what_they_read() -> None:
    found = adapters()
    assert list(found) == sorted({"antyodaya", "imis", "lgd", "village_names", "wqmis"} | set(found))
    assert all(adapter.title and adapter.name == name for name, adapter in found.items())


def test_a_module_put_beside_them_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "soil_cards.py").write_text(FOREIGN, "utf-8")
    monkeypatch.setattr(jjm.adapters, "__path__", [*jjm.adapters.__path__, str(tmp_path)])
    adapters.cache_clear()
    try:
        assert adapters()["soil_cards"].title == "Soil health cards"
    finally:
        adapters.cache_clear()
