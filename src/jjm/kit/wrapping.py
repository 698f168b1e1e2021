"""What is sealed in tables, brought under a new master key: in pieces, beside all other work, again after a crash."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from jjm.kit.queries import load_queries
from jjm.kit.sealing import Vault
from jjm.kit.transaction import ReadConnection, WriteConnection

_queries = load_queries("jjm.kit")
_KEYS = ("key", "more_key")


class Wrapped(NamedTuple):
    """A piece that is done: how many values it was, and behind what the next begins; None behind the last."""

    done: int
    after: Any


class Holding(Protocol):
    """Something that is kept sealed; it does not change while it is wrapped anew, but for what wraps it."""

    @property
    def name(self) -> str:
        """What it is, in a word or two."""
        ...

    async def wrap(self, conn: WriteConnection, after: Any, most: int) -> Wrapped:
        """Bring the next piece under the newest master key; `after` is None at the beginning."""
        ...

    async def is_left(self, conn: ReadConnection) -> bool:
        """True while something needs another master key than the newest."""
        ...


@dataclass(frozen=True)
class SealedRows:
    """Rows with one or two values sealed by themselves (`first`, `second`), under a key of one or two texts.

    `find` brings the next rows that need another key than `current`, behind `after`; `keep` puts values in the place of
    those that are still as they were found, and with them what `also` makes of a row, such as its blind values.
    """

    name: str
    vault: Vault
    find: Callable[..., AsyncIterable[Any]]
    keep: Callable[..., Awaitable[Any]]
    also: Callable[[Any], Mapping[str, Any]] | None = None

    async def wrap(self, conn: WriteConnection, after: Any, most: int) -> Wrapped:
        """See Holding."""
        rows = await self._found(conn, after, most)
        if not rows:
            return Wrapped(0, None)
        columns: dict[str, list[Any]] = {f"{name}s": [row[name] for row in rows] for name in _keys(rows[0])}
        for part in ("first", "second"):
            was = [row.get(part) for row in rows]
            columns |= {f"was_{part}": was, part: [None if one is None else self._anew(one) for one in was]}
        more = [self.also(row) for row in rows] if self.also else []
        columns |= {name: [one[name] for one in more] for name in (more[0] if more else ())}
        await self.keep(conn, **columns)
        return Wrapped(len(rows), tuple(rows[-1][name] for name in _keys(rows[0])) if len(rows) == most else None)

    async def is_left(self, conn: ReadConnection) -> bool:
        """See Holding."""
        return bool(await self._found(conn, None, 1))

    async def _found(self, conn: ReadConnection, after: Sequence[str] | None, most: int) -> list[Any]:
        behind = dict(zip(("after", "more_after"), after or ("", ""), strict=False))
        return [row async for row in self.find(conn, current=self.vault.current, most=most, **behind)]

    def _anew(self, sealed: bytes) -> bytes:
        return sealed if self.vault.is_current(sealed[16:]) else self.vault.anew(sealed)


def _keys(row: Any) -> list[str]:
    return [name for name in _KEYS if name in row]


def kept_answers(vault: Vault) -> Holding:
    """The answers that are kept to be given again, with what tells their calls apart."""
    return SealedRows("answers", vault, _queries.answers_to_wrap, _queries.wrap_answers)
