"""A node reduced to its database: starts the cluster of a folder and waits to be killed.

Arguments: folder, folder of PostgreSQL programs, the numeric account to become first (0: stay), and a query to be busy
with meanwhile. Writes the address of the database, and ends at the end of its input.
"""

import asyncio
import os
import sys
from importlib.resources import files
from pathlib import Path

import asyncpg

from jjm.kit import Cluster, Problem


def become(uid: int) -> None:
    """Give up root for good."""
    files("jjm.kit")  # loads what is needed for it, while the interpreter's own folder can still be read
    if uid:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)


async def main(folder: str, binaries: str, uid: str, query: str) -> None:
    """Start, report, wait, stop."""
    await asyncio.to_thread(become, int(uid))
    cluster = Cluster(Path(folder), binaries=Path(binaries), settings={"fsync": "off"}, apart=Path(folder, "apart"))
    url = await cluster.start()
    conn = await asyncpg.connect(url)
    busy = asyncio.create_task(conn.fetchval(query))
    await asyncio.sleep(0)
    print(url, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    busy.cancel()
    os._exit(0)


try:
    asyncio.run(main(*sys.argv[1:]))
except Problem as problem:
    print(problem, flush=True)
except KeyboardInterrupt:
    os._exit(1)
