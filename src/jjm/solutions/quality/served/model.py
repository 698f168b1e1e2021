"""Who drinks from a place, as numbers and areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Traced = Literal["source", "network", "scheme", "place"]
"""By what it was found: the schemes that draw from the source, the components downstream, the whole scheme because
nothing is known of its network, or the place alone."""


@dataclass(frozen=True, slots=True)
class Served:
    """Schemes, villages and habitations by their identifiers; how many taps, households and institutions there are.

    `habitations` are named where only these parts of the villages are served; empty means whole villages.
    """

    traced: Traced
    schemes: tuple[str, ...]
    villages: tuple[str, ...]
    habitations: tuple[str, ...]
    taps: int
    households: int
    institutions: int
