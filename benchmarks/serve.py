"""A node on a folder, served as `jjm up` serves it, for measurements. Run as a module: FOLDER PORT."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import uvicorn

from jjm.app.asgi import application
from jjm.app.node import running
from jjm.app.settings import Settings


async def main(folder: Path, port: int) -> None:
    """Serve until stopped."""
    async with running(Settings(folder=folder, calls_per_minute=100_000_000)) as node:
        config = uvicorn.Config(application(node), host="127.0.0.1", port=port, log_level="warning", access_log=False)
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    import uvloop

    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2])))
