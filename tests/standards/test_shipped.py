"""Every standard that comes with the node loads, and records made from it alone are valid."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jjm.kit import Problem
from jjm.standards import (
    Catalogue,
    RecordValidator,
    check,
    default_folder,
    diff,
    example,
    load,
    make_record,
    sample_id,
)

TYPES = sorted(path.stem for path in default_folder().glob("registries/*/*.yaml"))
STATES = sorted(path.stem for path in default_folder().glob("states/*.yaml"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The shipped standards."""
    return load(default_folder())


def test_the_shipped_standards_have_no_fault() -> None:
    assert [str(fault) for fault in check(default_folder())] == []


def test_the_shipped_standards_do_not_differ_from_themselves(catalogue: Catalogue) -> None:
    assert diff(catalogue, load(default_folder())).findings == ()


@pytest.mark.parametrize("state", [None, *STATES])
@pytest.mark.parametrize("name", TYPES)
def test_records_made_from_a_standard_are_valid(name: str, state: str | None, catalogue: Catalogue) -> None:
    standard = catalogue.types[name]
    rules = RecordValidator(standard, catalogue)
    rng = random.Random(7)
    for _ in range(20):
        record = make_record(standard, catalogue, rng, lambda target: sample_id(catalogue, target), state=state)
        assert rules.validate(record, state) == []
    assert rules.validate(example(standard, catalogue, state=state), state) == []


def test_the_same_seed_makes_the_same_record_and_names_come_from_outside(catalogue: Catalogue) -> None:
    standard = catalogue.types["scheme"]

    def made() -> dict[str, object]:
        return make_record(
            standard, catalogue, random.Random(3), lambda name: f"{name}-1", lambda field, standard: "Barkote"
        )

    assert made() == made()
    assert made()["name"] == "Barkote"
    assert set(made()["villages"]) == {"village-1"}  # type: ignore[call-overload]


def test_another_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JJM_STANDARDS", str(tmp_path))
    assert default_folder() == tmp_path
    with pytest.raises(Problem, match="no registry types"):
        load(default_folder())
