"""A connection to PostgreSQL that does not ask again what is the same on every one."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import asyncpg

# PostgreSQL gives its own types fixed numbers below this one (access/transam.h, FirstGenbkiObjectId).
_FIXED = 10_000
_known: dict[frozenset[int], Any] = {}


class Connection(asyncpg.Connection):
    """A connection that knows PostgreSQL's own arrays from those before it.

    asyncpg has every new connection search the catalogue for them, which costs more than most questions. Types of a
    database's own are searched for each time, since another database may give their numbers to others.
    """

    async def _introspect_types(self, typeoids: Iterable[int], timeout: float | None) -> tuple[Any, Any]:
        asked = frozenset(typeoids)
        if asked in _known:
            return _known[asked], _NOT_ASKED
        types, statement = await super()._introspect_types(asked, timeout)
        if max(asked) < _FIXED:
            _known[asked] = types
        return types, statement


# asyncpg looks at the name: without one, the statement that was asked with would have taken the place of the caller's.
_NOT_ASKED = SimpleNamespace(name="none")
