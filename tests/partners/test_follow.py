"""The partner who follows: snapshot, feed, webhooks for contaminations; killed in the middle, and the node as well."""

from __future__ import annotations

import itertools
import json
import random
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from partner_world import World, programs, run, said
from receivers import receiving
from standardwebhooks import Webhook as Standard

from jjm.client import Client, Record, Webhook

pytestmark = pytest.mark.long

NUMBERS = itertools.count(5_000)
TUTORIAL = "docs/tutorials/follow-with-webhooks.md"


def sample(n: int, **more: Any) -> dict[str, Any]:
    """A test that the node is told of."""
    usual = {"village": f"VIL-{700000 + n % 100}", "method": "laboratory", "sampled_on": "2026-11-20"}
    results = [{"parameter": "f", "value": 0.1 + n % 7}]
    return (
        usual
        | {"results": results, "contaminated": n % 7 > 1, "external_ids": [{"system": "lab", "value": f"S{n}"}]}
        | more
    )


def happen(admin: Client, held: list[Record], rounds: int, rng: random.Random) -> None:
    """New tests, changed ones, corrected ones, ended ones."""
    for _ in range(rounds):
        held.append(admin.create("water_quality_test", sample(next(NUMBERS))))
        one = held[rng.randrange(len(held))]
        if rng.random() < 0.5:
            held[held.index(one)] = admin.patch(
                "water_quality_test", one.id, {"remarks": f"seen {rng.random()}"}, etag=one.etag,
                change=rng.choice(["change", "correct"]),
            )  # fmt: skip
        elif rng.random() < 0.3:
            admin.retire("water_quality_test", one.id, etag=one.etag, reason="entered twice")
            held.remove(one)


def test_a_copy_that_is_killed_again_and_again_equals_the_node(world: World, tmp_path: Path) -> None:
    rng = random.Random(7)
    auth = world.partner("Platform of Kalpana", agreed=True)
    programs(TUTORIAL, tmp_path)
    auth.key.save(tmp_path / "key.json")
    (tmp_path / "joined.json").write_text(json.dumps({"participant": "", "application": auth.application}))
    with world.admin() as admin:
        done = admin.import_records("water_quality_test", [sample(n) for n in range(1_500)], source="laboratory")
        assert done.created == 1_500
        held: list[Record] = []
        for dies in (0.4, 0.9, None):
            copying = run("copy_state.py", "--follow", folder=tmp_path, NODE=world.url)
            happen(admin, held, 15, rng)
            if dies is None:
                break
            time.sleep(dies)  # somewhere in snapshot or feed, which is the point
            copying.send_signal(signal.SIGKILL)
            copying.communicate()
    world.die_and_rise()
    with world.admin() as admin:
        happen(admin, held, 10, rng)
        there = {record.id: record.meta.digest for record in admin.list("water_quality_test")}
    copying.send_signal(signal.SIGKILL)
    copying.communicate()
    assert f"{len(there)} water_quality_tests" in said(run("copy_state.py", folder=tmp_path, NODE=world.url))
    assert "water_quality_tests equal" in said(run("compare.py", folder=tmp_path, NODE=world.url))
    with sqlite3.connect(tmp_path / "state.db") as copy:
        here = dict(copy.execute("select id, digest from today where type = 'water_quality_tests'"))
    copy.close()
    assert here == there


def test_each_contamination_arrives_signed_once_though_node_and_listener_die(world: World) -> None:
    auth = world.partner("Alarm of Kalpana", agreed=True)
    told: list[str] = []
    with receiving() as receiver, Client(world.url, auth=auth) as partner:
        made = partner.subscribe(receiver.url, types=["water_quality_tests"], kinds=["created"])
        assert made.secret and made.public_key
        hooks = [Webhook([made.secret]), Webhook([made.public_key])]
        with world.admin() as admin:
            told += [admin.create("water_quality_test", sample(n)).id for n in range(20_000, 20_010)]
        receiver.until(lambda r: len(r.positions) >= 3)
        world.die_and_rise()
        with world.admin() as admin:
            told += [admin.create("water_quality_test", sample(n)).id for n in range(20_010, 20_020)]
        receiver.until(lambda r: len(set(r.positions)) >= 20, 40)
        seen: dict[int, Record] = {}
        for call in receiver.taken:
            assert Standard(made.secret).verify(call.body, call.headers)
            for hook in hooks:
                seen |= {change.position: change.record for change in hook.changes(call.headers, call.body)}
        assert [record.id for _, record in sorted(seen.items())] == told
        alarms = [record.id for record in seen.values() if record["contaminated"]]
        assert len(alarms) == sum(n % 7 > 1 for n in range(20_000, 20_020))
        assert "remarks" not in {name for record in seen.values() for name in record}
        assert partner.subscription(made.id).state == "active"
