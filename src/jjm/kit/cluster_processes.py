"""Processes of an embedded PostgreSQL that a killed node or a killed server left behind."""

from __future__ import annotations

import signal
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
    lines = _lock_lines(data)
    return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def clear_away(data: Path, uid: int) -> None:
    """End whatever still runs on this data folder, so that nothing of an earlier node commits after this moment.

    A server without its node is shut down in good order. Sessions without their server are killed: their server
    is gone, so their work can no longer be committed, but they would keep the next server from starting.
    """
    name = name_of(data)
    servers = [p for p in _processes(uid) if f"cluster_name={name}" in _words(p)]
    for sign, patience in ((signal.SIGINT, PATIENCE), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        servers = _end(servers, sign, patience)
    sessions = [p for p in _processes(uid) if " ".join(_words(p)).startswith(f"postgres: {name}: ")]
    _, alive = psutil.wait_procs(sessions, timeout=0.5)
    _end(alive, signal.SIGKILL, 10.0)
    _forget_reused_pid(data)


def _forget_reused_pid(data: Path) -> None:
    # After a restart of the machine or container the number in the lock file may be another program's. PostgreSQL
    # would take that for a live server. A number nobody has is left alone: then PostgreSQL makes its own checks.
    first = next(iter(_lock_lines(data)), "").strip()
    if first.isdecimal() and psutil.pid_exists(int(first)):
        (data / "postmaster.pid").unlink()


def _lock_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []


def _processes(uid: int) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real == uid:
                found.append(process)
    return found


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _end(processes: Sequence[psutil.Process], sign: signal.Signals, patience: float) -> list[psutil.Process]:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(sign)
    return psutil.wait_procs(processes, timeout=patience)[1]
