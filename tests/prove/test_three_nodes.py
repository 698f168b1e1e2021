"""Whatever happens between a Centre and two States, in the end every copy equals its original and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from prove.three_nodes import trio

pytestmark = pytest.mark.prove
STEPS = int(os.environ.get("PROVE_STEPS", "60"))
_BRIDGE = "jjmprove"


@pytest.mark.parametrize("seed", [1, 2])
def test_copies_equal_their_originals_after_whatever_happened(tmp_path: Path, seed: int) -> None:
    with trio(tmp_path, seed) as world:
        world.begin()
        for _ in range(STEPS):
            world.step()
        world.heal()
        world.check()


def test_the_same_between_network_namespaces(tmp_path: Path, namespaces: list[str]) -> None:
    with trio(tmp_path, 3, namespaces) as world:
        world.begin()
        for _ in range(STEPS // 2):
            world.step()
        world.heal()
        world.check()


@pytest.fixture
def namespaces() -> Generator[list[str], None, None]:
    """Three network namespaces joined by a bridge of this machine, each with an address of its own."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("network namespaces need `ip` and the rights of root")
    names = [f"{_BRIDGE}{n}" for n in range(3)]
    try:
        try:
            _ip("link", "add", _BRIDGE, "type", "bridge")
            _ip("addr", "add", "10.177.0.254/24", "dev", _BRIDGE)
            _ip("link", "set", _BRIDGE, "up")
            for n, name in enumerate(names):
                _ip("netns", "add", name)
                _ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b")
                _ip("link", "set", f"{name}a", "master", _BRIDGE, "up")
                _ip("link", "set", f"{name}b", "netns", name)
                _ip("-n", name, "addr", "add", f"10.177.0.{n + 1}/24", "dev", f"{name}b")
                _ip("-n", name, "link", "set", f"{name}b", "up")
                _ip("-n", name, "link", "set", "lo", "up")
        except subprocess.CalledProcessError as error:
            pytest.skip(f"this machine allows no network namespaces: {error.stderr.decode().strip()}")
        yield names
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
            subprocess.run(["ip", "link", "del", f"{name}a"], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", _BRIDGE], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=True)
