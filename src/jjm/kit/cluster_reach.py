"""The database of a node's folder for whoever keeps it: through the running node's server, or one started meanwhile."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from jjm.kit.cluster import Cluster
from jjm.kit.cluster_place import POINTER, settle
from jjm.kit.cluster_processes import is_ready
from jjm.kit.cluster_programs import embedded
from jjm.kit.cluster_server import url_of
from jjm.kit.database import DatabaseUrl
from jjm.kit.errors import Problem


def has_cluster(folder: Path) -> bool:
    """True if a node with an embedded PostgreSQL was ever started in this folder."""
    return (folder / POINTER).exists() or (folder / "postgres" / "data").is_dir()


@asynccontextmanager
async def reach(folder: Path) -> AsyncGenerator[DatabaseUrl, None]:
    """The address of the folder's database; where the node does not run, the database runs as long as this does.

    Raises Problem `no-cluster` where no node was ever started, `cluster-starting` while its server is not ready yet.
    """
    if not has_cluster(folder):
        detail = f"{folder} holds no database. Name the node's folder with --data, or its database with --database."
        raise Problem("no-cluster", 404, "There is no node in this folder", detail)
    cluster = Cluster(folder)
    try:
        url = await cluster.start()
    except Problem as problem:
        if problem.code != "cluster-in-use":
            raise
        yield _running(folder)
        return
    try:
        yield url
    finally:
        await cluster.stop()


def _running(folder: Path) -> DatabaseUrl:
    place = settle(folder.absolute(), embedded())
    lock = place.data / "postmaster.pid"
    first = lock.read_text("utf-8").splitlines()[:1] if lock.exists() else []
    if not first or not first[0].strip().isdecimal() or not is_ready(place.data, int(first[0])):
        detail = f"The node in {folder} is starting. Try again in a moment."
        raise Problem("cluster-starting", 503, "Not available now", detail)
    return url_of(place)
