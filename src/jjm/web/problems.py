"""Every refusal of the node by its stable code: what it means and how it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Described:
    """A code of problems, with its meaning and remedy in English, to be translated where they are shown."""

    code: str
    meaning: str
    remedy: str


def described() -> Mapping[str, Described]:
    """Every code in the order of the alphabet."""
    lines = files("jjm.web").joinpath("problems.txt").read_text("utf-8").splitlines()
    parts = (line.split(" | ") for line in lines if line and not line.startswith("#"))
    return {code: Described(code, meaning, remedy) for code, meaning, remedy in parts}
