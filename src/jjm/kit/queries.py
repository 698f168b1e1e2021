"""The statements of a block, kept as SQL in `sql/NAME.sql`, each called by its name."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from importlib.resources import files
from typing import Any, cast

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter


def load_queries(package: str, name: str = "queries") -> Any:
    """The named queries in `sql/NAME.sql` of a block; called as `await queries.name(conn, key=value)`."""
    from_str = cast("Callable[..., Any]", aiosql.from_str)  # pyright: ignore[reportUnknownMemberType]
    sql = files(package).joinpath(f"sql/{name}.sql").read_text("utf-8")
    return from_str(sql, _OnConnection, mandatory_parameters=False)


class _OnConnection(AsyncPGAdapter):
    """Runs a statement on the connection it is given.

    aiosql's own looks first whether that is a pool, by `dir()`: 20 us a statement.
    """

    async def select(
        self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None
    ) -> AsyncGenerator[Any, None]:
        for row in await conn.fetch(sql, *self._ordered(query_name, parameters)):
            yield row

    async def select_one(self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None) -> Any:
        return await conn.fetchrow(sql, *self._ordered(query_name, parameters))

    async def select_value(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.fetchval(sql, *self._ordered(query_name, parameters))

    async def insert_update_delete(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.execute(sql, *self._ordered(query_name, parameters))

    def _ordered(self, query_name: str, parameters: Any) -> Any:
        return self.maybe_order_params(query_name, parameters)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
