"""What a page keeps back of a record about a person, and shows for a purpose that the reader names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jjm.access import Actor, Basis, known_purposes
from jjm.kit import Problem, ReadConnection
from jjm.registry import Table, opened_by_purpose
from jjm.standards import Code, Field
from jjm.web.forms import posted
from jjm.web.site import Page

_LIST, _ASKED = "purpose", "purpose"


@dataclass(frozen=True, slots=True)
class Hidden:
    """The fields that are hidden until a purpose is named, the purposes, and the one for which they are shown now.

    `problem` says why they are not shown though one was named.
    """

    fields: Sequence[Field]
    purposes: Sequence[Code]
    purpose: Code | None = None
    problem: Problem | None = None


async def asking(page: Page) -> tuple[Actor, Problem | None]:
    """The reader, for the purpose that the form on this page names, and why that one is refused.

    Raises Problem 403 for a form of another site.
    """
    if page.request.method != "POST":
        return page.actor, None
    return asking_for(page, await posted(page.site.access, page.request))


def asking_for(page: Page, fields: Mapping[str, str]) -> tuple[Actor, Problem | None]:
    """The reader, for the purpose that a form names, and why that one is refused."""
    try:
        return page.site.access.gate.asking(page.actor, fields.get(_ASKED, "")), None
    except Problem as problem:
        return page.actor, problem


async def hidden_of(
    page: Page, conn: ReadConnection, table: Table, found: Mapping[str, Any], actor: Actor, problem: Problem | None
) -> Hidden | None:
    """What is hidden of a record from the one who is signed in; None where there is nothing, or no right to see it."""
    meta = found["_meta"]
    has_some = meta.get("personal") is not None and not {"erased", "withheld"} & meta.keys()
    purposes = purposes_of(page) if page.actor.kind == "person" and has_some else []
    if not purposes:
        return None
    names: frozenset[str] = frozenset()
    for one in purposes if page.actor.only_for else purposes[:1]:
        names |= await opened_by_purpose(page.registry, conn, page.actor, one.code, table, found)
    fields = [field for field in table.standard.fields if field.name in names]
    if not fields:
        return None
    named = next((one for one in purposes if one.code == actor.purpose), None)
    return Hidden(fields, purposes, None if problem else named, problem)


def purposes_of(page: Page) -> list[Code]:
    """The purposes that an officer may name, by title: those of the own roles, and none that rests on consent."""
    catalogue = page.registry.catalogue
    known = known_purposes(catalogue).items()
    ours = [name for name, basis in known if basis is not Basis.CONSENT and page.actor.shows_for(name)]
    codes = [catalogue.codelists[_LIST].codes[name] for name in ours]
    return sorted(codes, key=lambda code: page.language.of(code.title))
