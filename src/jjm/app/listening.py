"""The port of a node: claimed before anything else is done, so that a port in use is found at once."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterable

from jjm.kit import Problem

FIRST_PORT = 8000
BACKLOG = 2048
_PORTS_TRIED = 100


def claim(host: str, port: int | None) -> socket.socket:
    """A listening socket at that port, or for None at the first free one from 8000 on. Raises Problem `port-busy`."""
    tried: Iterable[int] = range(FIRST_PORT, FIRST_PORT + _PORTS_TRIED) if port is None else (port,)
    for number in tried:
        with contextlib.suppress(_Busy):
            return _bound(host, number)
    what = f"Port {port}" if port is not None else f"Every port from {FIRST_PORT} to {FIRST_PORT + _PORTS_TRIED - 1}"
    detail = f"{what} of {host} is used by another program. Choose another with --port, or 0 for any that is free."
    raise Problem("port-busy", 503, "The port is in use", detail)


class _Busy(Exception):
    """The port is another program's."""


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        found = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _bad_host(host, error) from error
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        # Two programs may bind a port that nobody listens at yet: only listening makes it ours. Callers wait meanwhile.
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            raise _Busy from error
        raise _bad_host(f"{host}:{port}", error) from error
    found.setblocking(False)
    return found


def _bad_host(where: str, error: OSError) -> Problem:
    detail = f"The node cannot listen at {where}: {error.strerror}. Choose another with --host and --port."
    return Problem("host-unusable", 400, "The address cannot be used", detail)
