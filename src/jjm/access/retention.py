"""How long logs are kept: each for its term (codelist `log-retention`), a year at least; what is held, for longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from jjm.kit import Database, ReadConnection, load_queries
from jjm.standards import Catalogue

_queries = load_queries("jjm.access", "retention")
_LIST, _AT_ONCE = "log-retention", 10_000
# DPDP Rules 2025, rule 6, asks for logs of a year; CERT-In's directions of 2022 for 180 days [verify both].
_LEAST = timedelta(days=365)
_LOGS: tuple[str, ...] = ("readings", "doors", "sessions", "uses")
Held = Sequence[tuple[str, str]]
"""Records that must not be forgotten, each by type and identifier: what was read of them stays too."""


def log_terms(catalogue: Catalogue) -> Mapping[str, timedelta]:
    """For how long each log is kept; a term of less than a year counts as a year."""
    known = catalogue.codelists.get(_LIST)
    told = {code.code: timedelta(days=int(code.extra["keep_days"])) for code in known.codes.values()} if known else {}
    return {name: max(_LEAST, told.get(name, _LEAST)) for name in _LOGS}


async def purge_logs(database: Database, catalogue: Catalogue, held: Held, now: datetime) -> Mapping[str, int]:
    """Forget what is over its term, in pieces of their own transactions; how many entries of each log that were."""
    done = dict.fromkeys(_LOGS, 0)
    for name, term in log_terms(catalogue).items():
        forget = getattr(_queries, f"forget_{name}")
        while True:
            async with database.write() as conn:
                rows = forget(conn, before=now - term, most=_AT_ONCE, **_keeping(name, held))
                count = len([row async for row in rows])
            done[name] += count
            if count < _AT_ONCE:
                break
    return done


async def overdue(conn: ReadConnection, catalogue: Catalogue, held: Held, now: datetime) -> Mapping[str, int]:
    """How many entries of each log are over their term and there still."""
    return {
        name: await getattr(_queries, f"overdue_{name}")(conn, before=now - term, **_keeping(name, held))
        for name, term in log_terms(catalogue).items()
    }


def _keeping(name: str, held: Held) -> dict[str, Any]:
    if name != "readings":
        return {}
    return {"types": sorted({type for type, _ in held}), "ids": sorted({id for _, id in held})}
