"""When a call is made again, and after how long: rules without a network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.client import Patience
from jjm.client.core import Core, Request, sent
from jjm.client.patience import Tries, asked_pause
from jjm.client.refusal import Refused
from jjm.client.wire import Answer, End, Outcome, Pause, Send, advance

NOW = 1_800_000_000.0
PROBLEM = b'{"code": "x", "title": "t", "detail": "d"}'


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:30 GMT"}, 30.0),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"ratelimit": '"minute";r=0;t=12, "day";r=500;t=9000'}, 12.0),
        ({"ratelimit": '"minute";r=3;t=12'}, None),
        ({}, None),
    ],
)
def test_the_pause_a_node_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_pause(headers, NOW) == seconds


@given(failed=st.integers(1, 60), draw=st.floats(0, 1))
def test_pauses_grow_and_are_bounded(failed: int, draw: float) -> None:
    patience = Patience(first=0.5, longest=30)
    assert 0 <= patience.pause(failed, lambda: draw) <= min(30, 0.5 * 2 ** (failed - 1))


@given(statuses=st.lists(st.sampled_from([429, 503, 502, 504, 500, 400, 409]), max_size=12), again=st.booleans())
def test_a_call_ends_with_the_first_final_answer_and_never_tries_more_than_it_may(
    statuses: list[int], again: bool
) -> None:
    core = Core("http://node.test", patience=Patience(tries=4), now=lambda: NOW, random=lambda: 0.5)
    flow = sent(core, Request("POST", "/x", again=again))
    sends, answers = 0, iter([*statuses, 200])
    try:
        step = advance(flow, Outcome())
        while not isinstance(step, End):
            if isinstance(step, Send):
                sends += 1
                status = next(answers)
                step = advance(flow, Outcome(Answer(status, {}, PROBLEM)))
            else:
                assert isinstance(step, Pause)
                step = advance(flow, Outcome())
        ended = 200
    except Refused as refused:
        ended = refused.status
    passed = statuses[: sends - 1]
    assert all(s == 429 or (again and s in (502, 503, 504)) for s in passed)
    assert sum(s != 429 for s in passed) < 4
    assert ended == [*statuses, 200][sends - 1]


def test_a_node_that_asks_for_more_than_is_bearable_is_not_waited_for() -> None:
    tries = Tries(Patience(longest_asked=60), lambda: 1.0, lambda: NOW)
    assert tries.after(429, {"retry-after": "61"}, again=True) is None
    assert tries.after(429, {"retry-after": "60"}, again=False) == 60.0


def test_who_has_used_up_its_rate_waits_before_the_next_call() -> None:
    core = Core("http://node.test", now=lambda: NOW)
    flow = sent(core, Request("GET", "/x", again=True))
    advance(flow, Outcome())
    assert advance(flow, Outcome(Answer(200, {"ratelimit": '"m";r=0;t=3'}))) == End(
        Answer(200, {"ratelimit": '"m";r=0;t=3'})
    )
    assert advance(sent(core, Request("GET", "/x", again=True)), Outcome()) == Pause(3.0)
