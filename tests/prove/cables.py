"""Network namespaces joined by a switch of our own, so that packets can be lost where the kernel has no `netem`.

Each namespace has two ways out. By its cable (a TAP device whose other end this process holds) it reaches the other
namespaces, and what goes through is passed on, lost by chance, or lost all. By its service line (a pair of virtual
devices) this process alone reaches it, whatever becomes of the cable.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import select
import shutil
import struct
import subprocess
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Literal

State = Literal["good", "lossy", "cut"]
LOSS = 0.3
_TUNSETIFF, _TAP, _NO_INFO = 0x400454CA, 0x0002, 0x1000
_FRAME = 2048


class Unable(Exception):
    """This machine allows no such network, with the reason."""


@dataclass
class Cable:
    """From a namespace to the switch; three packets in ten are lost on it where it is lossy, either way."""

    namespace: str
    address: str
    service: str
    handle: int
    state: State = "good"
    lost: int = 0

    def loses(self, chance: random.Random) -> bool:
        """Whether the packet that comes now is lost on it."""
        lost = self.state == "cut" or (self.state == "lossy" and chance.random() < LOSS)
        self.lost += lost
        return lost


@dataclass
class Switch:
    """Passes what comes on one cable on to all others."""

    chance: random.Random
    cables: list[Cable] = field(default_factory=list["Cable"])
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Pass on, until it is ended."""
        by_handle = {cable.handle: cable for cable in self.cables}
        while not self._ended.is_set():
            ready, _, _ = select.select(list(by_handle), [], [], 0.1)
            for handle in ready:
                with contextlib.suppress(OSError):
                    self._pass_on(by_handle[handle], os.read(handle, _FRAME))

    def _pass_on(self, sender: Cable, frame: bytes) -> None:
        if sender.loses(self.chance):
            return
        for cable in self.cables:
            if cable is not sender and not cable.loses(self.chance):
                with contextlib.suppress(OSError):  # its namespace is not up yet, or no longer
                    os.write(cable.handle, frame)

    def end(self) -> None:
        """Pass on no more."""
        self._ended.set()


@contextlib.contextmanager
def cables(count: int, seed: int) -> Generator[Sequence[Cable], None, None]:
    """Namespaces with their cables, gone in the end. Raises Unable."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        raise Unable("network namespaces need `ip` and the rights of root")
    switch, mark = Switch(random.Random(seed)), f"jp{os.getpid() % 100_000}"
    running = threading.Thread(target=switch.run, daemon=True)
    try:
        try:
            for n in range(count):
                switch.cables.append(_laid(f"{mark}n{n}", n))
        except (OSError, subprocess.CalledProcessError) as error:
            told = getattr(error, "stderr", b"") or str(error).encode()
            raise Unable(f"this machine allows no network namespaces: {told.decode().strip()}") from error
        running.start()
        yield switch.cables
    finally:
        switch.end()
        if running.is_alive():
            running.join()
        for cable in switch.cables:
            os.close(cable.handle)
        for n in range(count):
            subprocess.run(["ip", "netns", "del", f"{mark}n{n}"], capture_output=True, check=False)


def _laid(name: str, n: int) -> Cable:
    """A namespace with a TAP device for the cable and a pair of devices for the service line."""
    cable, near, far = f"{name}c", f"{name}s", f"{name}t"
    _ip("netns", "add", name)
    handle = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(handle, _TUNSETIFF, struct.pack("16sH", cable.encode(), _TAP | _NO_INFO))
    _ip("link", "set", cable, "netns", name)
    _ip("link", "add", near, "type", "veth", "peer", "name", far)
    _ip("link", "set", far, "netns", name)
    _ip("addr", "add", f"10.178.{n}.1/30", "dev", near)
    _ip("link", "set", near, "up")
    for device, address in ((cable, f"10.177.0.{n + 1}/24"), (far, f"10.178.{n}.2/30")):
        _ip("-n", name, "addr", "add", address, "dev", device)
        _ip("-n", name, "link", "set", device, "up")
    _ip("-n", name, "link", "set", "lo", "up")
    return Cable(name, f"10.177.0.{n + 1}", f"10.178.{n}.2", handle)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=True)
