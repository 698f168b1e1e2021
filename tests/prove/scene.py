"""What somebody who walks by chance knows of the moment, and how what they get to hear is counted."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from jjm.kit import Problem

# What a rule, a right or the state of a case refuses is an answer; anything else would be a fault of the node.
_NUMBERS = re.compile(r"\w*\d[\w.-]*")
ANSWERS = {403, 404, 409, 412, 422}


@dataclass(frozen=True, slots=True)
class Scene:
    """A moment: by whose clock, which records stand around (by a name of the guess's own), which cases came last by
    type, and the record of the case in which something is asked for."""

    chance: random.Random
    now: datetime
    things: Mapping[str, str]
    last: Mapping[str, Sequence[str]]
    records: Mapping[str, Mapping[str, Any]]
    case: Mapping[str, Any] | None = None


Links: TypeAlias = tuple[tuple[str, str], ...]
Guess: TypeAlias = Callable[[Scene, str, str], tuple[dict[str, Any], Links] | None]
"""Given the scene, a workflow and an action: fields and links that make sense now and then; None for one that the
solution has no idea of."""


def found(folder: str) -> list[ModuleType]:
    """The modules of a folder here, in the order of their names; there is no list to edit."""
    made: list[ModuleType] = []
    for path in sorted((Path(__file__).parent / folder).glob("*.py")):
        spec = spec_from_file_location(f"prove_{folder}_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        made.append(module)
    return made


def noted(counts: Counter[str], name: str, problem: Problem) -> None:
    """A refusal is counted by its code and by what each rule had against it."""
    assert problem.status in ANSWERS, (name, problem)
    counts[f"{name} refused {problem.code}"] += 1
    if problem.code in ("guarded", "invalid-record"):
        counts.update(f"{name} guarded: {_NUMBERS.sub('#', fault.message)}" for fault in problem.faults)
