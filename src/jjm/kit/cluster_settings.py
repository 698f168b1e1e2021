"""Settings of the embedded PostgreSQL, sized from the machine it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psutil

MB = 1 << 20

# Docker gives a container 64 MB of shared memory unless told otherwise; a parallel query then fails half-way.
_SHARED_MEMORY_FOR_PARALLEL_QUERIES = 512 * MB

_HEADER = """\
# Written at every start of the node; a change made here is lost.
# For a setting of your own use ALTER SYSTEM SET name = value, then restart the node.
"""


def settings(memory: int, shared_memory: int, *, lz4: bool) -> dict[str, str]:
    """What PostgreSQL is told on a machine with that many bytes of memory and of `/dev/shm`.

    Durability is promised, so `fsync`, `full_page_writes` and `synchronous_commit` stay on.
    """
    chosen = {
        "max_connections": "60",
        "shared_buffers": _megabytes(memory // 8, 64, 2048),
        "effective_cache_size": _megabytes(memory // 2, 128, 65536),
        "work_mem": _megabytes(memory // 768, 4, 64),
        "maintenance_work_mem": _megabytes(memory // 32, 64, 1024),
        "max_wal_size": "4GB",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_line_prefix": "%m [%p] ",
        # What a statement that failed was about is told by the node, by its kind alone: values may be personal.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "dynamic_shared_memory_type": "posix" if shared_memory >= _SHARED_MEMORY_FOR_PARALLEL_QUERIES else "mmap",
        "shared_preload_libraries": "",
    }
    return chosen | ({"wal_compression": "lz4", "default_toast_compression": "lz4"} if lz4 else {})


def as_file(chosen: Mapping[str, str]) -> str:
    """The settings in the form of a `postgresql.conf`."""
    lines = (f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in chosen.items())
    return _HEADER + "".join(lines)


def memory() -> int:
    """Bytes of memory that this process may use: the machine's, or the container's where that is less."""
    total = psutil.virtual_memory().total
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.is_file() else "max"
    return min(total, int(text)) if text.isdecimal() else total


def shared_memory() -> int:
    """Bytes of `/dev/shm`, or as much as the machine has where that folder does not exist."""
    folder = Path("/dev") / "shm"
    return psutil.disk_usage(str(folder)).total if folder.is_dir() else memory()


def _megabytes(size: int, least: int, most: int) -> str:
    return f"{min(max(size // MB, least), most)}MB"
