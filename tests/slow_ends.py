"""A way to PostgreSQL on which the server's last word arrives at once, and the end of the connection later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from jjm.kit import DatabaseUrl

_SOCKET = ".s.PGSQL.5432"


@asynccontextmanager
async def slow_ends(url: DatabaseUrl, folder: Path, gone: asyncio.Event) -> AsyncGenerator[DatabaseUrl, None]:
    """The address of the same database by that way; connections that the server ended are open until `gone` is set."""
    (host,) = parse_qs(urlsplit(url).query)["host"]

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1 << 16):
            writer.write(piece)

    async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(f"{host}/{_SOCKET}")
        with closing(writer), closing(to_server):
            asking = asyncio.create_task(pass_on(reader, to_server))
            await asyncio.wait(
                [asking, asyncio.create_task(pass_on(from_server, writer))], return_when=asyncio.FIRST_COMPLETED
            )
            if not asking.done():
                await gone.wait()

    async with await asyncio.start_unix_server(come, folder / _SOCKET):
        yield DatabaseUrl(url.replace(f"host={quote(host)}", f"host={quote(str(folder))}"))
