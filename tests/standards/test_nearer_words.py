"""The word `nearer`: what it may name, and what a new edition does by it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jjm.standards import check, default_folder, diff, load

FILE = "registries/people/appointment.yaml"
WORD = "  nearer: [districts, blocks, local_bodies, villages]\n"
FAULTS = {
    "no field": ("[districts,", "[distrcts,", "is not a field", "`districts`?"),
    "no area": ("[districts,", "[functionary,", "", ""),
    "with search": (WORD, WORD + "  search: [order_number]\n", "goes with `area`", "leave it out"),
}


def edition(folder: Path, before: str, after: str) -> Path:
    """The shipped standards with appointments changed."""
    shutil.copytree(default_folder(), folder, ignore=shutil.ignore_patterns("meta"))
    text = (folder / FILE).read_text("utf-8")
    assert before in text
    (folder / FILE).write_text(text.replace(before, after, 1), "utf-8")
    return folder


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    before, after, message, remedy = FAULTS[name]
    found = [f for f in check(edition(tmp_path / "s", before, after)) if (f.pointer or "").startswith("/x-jjm/nearer")]
    assert found and found[0].line and message in found[0].message and remedy in found[0].remedy, found


def test_what_no_longer_places_a_record_breaks_and_what_newly_does_adds(tmp_path: Path) -> None:
    shipped, without = load(default_folder()), load(edition(tmp_path / "s", WORD, ""))
    lost = [f for f in diff(shipped, without).findings if f.pointer == "/x-jjm/nearer"]
    assert [f.effect for f in lost] == ["breaking"] and lost[0].record and "no longer reaches it" in lost[0].message
    assert [f.effect for f in diff(without, shipped).findings if f.pointer == "/x-jjm/nearer"] == ["additive"]
