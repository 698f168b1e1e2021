"""How people are reached, and what they are called: for who tells them something, or gives them a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jjm.access.context import Access
from jjm.access.people import store
from jjm.kit import ReadConnection


class Reached(NamedTuple):
    """How to reach somebody: personal data, never logged. `person` is None for an address without an account."""

    person: str | None
    phone: str | None
    email: str | None
    language: str | None


async def how_to_reach(access: Access, conn: ReadConnection, ids: Sequence[str]) -> Mapping[str, Reached]:
    """How those of these people are reached whose account is open."""
    found = await store.open_people(conn, access.vault, ids) if ids else []
    return {
        one.id: Reached(one.id, one.contact and one.contact.phone, one.contact and one.contact.email, one.language)
        for one in found
    }


async def names_of_people(access: Access, conn: ReadConnection, ids: Sequence[str]) -> Mapping[str, str]:
    """What those of these people are called whose account is open: for who works with them, and must choose one."""
    found = await store.open_people(conn, access.vault, ids) if ids else []
    return {one.id: one.name for one in found}


async def account_with(access: Access, conn: ReadConnection, phone: str) -> str | None:
    """The open account with this telephone number; None where nobody has one."""
    return await store.by_contact(conn, access.vault, "phone", phone)
