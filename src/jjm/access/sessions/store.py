"""Sessions, attempts and codes sent to telephones in the tables of access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from jjm.access.gate import secret_digest
from jjm.access.sessions.model import Caller, NewSession, Session
from jjm.access.sessions.rules import Life
from jjm.kit import ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "sessions")
_FAMILIAR = timedelta(days=90)
_PHONE_CODES, _ATTEMPTS = timedelta(days=1), timedelta(days=2)


async def attempts(conn: WriteConnection, keys: list[bytes], now: datetime) -> Mapping[bytes, tuple[int, datetime]]:
    """How often it was tried under these keys and when last, held until the end of the transaction."""
    await _queries.open_attempts(conn, keys=keys, now=now)
    return {row["key"]: (row["failures"], row["at"]) async for row in _queries.attempts(conn, keys=keys)}


async def count_attempt(conn: WriteConnection, key: bytes, failures: int, now: datetime) -> None:
    """So many attempts count now under this key."""
    await _queries.count_attempt(conn, key=key, failures=failures, now=now)


async def succeeded(conn: WriteConnection, forgiven: list[bytes], address: bytes) -> None:
    """It was the right one: nothing has failed under these keys, and it does not count against the address."""
    await _queries.forget_attempts(conn, keys=forgiven)
    await _queries.uncount_attempt(conn, key=address)


async def is_familiar(conn: ReadConnection, person: str, address: str, now: datetime) -> bool:
    """True if the account has signed in from this address in the last three months."""
    return await _queries.is_familiar(conn, person=person, address=address, since=now - _FAMILIAR)


async def add(conn: WriteConnection, made: NewSession, caller: Caller, life: Life, now: datetime) -> None:
    """Keep a new session."""
    await _queries.add_session(
        conn, id=made.id, secret_digest=secret_digest(made.secret), person=made.person, means=made.means,
        is_strong=made.is_strong, created_at=now, idle=life.idle, expires_at=made.expires_at, address=caller.address,
        program=caller.program,
    )  # fmt: skip


async def by_secret(conn: ReadConnection, digest: bytes, now: datetime) -> Any:
    """The row of the session with this secret, unless it was ended, is over, or its account closed."""
    return await _queries.session_by_secret(conn, secret_digest=digest, now=now)


async def sessions(conn: ReadConnection, person: str, now: datetime) -> list[Session]:
    """The sessions of a person that may still be used, newest first."""
    return [Session(**dict(row)) async for row in _queries.sessions(conn, person=person, now=now)]


async def seen(conn: WriteConnection, id: str, at: datetime) -> None:
    """A session was used."""
    await _queries.seen(conn, id=id, at=at)


async def end_session(conn: WriteConnection, person: str, id: str, now: datetime) -> bool:
    """End a session of this person; False where there is none."""
    return await _queries.end_session(conn, person=person, id=id, now=now) is not None


async def end_sessions(conn: WriteConnection, person: str, now: datetime, but: str | None = None) -> None:
    """End the sessions of a person, but for one."""
    await _queries.end_sessions(conn, person=person, kept=but, now=now)


async def phone_codes_sent(conn: ReadConnection, phone_blinds: Sequence[bytes], address: str, now: datetime) -> Any:
    """How many codes were sent lately to this telephone, and asked for from this address."""
    hour, day = now - timedelta(hours=1), now - _PHONE_CODES
    return await _queries.phone_codes_sent(conn, phone_blinds=phone_blinds, address=address, hour=hour, day=day)


async def one_at_a_time(conn: WriteConnection) -> None:
    """Codes are asked for one after the other, so that what was sent lately is counted right."""
    await _queries.one_at_a_time(conn)


async def add_phone_code(conn: WriteConnection, phone_blinds: Sequence[bytes], **fields: object) -> None:
    """A code is on its way to a telephone; codes sent to it before are taken no more."""
    await _queries.drop_phone_codes(conn, phone_blinds=phone_blinds, now=fields["sent_at"])
    await _queries.add_phone_code(conn, phone_blind=phone_blinds[0], **fields)


async def try_phone_code(conn: WriteConnection, id: str, most: int, now: datetime) -> Any:
    """Count a try at a code that is still good, and what it must be; None where there is none."""
    return await _queries.try_phone_code(conn, id=id, most=most, now=now)


async def use_phone_code(conn: WriteConnection, id: str, now: datetime) -> bool:
    """Use a code up; False where it was used meanwhile."""
    return await _queries.use_phone_code(conn, id=id, now=now) is not None


async def tidy(conn: WriteConnection, now: datetime) -> None:
    """Forget codes and attempts that are of no use any more."""
    await _queries.tidy_phone_codes(conn, before=now - _PHONE_CODES)
    await _queries.tidy_attempts(conn, before=now - _ATTEMPTS)
