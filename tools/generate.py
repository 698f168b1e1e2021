"""Writes the files that follow from other files: `python -m tools.generate`; with `--check` it only names stale ones.

A generator is a function that yields (path from the root, text). Folders in `OWNED` hold generated files alone, so what
no generator yields there is stale as well.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tools.access import access_reference
from tools.calls import calls_reference
from tools.commands import commands_reference
from tools.limits import limits_reference
from tools.notices import notices_reference
from tools.reference import standards_reference
from tools.roles import roles_reference
from tools.workflows import workflows_reference

ROOT = Path(__file__).resolve().parents[1]
GENERATORS: tuple[Callable[[], Iterable[tuple[str, str]]], ...] = (
    standards_reference,
    roles_reference,
    notices_reference,
    limits_reference,
    access_reference,
    commands_reference,
    calls_reference,
    workflows_reference,
)
OWNED = ("docs/reference/types", "docs/reference/workflows")


def wanted() -> dict[str, str]:
    """Every generated file with the text it should have."""
    return {path: text for generator in GENERATORS for path, text in generator()}


def stale(root: Path, files: dict[str, str]) -> list[str]:
    """The paths whose text is missing, differs, or that no generator makes any longer."""
    differing = [path for path, text in files.items() if _read(root / path) != text]
    return sorted([*differing, *_leftover(root, files)])


def write(root: Path, files: dict[str, str]) -> list[str]:
    """Bring the files up to date and name what was changed."""
    changed = stale(root, files)
    for path in changed:
        if path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files[path], "utf-8", newline="\n")
        else:
            (root / path).unlink()
    return changed


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _leftover(root: Path, files: dict[str, str]) -> list[str]:
    present = (file for folder in OWNED for file in (root / folder).glob("*") if file.is_file())
    return [path for file in present if (path := file.relative_to(root).as_posix()) not in files]


def main(arguments: list[str]) -> int:
    """Write, or with `--check` only look; 1 when something is stale."""
    if "--check" not in arguments:
        for path in write(ROOT, wanted()):
            print(path)
        return 0
    lagging = stale(ROOT, wanted())
    for path in lagging:
        print(f"{path} is stale; run `python -m tools.generate` and commit what it writes", file=sys.stderr)
    return 1 if lagging else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
