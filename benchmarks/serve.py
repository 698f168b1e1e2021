"""A node on a folder, served as `jjm up` serves it, for measurements. Run as a module: FOLDER PORT."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from jjm.app.node import Node
from jjm.app.serving import run, serve
from jjm.app.settings import Settings


async def main(folder: Path, port: int) -> None:
    """Serve until stopped."""

    async def told(node: Node, url: str) -> None:
        return None

    await serve(Settings(folder=folder, calls_per_minute=100_000_000, webhooks_private=True), port, told)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        run(main(Path(sys.argv[1]), int(sys.argv[2])))
