"""Accounts, one-time codes and events in the tables of access; the only place that opens what is sealed in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import orjson

from jjm.access.people.model import Code, Contact, Person
from jjm.access.vault import Vault
from jjm.kit import ReadConnection, WriteConnection, load_queries, not_found

_queries = load_queries("jjm.access", "people")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What an account is opened with: the hash of its password, and the secret of its one-time codes."""

    password: str | None
    totp: str | None
    totp_step: int | None


async def add(conn: WriteConnection, vault: Vault, person: Person) -> None:
    """Keep a new account."""
    await _queries.add_person(
        conn, id=person.id, place=person.place, areas=list(person.areas), language=person.language,
        created_at=person.created_at, created_by=person.created_by, **_sealed(vault, person.id, person.contact),
    )  # fmt: skip


async def set_contact(
    conn: WriteConnection, vault: Vault, id: str, contact: Contact | None, language: str | None
) -> None:
    """Another way to reach a person, or none any more."""
    await _queries.set_contact(conn, id=id, language=language, **_sealed(vault, id, contact))


async def person(conn: ReadConnection, vault: Vault, id: str) -> Person | None:
    """An account by its identifier."""
    row = await _queries.person(conn, id=id)
    return None if row is None else _person(vault, row)


async def known_person(conn: ReadConnection, vault: Vault, id: str) -> Person:
    """The same. Raises Problem 404 where there is none."""
    found = await person(conn, vault, id)
    if found is None:
        raise _unknown(id)
    return found


async def locked_person(conn: WriteConnection, vault: Vault, id: str) -> Person:
    """An account, held until the end of the transaction. Raises Problem 404 where there is none."""
    row = await _queries.locked_person(conn, id=id)
    if row is None:
        raise _unknown(id)
    return _person(vault, row)


async def require_open(conn: WriteConnection, id: str) -> None:
    """Hold an account that is open until the end of the transaction. Raises Problem 404 for any other."""
    row = await _queries.locked_person(conn, id=id)
    if row is None or row["closed_at"] is not None:
        raise _unknown(id)


async def places_with_people(conn: ReadConnection) -> list[str]:
    """The places that accounts belong to, each once."""
    return [row["place"] async for row in _queries.places_with_people(conn)]


async def people(
    conn: ReadConnection, vault: Vault, places: Sequence[str], role: str | None, today: date, after: str, most: int
) -> list[Person]:
    """Accounts of these places behind an identifier, in order; only those to whom a role is granted where one is named.

    Nobody else's contact is opened.
    """
    found = _queries.people(conn, places=list(places), role=role, today=today, after=after, most=most)
    return [_person(vault, row) async for row in found]


async def open_people(conn: ReadConnection, vault: Vault, ids: Sequence[str]) -> list[Person]:
    """Those of these accounts that are open."""
    return [_person(vault, row) async for row in _queries.open_people(conn, ids=list(ids))]


async def by_contact(conn: ReadConnection, vault: Vault, kind: str, value: str) -> str | None:
    """The open account with this telephone number (`phone`) or e-mail address (`email`)."""
    return await _queries.person_by_contact(conn, blinds=vault.blinds(kind, value))


async def secrets_of(conn: ReadConnection, vault: Vault, id: str) -> Secrets:
    """What an account is opened with; nothing where there is no such account or it is closed."""
    row = await _queries.person(conn, id=id)
    if row is None or row["closed_at"] is not None:
        return Secrets(None, None, None)
    totp = vault.open(f"totp:{id}", row["totp"]).decode() if row["totp"] else None
    return Secrets(row["password"], totp, row["totp_step"])


async def set_password(conn: WriteConnection, id: str, hashed: str, now: datetime) -> None:
    """Another password."""
    await _queries.set_password(conn, id=id, password=hashed, now=now)


async def set_totp(conn: WriteConnection, vault: Vault, id: str, secret: str | None, step: int | None) -> None:
    """Another secret of one-time codes, whose code of that step was taken; or none."""
    sealed = vault.seal(f"totp:{id}", secret.encode()) if secret else None
    await _queries.set_totp(conn, id=id, totp=sealed, step=step)


