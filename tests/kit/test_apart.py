"""Work in a process of its own: one may stand ready for it, and none is left when nobody waits for it any more."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator

import pytest

from jjm.kit import Apart
from jjm.kit.canonical import canonical

WHOLE = pickle.dumps((canonical, ({"a": 1},), {}))


async def who(count: int) -> AsyncGenerator[int, None]:
    """The process in which this runs, so many times."""
    for _ in range(count):
        yield os.getpid()


async def one_then_wrong() -> AsyncGenerator[int, None]:
    """One thing, then an error."""
    yield 1
    raise ValueError("the second cannot be made")


@pytest.fixture
def place() -> Iterator[Apart]:
    """Where the work of this module is done."""
    place = Apart(__name__)
    yield place
    place.close()


def ready(place: Apart) -> int | None:
    """The process that stands ready."""
    process = place._ready
    return None if process is None else process.pid


@pytest.mark.parametrize("said", [b"", WHOLE[: len(WHOLE) // 2]], ids=["nothing", "half of it"])
def test_what_was_never_asked_for_in_full_is_not_begun(said: bytes) -> None:
    command = [sys.executable, "-c", "from jjm.kit.apart import work; work()", "jjm.kit.canonical"]
    done = subprocess.run(command, input=said, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


async def test_the_process_made_ready_does_the_next_work_and_only_that(place: Apart) -> None:
    place.make_ready()
    waiting = ready(place)
    place.make_ready()
    assert waiting == ready(place) != os.getpid(), "one is enough"
    assert [found async for found in place.run(who, 3)] == [waiting] * 3
    assert ready(place) is None
    (another,) = [found async for found in place.run(who, 1)]
    assert another not in (waiting, os.getpid())


async def test_work_is_done_though_the_process_made_ready_has_died(place: Apart) -> None:
    place.make_ready()
    dead = ready(place)
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    place._ready.wait()
    assert [found != dead async for found in place.run(who, 2)] == [True, True]


async def test_nothing_is_left_of_a_process_for_which_no_work_came() -> None:
    place = Apart(__name__)
    place.make_ready()
    process = place._ready
    place.close()
    assert process.returncode == 0


async def test_what_was_made_before_an_error_comes_before_it(place: Apart) -> None:
    source = place.run(one_then_wrong)
    assert await anext(source) == 1
    with pytest.raises(ValueError, match="the second cannot be made"):
        await anext(source)
