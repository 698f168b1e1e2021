"""Codes that records hold stay in their lists: the lists are remembered from start to start, and compared."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import cast

from jjm.kit import Fault, ReadConnection, WriteConnection, recall, remember
from jjm.registry.code_holders import holders, places
from jjm.registry.service.context import Registry
from jjm.registry.table import Table
from jjm.standards import Catalogue, Standard, codes_of

_REMEMBERED = "codes in force"


async def codes_still_held(
    registry: Registry, conn: ReadConnection, applied: Mapping[str, Standard]
) -> AsyncIterator[Fault]:
    """A fault for each list and type of which records hold a code that was taken out, under the same major version.

    Where the lists are as they were, no record is looked at. A node of a release that did not remember them begins to.
    """
    before = cast("Mapping[str, list[str]]", await recall(conn, _REMEMBERED) or {})
    for name, codes in before.items():
        kept = set(codes_of(name, registry.catalogue))
        if gone := [code for code in codes if code not in kept]:
            for table in registry.tables.values():
                old = applied.get(table.standard.name)
                if old is not None and old.major == table.standard.major:
                    async for fault in _held(registry, conn, table, name, gone):
                        yield fault


async def _held(
    registry: Registry, conn: ReadConnection, table: Table, codelist: str, gone: list[str]
) -> AsyncIterator[Fault]:
    """Of the places where the new standard still looks for codes of that list."""
    paths = places(table.standard, registry.catalogue, codelist)
    asked = holders(table, paths)
    found = await conn.fetchrow(asked, gone, registry.clock.today()) if asked else None
    if found is None or not found["versions"]:
        return
    name, known = table.standard.name, registry.catalogue.codelists.get(codelist)
    message = f"{', '.join(f'`{code}`' for code in gone)} {_were(gone)} taken out of `{codelist}`, and "
    sealed = any(path[0] in table.personal for path in paths)
    count = "1 version" if found["versions"] == 1 else f"{found['versions']:,} versions"
    held = "may hold one, sealed" if sealed else "hold one"
    message += f"{count} of {name} {held}, {found['first']} first"
    remedy = f"Put the line back, or: Migration needed: with it in place, give these records of {table.current} "
    remedy += "another code; then take it out."
    yield Fault(message, remedy, file=known.file if known else None)


def _were(gone: list[str]) -> str:
    return "was" if len(gone) == 1 else "were"


async def remember_codes(conn: WriteConnection, catalogue: Catalogue) -> None:
    """Note the codes of every list, those that States add among them."""
    codes = {name: sorted(codes_of(name, catalogue)) for name in sorted(catalogue.codelists)}
    if codes != await recall(conn, _REMEMBERED):
        await remember(conn, _REMEMBERED, codes)
