"""People of a demo: an invented person for each kind of officer, let in by a link of one use and no password."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson

from jjm.access import NODE, NewAccount, NewCode, Wish, invite_again, make_account
from jjm.app.address import DEMO_PEOPLE_FILE
from jjm.app.node import Node
from jjm.kit import Problem
from jjm.registry import Ask, page

_SYNTHETIC: Final = "source LIKE 'synthetic%'"
_OPEN, _GONE = "person-open", "person-unknown"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody invented: a name that is nobody's, and the role that is held for a place."""

    name: str
    role: str
    place: str


async def people_of(node: Node, url: str, participant: str) -> Sequence[Mapping[str, Any]]:
    """Each invented person with a link that lets one person set a password; None for an account that was opened.

    Links are random, made anew at each start, good once and for three days. They are kept in a file that only its
    owner reads.
    """
    path = node.settings.folder / DEMO_PEOPLE_FILE
    known = {one["role"]: one["person"] for one in orjson.loads(path.read_bytes())} if path.exists() else {}
    told = [await _told(node, url, persona, known.get(persona.role)) for persona in await _personas(node, participant)]
    _keep(path, told)
    node.sequencer.wake()
    return told


async def _told(node: Node, url: str, persona: Persona, known: str | None) -> dict[str, Any]:
    person, code = await _again(node, known) if known else (None, None)
    if person is None:
        async with node.database.write() as conn:
            wish = Wish(persona.role, persona.place)
            asked = NewAccount(persona.name, persona.place, roles=(wish,))
            made, code, _ = await make_account(node.access, conn, NODE, asked)
        person = made.id
    link = f"{url}/invitation?code={quote(code.secret)}" if code and code.secret else None
    title = node.registry.catalogue.roles[persona.role].title["en"]
    about = {"name": persona.name, "role": persona.role, "title": title, "place": persona.place}
    return {"person": person, **about, "link": link}


async def _again(node: Node, person: str) -> tuple[str | None, NewCode | None]:
    """The account of an earlier start with another code, if it was not opened yet; None for one that is closed."""
    try:
        async with node.database.write() as conn:
            return person, await invite_again(node.access, conn, NODE, person)
    except Problem as problem:
        if problem.code not in (_OPEN, _GONE):
            raise
        return (person if problem.code == _OPEN else None), None


async def _personas(node: Node, participant: str) -> list[Persona]:
    async with node.database.read() as conn:
        ask = Ask(limit=1, cql2=_SYNTHETIC)
        first = {
            type: (await page(node.registry, conn, NODE, node.registry.table(type), ask)).items
            for type in ("village", "district", "department_unit")
        }
    return list(_placed(first, participant))


def _placed(first: Mapping[str, Sequence[Mapping[str, Any]]], participant: str) -> Iterator[Persona]:
    """Who works where: in the first district, unit, panchayat and village of the invented State."""
    for one in first["district"]:
        yield Persona("Asha Kalpit (synthetic)", "district_officer", f"district/{one['code']}")
    for one in first["department_unit"]:
        yield Persona("Ravi Kalpit (synthetic)", "engineer", f"department_unit/{one['id']}")
    for one in first["village"]:
        for body in one.get("local_bodies", [])[:1]:
            place = f"local_body/{str(body).partition('-')[2]}"
            yield Persona("Meera Kalpit (synthetic)", "panchayat_secretary", place)
        yield Persona("Sunita Kalpit (synthetic)", "ftk_tester", f"village/{one['code']}")
    yield Persona("Kiran Kalpit (synthetic)", "partner_officer", f"participant/{participant}")


def _keep(path: Path, people: Sequence[Mapping[str, Any]]) -> None:
    written = path.with_suffix(".new")
    written.unlink(missing_ok=True)
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(list(people), option=orjson.OPT_INDENT_2))
    written.replace(path)
