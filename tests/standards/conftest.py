"""Folders of small standards, written where a test may change them."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_standards import Edit, MakeFolder, write_folder


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """Write the small standards, with edits, to a folder of that name."""

    def make(*edits: Edit, name: str = "standards") -> Path:
        return write_folder(tmp_path / name, *edits)

    return make
