"""Where a result points to a family: one rule for the pages of villages, for reports and for what is counted.

The water of a home (a household's tap, a source of its own) is a family's own affair: in a small habitation everybody
knows whose it is. Its results are shown singly to nobody but those who may see the sample; what is public is the notice
of a contamination, which names the village alone, and sums. A result at a public source is nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

HOMES: Final = ("household", "private_source")
"""Codes of `sampling-point-kind`."""


def points_to_family(record: Mapping[str, Any]) -> bool:
    """True of what was sampled or tested at a home."""
    return record.get("point_kind") in HOMES
