"""Whether what only one record may carry is another's already."""

from __future__ import annotations

from collections.abc import Sequence

from jjm.kit import Fault, ReadConnection, conflict
from jjm.registry.model import Version
from jjm.registry.store import holders
from jjm.registry.table import Table


async def require_unique(conn: ReadConnection, table: Table, versions: Sequence[Version]) -> None:
    """Make sure that no other record of today carries what these are to carry alone. Raises Problem 409 naming it."""
    faults = [fault for names in table.standard.unique for fault in await _taken(conn, table, names, versions)]
    if faults:
        raise conflict("value-taken", "Another record carries already what only one may.", *faults)


async def _taken(
    conn: ReadConnection, table: Table, names: tuple[str, ...], versions: Sequence[Version]
) -> list[Fault]:
    carrying = [v for v in versions if all(v.data.get(name) is not None for name in names)]
    own = {v.id for v in carrying}
    found = await holders(conn, table, names, carrying) if carrying else []
    what = " and ".join(f"`{name}`" for name in names)
    return [
        Fault(f"{holder} has the same {what}", "Give another, or correct that record first.", f"/{names[0]}")
        for _, holder in found
        if holder not in own
    ]
