"""The rule of version numbers: a break raises the major number, an addition the minor, anything else the patch."""

from __future__ import annotations

from collections.abc import Iterable

from jjm.standards.changes import Effect


def version_fault(old: str, new: str, effects: Iterable[Effect]) -> tuple[str, str] | None:
    """What is wrong with the new version number, and the number to write; None where it fits the changes."""
    was, now, worst = _parts(old), _parts(new), worst_of(effects)
    wanted = _least(was, worst)
    if now >= wanted:
        return None
    reason = f"{_WHY[worst]} needs at least {_text(wanted)}" if worst else "a version number never goes down"
    return f"the version went from {old} to {new}, but {reason}", f"write {_text(wanted)} at the end of `$id`"


_WHY = {"breaking": "a breaking change", "additive": "an addition", "editorial": "any change"}


def worst_of(effects: Iterable[Effect]) -> Effect | None:
    """The effect that rules the version number; None where nothing changed."""
    present = set(effects)
    order: tuple[Effect, ...] = ("breaking", "additive", "editorial")
    return next((effect for effect in order if effect in present), None)


def _least(was: tuple[int, int, int], worst: Effect | None) -> tuple[int, int, int]:
    major, minor, patch = was
    match worst:
        case "breaking":
            return major + 1, 0, 0
        case "additive":
            return major, minor + 1, 0
        case "editorial":
            return major, minor, patch + 1
        case None:
            return was


def _parts(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch


def _text(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
