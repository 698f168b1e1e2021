"""The PostgreSQL that a node brings along: made at first start, kept running, stopped with the node."""

from __future__ import annotations

import asyncio
import fcntl
import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Lock

from jjm.kit.cluster_place import APART, Place, settle
from jjm.kit.cluster_processes import clear_away
from jjm.kit.cluster_programs import embedded, failed
from jjm.kit.cluster_server import end, launch, make, url_of
from jjm.kit.database import DatabaseUrl
from jjm.kit.errors import Problem


class Cluster:
    """One PostgreSQL for one node, in the node's folder, reachable through a private socket and nothing else.

    It outlives a crash of the node (the next start ends it in good order and starts anew) and Ctrl-C on the node's
    terminal; it is stopped by `stop`. `binaries` names other PostgreSQL programs than the embedded ones, `settings`
    override the node's own, `apart` is where root's cluster lies when the server's account cannot enter `folder`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
        apart: Path = APART,
    ) -> None:
        self._folder = folder.absolute()
        self._binaries = binaries
        self._settings = dict(settings or {})
        self._apart = apart
        self._one_at_a_time = Lock()
        self._locks = ExitStack()
        self._place: Place | None = None
        self._server: subprocess.Popen[bytes] | None = None

    async def start(self) -> DatabaseUrl:
        """Bring the database up, made if there is none yet, and say where it is.

        Raises Problem `cluster-in-use` when another node has this folder, `cluster-version` when another PostgreSQL
        release made it, `cluster-failed` with the server's own words for all else.
        """
        return await asyncio.to_thread(self._start)

    async def stop(self) -> None:
        """Shut the database down in good order: open work is abandoned, all that was committed is on disk."""
        await asyncio.to_thread(self._stop)

    async def ensure_running(self) -> bool:
        """Start the database again if it has died; True if that was so."""
        if self.is_running():
            return False
        await self.start()
        return True

    def is_running(self) -> bool:
        """True while the server that this node started is alive."""
        return self._server is not None and self._server.poll() is None

    def _start(self) -> DatabaseUrl:
        with self._one_at_a_time:
            try:
                return url_of(self._started())
            except OSError as error:
                self._let_go()
                raise failed(f"{error.filename or self._folder}: {error.strerror}.") from error
            except Problem:
                self._let_go()
                raise

    def _started(self) -> Place:
        place = self._place = self._place or self._take()
        if not self.is_running():
            make(place, self._settings)
            clear_away(place.data, place.sockets(), place.uid)
            self._server = launch(place, self._settings)
        return place

    def _take(self) -> Place:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock(self._folder)
        place = settle(self._folder, self._binaries or embedded(), self._apart)
        # Two copies of one folder may point to one home.
        self._lock(place.home)
        return place

    def _lock(self, folder: Path) -> None:
        file = self._locks.enter_context((folder / "postgres.lock").open("a+", encoding="utf-8"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            detail = f"{folder} is in use by the process {file.read().strip()}. Stop that one, or use another folder."
            raise Problem("cluster-in-use", 503, "Another node uses this folder", detail) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()

    def _stop(self) -> None:
        with self._one_at_a_time:
            if self._server is not None and self.is_running():
                end(self._server)
            self._let_go()

    def _let_go(self) -> None:
        self._server = self._place = None
        self._locks.close()
