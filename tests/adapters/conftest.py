"""What tests of adapters share: a node in memory, folders written on the spot, and the real data where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from memory_door import SHARED, MemoryDoor


@pytest.fixture
def door() -> MemoryDoor:
    """A fresh node: the 36 States, nothing else."""
    return MemoryDoor()


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str, Mapping[str, str]], Path]:
    """Write a folder of text files: `folder("lgd-2024", {"districts.csv": "..."})`."""

    def write(name: str, files: Mapping[str, str]) -> Path:
        made = tmp_path / name
        made.mkdir(exist_ok=True)
        for file, text in files.items():
            (made / file).write_text(text, "utf-8")
        return made

    return write


@pytest.fixture
def real() -> Callable[[str], Path]:
    """A folder of the real data; the test is skipped where it is not there."""

    def find(name: str) -> Path:
        if not (SHARED / name).is_dir():
            pytest.skip(f"the real data is not here: ../shared/data/{name}")
        return SHARED / name

    return find
