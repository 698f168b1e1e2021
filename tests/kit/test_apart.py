"""Work in a process of its own ends without a word when the process that asked for it has died."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from jjm.kit.canonical import canonical

WHOLE = pickle.dumps((canonical, ({"a": 1},), {}))


@pytest.mark.parametrize("said", [b"", WHOLE[: len(WHOLE) // 2]], ids=["nothing", "half of it"])
def test_what_was_never_asked_for_in_full_is_not_begun(said: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from jjm.kit.apart import work; work()"], input=said, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
