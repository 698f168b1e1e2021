"""Goes through the records of an area, kind by kind, and brings what is found in them, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from jjm.access import ANONYMOUS
from jjm.kit import ReadConnection, bad_request
from jjm.registry import Ask, AsOf, Registry, page, sums_of_field
from jjm.solutions.progress.findings import rules, villages
from jjm.solutions.progress.findings.model import Finding
from jjm.solutions.progress.taps import taps_recorded

Record = Mapping[str, Any]
FIGURES = "reported-figure"
_AT_ONCE, _MOST_LOOKED = 1_000, 5_000


Judge = Callable[[Sequence[Record]], Awaitable[list[Finding]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of records that findings are looked for in: the type, which of them at all, and who judges a page."""

    type: str
    where: str | None
    judge: Judge


@dataclass(frozen=True, slots=True)
class Found:
    """A page of findings, and where the next begins; `next` empty on the last one, also where `items` is."""

    items: Sequence[Finding]
    next: Sequence[str]


def kinds(registry: Registry, conn: ReadConnection, as_of: AsOf | None) -> list[Kind]:
    """The kinds of records, in the order in which they are gone through."""
    today = as_of.valid_at if as_of else registry.clock.today()

    async def schemes(records: Sequence[Record]) -> list[Finding]:
        return await _of_schemes(registry, conn, records, as_of)

    async def homes(cases: Sequence[Record]) -> list[Finding]:
        return await _of_villages(registry, conn, cases, as_of)

    return [
        Kind("scheme", None, schemes),
        Kind("work", None, _each(rules.of_work)),
        Kind("contract", None, _each(lambda record: rules.of_contract(record, today))),
        Kind("village_figure", "households_with_tap > households", _each(rules.of_village)),
        Kind("har_ghar_jal", "status IN ('REPORTED', 'CERTIFIED')", homes),
    ]


def _each(rule: Callable[[Record], Sequence[Finding]]) -> Judge:
    async def judge(records: Sequence[Record]) -> list[Finding]:
        return [found for record in records for found in rule(record)]

    return judge


async def _of_schemes(
    registry: Registry, conn: ReadConnection, schemes: Sequence[Record], as_of: AsOf | None
) -> list[Finding]:
    """Schemes against what is sanctioned and paid for them, and their works against the taps recorded on them."""
    ids = [scheme["id"] for scheme in schemes]
    works = await _by(registry, conn, "work", "scheme", ids, as_of)
    taps = await taps_recorded(registry, conn, "scheme", list(works), as_of)
    sanctions = await _by(registry, conn, "sanction", "scheme", ids, as_of)
    paid = await sums_of_field(registry, conn, "expenditure", "amount", key="scheme", by="share", ids=ids, as_of=as_of)
    return [
        finding
        for scheme in schemes
        for finding in (
            *rules.of_scheme(scheme),
            *rules.of_money(scheme, sanctions.get(scheme["id"], ()), paid.get(scheme["id"], {})),
            *rules.of_taps(scheme, works.get(scheme["id"], ()), taps.get(scheme["id"], 0)),
        )
    ]


async def _of_villages(
    registry: Registry, conn: ReadConnection, cases: Sequence[Record], as_of: AsOf | None
) -> list[Finding]:
    """Har Ghar Jal of villages against their own figures and the taps that are recorded there."""
    ids = list({case["village"]: None for case in cases})
    told = await _by(registry, conn, "village_figure", "village", ids, as_of)
    newest = villages.newest_of_each(figure for figures in told.values() for figure in figures)
    taps = await taps_recorded(registry, conn, "village", ids, as_of)
    return [
        finding
        for case in cases
        for finding in villages.of_har_ghar_jal(case, newest.get(case["village"]), taps.get(case["village"], 0))
    ]


async def _by(
    registry: Registry, conn: ReadConnection, type: str, key: str, ids: Sequence[str], as_of: AsOf | None
) -> dict[str, list[Record]]:
    """The records of a type that name one of these in a field, by what they name."""
    found: dict[str, list[Record]] = {}
    after: Sequence[str] = ()
    while ids:
        ask = Ask(_AT_ONCE, equals={key: list(ids)}, as_of=as_of, after=after)
        part = await page(registry, conn, ANONYMOUS, registry.table(type), ask)
        for record in part.items:
            found.setdefault(record[key], []).append(record)
        if not (after := part.next):
            break
    return found


async def findings(
    registry: Registry,
    conn: ReadConnection,
    within: str | None,
    as_of: AsOf | None,
    limit: int,
    after: Sequence[str] = (),
) -> Found:
    """A page of findings: first those on reports, then each kind of records. Raises Problem 400 for another's cursor.

    A page ends with the records that filled it, so that it may hold a few more than asked for; and after 5,000 records
    at the latest, whatever was found in them, so that no page of a large State is long in coming.
    """
    known = kinds(registry, conn, as_of)
    names = [kind.type for kind in known]
    if after and after[0] not in names:
        raise bad_request("bad-cursor", "The cursor belongs to another list; follow `next` as it was given.")
    items = [] if after else await _of_reports(registry, conn, within, as_of)
    begin = names.index(after[0]) if after else 0
    looked = 0
    for number, kind in enumerate(known[begin:]):
        begun = after[1:] if number == 0 else ()
        async for found, place, count in _through(registry, conn, kind, within, as_of, begun):
            items, looked = items + found, looked + count
            if (len(items) >= limit or looked >= _MOST_LOOKED) and place:
                return Found(items, (kind.type, *place))
        if (len(items) >= limit or looked >= _MOST_LOOKED) and begin + number + 1 < len(known):
            return Found(items, (known[begin + number + 1].type,))
    return Found(items, ())


async def every_finding(
    registry: Registry, conn: ReadConnection, within: str | None, as_of: AsOf | None
) -> AsyncIterator[Sequence[Finding]]:
    """All findings of an area, page by page."""
    after: Sequence[str] = ()
    while True:
        found = await findings(registry, conn, within, as_of, _AT_ONCE, after)
        yield found.items
        if not (after := found.next):
            return


async def _of_reports(
    registry: Registry, conn: ReadConnection, within: str | None, as_of: AsOf | None
) -> list[Finding]:
    by_state: dict[str, list[Record]] = {}
    after: Sequence[str] = ()
    while True:
        ask = Ask(_AT_ONCE, within=within, as_of=as_of, after=after)
        found = await page(registry, conn, ANONYMOUS, registry.table("reported_figures"), ask)
        for record in found.items:
            by_state.setdefault(record["about"], []).append(plain(record))
        if not (after := found.next):
            break
    figures = registry.catalogue.codelists[FIGURES]
    return [f for state in sorted(by_state) for f in rules.of_reports(by_state[state], figures)]


async def _through(
    registry: Registry,
    conn: ReadConnection,
    kind: Kind,
    within: str | None,
    as_of: AsOf | None,
    after: Sequence[str],
) -> AsyncIterator[tuple[list[Finding], Sequence[str], int]]:
    """Page by page what a rule finds, where the next page begins, and in how many records was looked."""
    while True:
        ask = Ask(_AT_ONCE, cql2=kind.where, within=within, as_of=as_of, after=after)
        found = await page(registry, conn, ANONYMOUS, registry.table(kind.type), ask)
        after = found.next
        yield await kind.judge([plain(record) for record in found.items]), after, len(found.items)
        if not after:
            return


def plain(value: Any) -> Any:
    """A record with lists and objects read, which the registry hands on as they stand."""
    return orjson.loads(orjson.dumps(value))