async def take_step(conn: WriteConnection, id: str, step: int) -> bool:
    """Take a code's step; False where it or a later one was taken before."""
    return await _queries.take_step(conn, id=id, step=step) is not None


async def close(conn: WriteConnection, id: str, by: str, now: datetime) -> None:
    """Nobody signs in to this account any more."""
    await _queries.close_person(conn, id=id, by=by, now=now)


async def add_code(conn: WriteConnection, vault: Vault, code: Code, by: str | None, digest: bytes | None) -> None:
    """Keep a one-time code, or the wish for one that waits for a second officer."""
    await _queries.add_code(
        conn, id=code.id, kind=code.kind, person=code.person, digest=digest, reason=code.reason,
        totp=_sealed_totp(vault, code), asked_at=code.asked_at, asked_by=code.asked_by, given_at=code.given_at,
        given_by=by, expires_at=code.expires_at,
    )  # fmt: skip


async def give_code(conn: WriteConnection, vault: Vault, code: Code, by: str, digest: bytes) -> None:
    """Give out a code that waited for a second officer."""
    await _queries.give_code(
        conn, id=code.id, digest=digest, totp=_sealed_totp(vault, code), given_at=code.given_at, given_by=by,
        expires_at=code.expires_at,
    )  # fmt: skip


async def good_code(conn: ReadConnection, vault: Vault, digest: bytes, now: datetime) -> Code | None:
    """A one-time code that is still good."""
    row = await _queries.code_by_digest(conn, digest=digest, now=now)
    return None if row is None else _code(vault, row)


async def waiting_code(conn: ReadConnection, vault: Vault, id: str, since: datetime) -> Code | None:
    """A recovery asked for since then that waits for a second officer."""
    row = await _queries.waiting_code(conn, id=id, since=since)
    return None if row is None else _code(vault, row)


async def waiting_codes(conn: ReadConnection, vault: Vault, since: datetime) -> list[Code]:
    """All recoveries asked for since then that wait for a second officer."""
    return [_code(vault, row) async for row in _queries.waiting_codes(conn, since=since)]


async def use_code(conn: WriteConnection, id: str, now: datetime) -> bool:
    """Use a code up; False where it was used meanwhile."""
    return await _queries.use_code(conn, id=id, now=now) is not None


async def withdraw_codes(conn: WriteConnection, person: str, now: datetime) -> None:
    """No code of this person is good any more."""
    await _queries.withdraw_codes(conn, person=person, now=now)


def _sealed(vault: Vault, id: str, contact: Contact | None) -> dict[str, object]:
    if contact is None:
        return {"contact": None, "phone_blind": None, "email_blind": None}
    return {
        "contact": vault.seal(f"contact:{id}", orjson.dumps(asdict(contact))),
        "phone_blind": vault.blind("phone", contact.phone) if contact.phone else None,
        "email_blind": vault.blind("email", contact.email) if contact.email else None,
    }


def _person(vault: Vault, row: Any) -> Person:
    sealed = row["contact"]
    contact = Contact(**orjson.loads(vault.open(f"contact:{row['id']}", sealed))) if sealed else None
    return Person(
        row["id"], row["place"], tuple(row["areas"]), contact, row["language"], row["password"] is not None,
        row["totp"] is not None, row["created_at"], row["created_by"], row["closed_at"],
    )  # fmt: skip


def _sealed_totp(vault: Vault, code: Code) -> bytes | None:
    return vault.seal(f"code:{code.id}", code.totp.encode()) if code.totp else None


def _code(vault: Vault, row: Any) -> Code:
    totp = vault.open(f"code:{row['id']}", row["totp"]).decode() if row["totp"] else None
    fields: dict[str, Any] = {**dict(row), "totp": totp}
    return Code(**fields)


def _unknown(id: str) -> Exception:
    return not_found(f"There is no account {id}.", "person-unknown")
