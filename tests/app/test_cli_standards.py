"""Standards by the command line, and the help that every command gives."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from nodes import run

from jjm.app.cli import command_names
from jjm.standards import default_folder


@pytest.fixture
def standards(tmp_path: Path) -> Path:
    """A copy of the shipped standards, to be changed."""
    return Path(shutil.copytree(default_folder(), tmp_path / "standards"))


def test_sound_standards_are_said_to_be_so(standards: Path) -> None:
    assert "No fault" in run("standards", "check").out
    assert run("standards", "check", standards, "--json").json["faults"] == []


def test_every_fault_of_a_standard_is_named_with_line_and_remedy(standards: Path) -> None:
    scheme = standards / "registries/assets/scheme.yaml"
    scheme.write_text(scheme.read_text().replace("x-code: scheme-kind", "x-code: scheme-kimd"))
    told = run("standards", "check", standards, code=1)
    line = next(n for n, text in enumerate(scheme.read_text().splitlines(), 1) if "scheme-kimd" in text)
    assert re.search(rf"scheme\.yaml:{line}:\d+: ", told.err), "as an editor opens it"
    assert "scheme-kimd" in told.err
    faults = run("standards", "check", standards, "--json", code=1).json["faults"]
    assert all(fault["line"] and fault["remedy"] for fault in faults)


def test_editions_are_compared_and_a_break_is_shown_by_a_record(standards: Path) -> None:
    shipped = default_folder()
    assert "Compatible." in run("standards", "diff", shipped, standards).out
    village = standards / "registries/administration/village.yaml"
    village.write_text(village.read_text().replace("required: [", "required: [lgd_version, ", 1))
    told = run("standards", "diff", shipped, standards, code=1)
    assert "Breaking." in told.out
    shown = next(line for line in told.out.splitlines() if "a record that shows it" in line)
    assert "lgd_version" not in json.loads(shown.partition(": ")[2])
    assert run("standards", "diff", shipped, standards, "--json", code=1).json["compatible"] is False
    assert "no registry types" in run("standards", "diff", shipped, standards / "codes", code=2).err


def test_the_tables_of_a_type_are_shown_as_sql() -> None:
    told = run("standards", "sql", "village").out
    assert 'create table registry."village"' in told
    assert "-- get" in told
    assert set(run("standards", "sql", "village", "--json").json) == {"tables", "statements"}
    assert "There are: " in run("standards", "sql", "villages", code=2).err


def test_every_command_explains_itself() -> None:
    told = run("--help").out
    assert command_names()
    for name in command_names():
        assert f" {name} " in told
        assert run(name, "--help").out.strip()


def test_what_is_no_command_is_refused() -> None:
    assert "No such command" in run("fetch", code=2).err
    assert "Missing argument" in run("get", "village", code=2).err
