"""Processes of an embedded PostgreSQL that a killed node or a killed server left behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

# A server asked to stop first writes what is in memory to disk; after a large import that takes a while.
PATIENCE = 120.0


def name_of(data: Path) -> str:
    """The name that the server of this data folder carries in its process titles; no two folders share one."""
    found = data.stat()
    return f"jjm-{found.st_dev:x}-{found.st_ino:x}"


def is_ready(data: Path, pid: int) -> bool:
    """True once the server with that process id has recovered and takes connections."""
    lines = _lines(data / "postmaster.pid")
    return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def clear_away(data: Path, sockets: Path, uid: int) -> None:
    """End whatever still runs on this data folder, so that nothing of an earlier node commits after this moment.

    A server without its node is shut down in good order. Sessions without their server are killed: their server
    is gone, so their work can no longer be committed, but they would keep the next server from starting.
    """
    name = name_of(data)
    servers: Sequence[psutil.Process] = [p for p in _processes(uid) if f"--cluster_name={name}" in words(p)]
    for sign, patience in ((signal.SIGINT, PATIENCE), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        servers = _end(servers, sign, patience)
    sessions = [p for p in _processes(uid) if " ".join(words(p)).startswith(f"postgres: {name}: ")]
    _end(_still_there(sessions, 0.5), signal.SIGKILL, 10.0)
    for lock in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        _forget_reused_pid(lock)


def _forget_reused_pid(lock: Path) -> None:
    # After a restart of the machine or container the number in a lock file may be another program's. PostgreSQL
    # would take that for a live server. A number nobody has is left alone: then PostgreSQL makes its own checks.
    first = next(iter(_lines(lock)), "").strip()
    if first.isdecimal() and psutil.pid_exists(int(first)):
        lock.unlink()


def _lines(lock: Path) -> list[str]:
    try:
        return lock.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []


def _processes(uid: int) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real == uid:
                found.append(process)
    return found


def words(process: psutil.Process) -> list[str]:
    """The command line of a process; a server's session writes there whose it is and what it does."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _end(processes: Sequence[psutil.Process], sign: signal.Signals, patience: float) -> Sequence[psutil.Process]:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(sign)
    return _still_there(processes, patience)


def _still_there(processes: Sequence[psutil.Process], patience: float) -> Sequence[psutil.Process]:
    until = time.monotonic() + patience
    while (processes := [p for p in processes if _lives(p)]) and time.monotonic() < until:
        time.sleep(0.01)
    return processes


def _lives(process: psutil.Process) -> bool:
    # In a container there may be nobody to collect the dead; a dead process that is still listed holds nothing.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
