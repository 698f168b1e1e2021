"""The reference pages follow from the standards, and a page that lags behind is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjm.standards import default_folder, load
from tools import generate


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Every generated file."""
    return generate.wanted()


def test_the_pages_in_the_repository_are_up_to_date(files: dict[str, str]) -> None:
    assert generate.stale(generate.ROOT, files) == []


def test_a_page_that_lags_is_missing_or_left_over_is_named(files: dict[str, str], tmp_path: Path) -> None:
    assert generate.write(tmp_path, files) == sorted(files)
    assert generate.stale(tmp_path, files) == []
    (tmp_path / "docs/reference/types/scheme.md").write_text("old")
    (tmp_path / "docs/reference/types/village.md").unlink()
    (tmp_path / "docs/reference/types/gone.md").write_text("a type that is no more")
    lagging = [f"docs/reference/types/{name}.md" for name in ("gone", "scheme", "village")]
    assert generate.stale(tmp_path, files) == lagging
    assert generate.write(tmp_path, files) == lagging
    assert generate.stale(tmp_path, files) == []


def test_every_field_and_code_is_in_the_reference(files: dict[str, str]) -> None:
    catalogue = load(default_folder())
    for standard in catalogue.types.values():
        text = files[f"docs/reference/types/{standard.name}.md"]
        assert [f.name for f in standard.fields if f"| `{f.name}` |" not in text] == []
    codes = files["docs/reference/codelists.md"]
    assert [c.name for c in catalogue.codelists.values() if f"## {c.name}\n" not in codes] == []


def test_what_a_state_adds_stands_on_the_page_of_the_type(files: dict[str, str]) -> None:
    for state in load(default_folder()).states.values():
        for name, fields in state.fields.items():
            page = files[f"docs/reference/types/{name}.md"]
            assert f"### In {state.title['en']}" in page
            assert all(f"`ext.{state.namespace}.{field.name}`" in page for field in fields)


def test_no_cell_breaks_its_table(files: dict[str, str]) -> None:
    for path, text in files.items():
        widths = [line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("|")]
        assert all(width >= 3 for width in widths), path
