"""Taps as they are recorded, household by household: the witness of what is reported of them."""

from __future__ import annotations

from collections.abc import Sequence

from jjm.kit import ReadConnection
from jjm.registry import AsOf, Registry, sums_of_field

_THERE = ("provided", "functional", "non_functional")
"""The states of a tap that is there."""


async def taps_recorded(
    registry: Registry, conn: ReadConnection, key: str, ids: Sequence[str], as_of: AsOf | None = None
) -> dict[str, int]:
    """How many taps are there of each of these schemes or villages (`key`); those without any are left out.

    Numbers alone, which everybody may know; the connections themselves are for those who may see them.
    """
    found = await sums_of_field(registry, conn, "tap_connection", None, key=key, by="status", ids=ids, as_of=as_of)
    counted = {id: sum(int(by_status.get(code, 0)) for code in _THERE) for id, by_status in found.items()}
    return {id: taps for id, taps in counted.items() if taps}
