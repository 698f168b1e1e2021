"""The how-to of workflows: whoever copies its files out has a workflow that is sound and begins cases by itself."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from new_type import copy_of_standards
from nodes import REPOSITORY

from jjm.standards import check, load

BLOCK = re.compile(r"^(?P<indent> *)```(?:yaml|csv)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)


def shown() -> list[str]:
    """The blocks of files that the how-to shows, in order."""
    text = REPOSITORY.joinpath("docs/how-to/add-a-workflow.md").read_text("utf-8")
    return [textwrap.dedent(found["text"]) for found in BLOCK.finditer(text)]


def test_what_the_how_to_shows_is_sound(tmp_path: Path) -> None:
    standard, codes, workflow, begins, replaces = shown()
    folder = copy_of_standards(tmp_path / "standards")
    (folder / "registries/work/tank_cleaning.yaml").write_text(standard, "utf-8")
    (folder / "codes/tank-cleaning-status.csv").write_text(codes, "utf-8")
    place = folder / "workflows/tank-cleaning.yaml"
    place.write_text(workflow, "utf-8")
    assert check(folder) == []

    starts = re.compile(r"^starts:\n(?: .*\n)+", re.MULTILINE)
    place.write_text(starts.sub("", workflow).replace("1.0.0", "1.1.0") + begins + replaces, "utf-8")
    assert check(folder) == []
    assert load(folder).workflows["tank-cleaning"].begins[0].start == "ASK_AFTER_DIRT"
