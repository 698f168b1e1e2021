"""Which addresses the node calls for others: public ones, looked up once and then called as they were found."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from jjm.kit import Fault, bad_request

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_LONGEST = 2_000
_LOOKUP_SECONDS = 5.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Public by its number, and yet answers to the machines of one cloud alone.
_METADATA = {ipaddress.ip_address("168.63.129.16")}
_log = logging.getLogger(__name__)
_names = ThreadPoolExecutor(4, thread_name_prefix="jjm-names")
_names_of_failing = ThreadPoolExecutor(2, thread_name_prefix="jjm-names-failing")


class Forbidden(Exception):
    """An address that is not called. What it says goes to whoever named the host, and names no address."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: host and port as named in the address, and what is asked for there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the Host field."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


def target_of(url: str, *, private: bool) -> Target:
    """Where an address leads. Raises Problem 400 `bad-webhook-url` for one that is not taken; `private` takes more."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if ":" not in (parts.hostname or "") else ""
        host = host or parts.hostname or ""
    except (ValueError, UnicodeError) as error:
        raise _bad(url, "is no address", "Write it whole, as in https://partner.example/events.") from error
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise _bad(url, "is too long or holds other than plain characters", "Encode it, up to 2,000 characters.")
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise _bad(url, "is not https", "Records travel encrypted only: give an https address.")
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise _bad(url, "names no host, or more than a host", "Leave user, password and fragment out.")
    number = port or {"http": 80, "https": 443}[parts.scheme]
    if number not in (80, 443) and not 1_024 <= number < 65_536:
        raise _bad(url, f"has the port {number}", "Use 443, or a port from 1024 on.")
    _refuse_literal(url, host, private)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, number, path)


def _refuse_literal(url: str, host: str, private: bool) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not private and not is_public(address):
        raise _bad(url, "is an address inside a network", "Give one that the whole internet reaches.")


def is_public(address: _Address) -> bool:
    """True for an address that anybody may call: not private, loopback, link-local, multicast or reserved."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and address not in _METADATA


async def require_public(url: str, *, private: bool) -> None:
    """Refuse an address whose host leads inside a network, as far as that is known now; each call looks again.

    A host that has no address yet, or is not found in time, is taken. Raises Problem 400 `bad-webhook-url`.
    """
    target = target_of(url, private=private)
    try:
        await look_up(target, private=private)
    except Forbidden as error:
        raise _bad(url, f"cannot be called: {error}", "Give one that the whole internet reaches.") from error
    except OSError:
        return


async def look_up(target: Target, *, private: bool, failing: bool = False) -> list[str]:
    """The addresses of a host, each of which may be called. Raises Forbidden where one may not, OSError for none."""
    # Names of hosts that do not answer are looked up apart: they must not make others wait.
    threads = _names_of_failing if failing else _names
    loop = asyncio.get_running_loop()
    work = loop.run_in_executor(threads, _resolve, target.host, target.port)
    found = await asyncio.wait_for(work, _LOOKUP_SECONDS)
    if not found:
        raise OSError(f"{target.host} has no address")
    if not private and (inside := [a for a in found if not is_public(ipaddress.ip_address(a))]):
        # Who asks may be outside: what a name leads to inside is for the keeper alone.
        _log.info("%s is not called: it is %s", target.host, ", ".join(inside))
        raise Forbidden(f"{target.host} leads inside a network")
    return found


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def _bad(url: str, what: str, remedy: str) -> Exception:
    fault = Fault(f"`{url[:200]}` {what}", remedy, "/url")
    return bad_request("bad-webhook-url", "This address cannot be called.", fault)
