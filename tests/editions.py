"""Editions of the shipped standards, changed for a test."""

from __future__ import annotations

import shutil
from pathlib import Path

from jjm.standards import default_folder


def edition(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """The shipped standards with some files changed."""
    shutil.copytree(default_folder(), folder, ignore=shutil.ignore_patterns("meta"))
    for file, before, after in edits:
        text = (folder / file).read_text("utf-8")
        assert before in text, before
        (folder / file).write_text(text.replace(before, after, 1), "utf-8")
    return folder
