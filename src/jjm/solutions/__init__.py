"""Solutions: what the mission does with its registries and cases, one folder each, on the doors that everybody has.

A solution knows its trade (which water is safe, when a scheme is handed over) and nothing of how a node is built: it
imports `jjm.kit`, `standards`, `ledger`, `access`, `registry` and the building blocks by their front doors, no other
solution, and no block imports it. What it is about stands in `standards/`: types, codes, workflows. To add one, put a
package beside the others; there is no list to edit. Its front door may bring

- `DEEDS`: the guards and effects that workflow files name (`jjm.workflow.Deeds`);
- `routers()`: calls of its own, which stand in the OpenAPI document like all others;
- `READERS`: what is done by news from the ledger: each reads on in the caller's transaction, at a position of
  its own, and tells how much it did;
- `VILLAGE`: what the page of a village tells of its trade, in the language of the reader;
- `PAGES`: pages of its own by their addresses, each of which tells a `jjm.kit.Sheet` or brings a file;
- `LINKS`: those of its pages that stand in the list of reports, each with its title and what it is about by language;
- `FORMS`: by the address of such a page, what takes in the form that its sheet holds;
- `RECORDS`: by the name of a type, what the pages of its records and cases tell besides;
- `FINDINGS`: what cannot be right in the records of an area, for the page of findings;
- `sql/migrations/`: tables of its own, in a schema of its name; migrations are numbered in the one order of all blocks.

Its rules are pure functions over records. What must follow a change elsewhere is read from the ledger, behind a
position of its own, and done so that doing it twice does no harm. See `docs/how-to/add-a-solution.md`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeAlias

from fastapi import APIRouter, Request
from starlette.responses import Response

from jjm.access import Actor
from jjm.kit import ReadConnection, Section, Sheet, WriteConnection
from jjm.notify import Notices
from jjm.registry import AsOf, Registry
from jjm.workflow import Deeds

__all__ = [
    "FindingsPart",
    "FormTaken",
    "Links",
    "PageTold",
    "Reader",
    "RecordPart",
    "Solution",
    "VillagePart",
    "solutions",
]

VillagePart: TypeAlias = Callable[[Registry, ReadConnection, str, str], Awaitable[Any]]
"""Given the identifier of a village and a language: `title`, `warnings`, `lines` (words, and an address or
nothing) and a `note`, all of them words."""
FindingsPart: TypeAlias = Callable[
    [Registry, ReadConnection, str | None, AsOf | None, Sequence[str], str], Awaitable[Any]
]
"""Given the identifier of an area, if any, a point in time, where the page begins, and a language: `items`, each in
words with its `finding` and the `address` where more is told (None for the page of the record), where the `next` page
begins, and the `files` with the same."""
PageTold: TypeAlias = Callable[[Request, Actor, str], Awaitable[Sheet | Response]]
"""Given a call, who reads and a language: what is to be read, or a file."""
FormTaken: TypeAlias = Callable[[Request, Actor, str, Mapping[str, str], bytes], Awaitable[Sheet | Response]]
"""Given the same, the fields that a person sent by the form of that page and what its file holds: where to go on, or
the sheet again with what was typed and what is wrong with it."""
RecordPart: TypeAlias = Callable[[Request, ReadConnection, Actor, Mapping[str, Any], str], Awaitable[Section | None]]
"""Given a call, who reads, a record as that reader sees it and a language: a part of its page, or nothing."""

Links: TypeAlias = Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]
"""Pages by their addresses, each with its title and what it is about, by language."""

Reader: TypeAlias = Callable[[Registry, Notices, WriteConnection], Awaitable[int]]
"""Reads on in the ledger and does a bounded piece of what follows from it; how much it did, 0 where nothing is left."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What the front door of one solution brings: deeds for workflows, calls, words for pages, pages of its own."""

    name: str
    package: str
    deeds: Deeds
    routers: Callable[[], Sequence[APIRouter]]
    village: VillagePart | None
    findings: FindingsPart | None = None
    pages: Mapping[str, PageTold] = field(default_factory=dict[str, PageTold])
    forms: Mapping[str, FormTaken] = field(default_factory=dict[str, FormTaken])
    records: Mapping[str, RecordPart] = field(default_factory=dict[str, RecordPart])
    readers: Sequence[Reader] = ()
    links: Links = field(default_factory=dict[str, tuple[Mapping[str, str], Mapping[str, str]]])


def solutions() -> list[Solution]:
    """All solutions in the order of their names, found as the packages here."""
    names = [found.name for found in pkgutil.iter_modules(__path__) if found.ispkg]
    return [_solution(name) for name in sorted(names)]


def _solution(name: str) -> Solution:
    package = f"{__name__}.{name}"
    door = import_module(package)
    deeds, routers = getattr(door, "DEEDS", Deeds()), getattr(door, "routers", _no_calls)
    village, findings = getattr(door, "VILLAGE", None), getattr(door, "FINDINGS", None)
    pages, forms, records = (getattr(door, name, {}) for name in ("PAGES", "FORMS", "RECORDS"))
    readers = getattr(door, "READERS", ())
    links: Links = getattr(door, "LINKS", {})
    return Solution(name, package, deeds, routers, village, findings, pages, forms, records, readers, links)


def _no_calls() -> Sequence[APIRouter]:
    return ()
