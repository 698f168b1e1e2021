"""The records behind a report, one by one, each with the names of the areas that it lay in at the moment asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jjm.access import ANONYMOUS
from jjm.indicators.model import Asked, Entry, Place, Told
from jjm.kit import Fault, Problem, ReadConnection, bad_request
from jjm.registry import AsOf, Listed, Registry, get, listed
from jjm.standards import Code, Indicator, Listing, Standard

RECORD = "record"
_NOT_THEN = 404


async def entries(
    registry: Registry, conn: ReadConnection, indicator: Indicator, area: str, asked: Asked
) -> tuple[list[Entry], Sequence[str]]:
    """A page of the list of an area, and where it goes on. Raises Problem 400 for a cursor of another list."""
    assert indicator.listing is not None
    found = await listed(registry, conn, indicator, area, asked.as_of, asked.limit + 1, _after(asked.after))
    names = _Names(registry, conn, asked.as_of)
    told = [await _entry(registry, names, indicator, indicator.listing, one) for one in found[: asked.limit]]
    more = len(found) > asked.limit
    return told, [found[asked.limit - 1].day.isoformat(), found[asked.limit - 1].id] if more else ()


def _after(parts: Sequence[str]) -> tuple[date, str] | None:
    if not parts:
        return None
    try:
        day, id = parts
        return date.fromisoformat(day), id
    except ValueError as error:
        fault = Fault("the cursor is of another list", "Follow `next` as it was given.", "/cursor")
        raise bad_request("bad-cursor", "The place to go on from was not given by this list.", fault) from error


async def _entry(registry: Registry, names: _Names, indicator: Indicator, listing: Listing, one: Listed) -> Entry:
    above = await names.around(one.area)
    codes = iter(one.codes)
    values: dict[str, Told] = {}
    for column in listing.columns:
        if column.place is not None:
            values[column.name] = above[column.place].name if column.place in above else ""
        elif column.holding is not None:
            known = _codelist(registry, indicator, listing, column.holding.field, column.holding.part)
            values[column.name] = [known[code] for code in next(codes) if code in known]
        else:
            values[column.name] = one.day
    return Entry(above[indicator.grain], values)


def _codelist(registry: Registry, indicator: Indicator, listing: Listing, field: str, part: str) -> dict[str, Code]:
    item = registry.catalogue.types[indicator.sets[listing.of].type].field(field).item
    code = next((f.code for f in item.fields if f.name == part), None) if item else None
    return dict(registry.catalogue.codelists[code].codes) if code else {}


class _Names:
    """Areas with what they lie in, each read once a page."""

    def __init__(self, registry: Registry, conn: ReadConnection, as_of: AsOf | None) -> None:
        self.registry, self.conn, self.as_of = registry, conn, as_of
        self.known: dict[str, dict[str, Place]] = {}
        self.by_prefix = {s.id.partition("-")[0]: s for s in registry.levels()}

    async def around(self, id: str) -> dict[str, Place]:
        """The area and those that it lies in, by the names of their levels."""
        if id not in self.known:
            self.known[id] = await self._read(id)
        return self.known[id]

    async def _read(self, id: str) -> dict[str, Place]:
        standard = self.by_prefix[id.partition("-")[0]]
        table = self.registry.table(standard.name)
        try:
            record, _ = await get(self.registry, self.conn, ANONYMOUS, table, id, self.as_of)
        except Problem as problem:
            if problem.status == _NOT_THEN:
                return {}
            raise
        place = placed(standard, record)
        above = standard.level.parents[0] if standard.level and standard.level.parents else None
        parent = record.get(above) if above else None
        return {place.level: place} | (await self.around(parent) if isinstance(parent, str) else {})


def placed(standard: Standard, record: dict[str, object]) -> Place:
    """An area as reports tell it."""
    name = str(record.get("name") or record.get("code") or record["id"])
    local = record.get("name_local")
    return Place(
        standard, str(record["id"]), str(record.get("code") or record["id"]), name, str(local) if local else None
    )
