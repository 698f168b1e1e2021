"""A node killed in the middle of its deliveries: every change arrives, in order, under an id that stays."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import httpx
import pytest
from databases import passable_folder
from nodes import Served, starting
from receivers import OK, Received, Receiver, Reply, receiving

pytestmark = pytest.mark.prove
ROUNDS, EACH = 6, 40


def subscribe(node: Served, url: str, **asked: object) -> str:
    """A subscription of the administrator."""
    with node.client() as client:
        answer = client.post("/api/v1/subscriptions", json={"url": url, "types": ["organisations"]} | asked)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


def write(node: Served, names: list[str], chance: random.Random) -> list[str]:
    """Write until the node is killed; what it said it had recorded."""
    kept: list[str] = []
    last = chance.randrange(EACH // 2, EACH)
    with node.client() as client:
        for n, name in enumerate(names):
            if n == last:
                node.process.send_signal(signal.SIGKILL)
            try:
                answer = client.post("/api/v1/organisations", json={"name": name, "kind": "ngo"})
            except httpx.TransportError:
                break
            assert answer.status_code == 201, answer.text
            kept.append(name)
    node.process.wait(30)
    assert node.process.stdout is not None
    node.process.stdout.close()
    return kept


def told(receiver: Receiver) -> list[tuple[int, str, str]]:
    """Position, id and name of each event that was taken, each the first time it came."""
    found: dict[int, tuple[int, str, str]] = {}
    for call in receiver.taken:
        for event in call.events:
            known = found.setdefault(event["position"], (event["position"], call.id, event["data"]["name"]))
            assert known[2] == event["data"]["name"], "a position says the same each time"
    return list(found.values())


def answering(chance: random.Random) -> Reply:
    """Mostly good; now and then as a server answers that is down."""
    return (503, {"Retry-After": "0"}) if chance.random() < 0.02 else OK


def ids(calls: list[Received]) -> dict[str, bytes]:
    """What each id stood for."""
    found: dict[str, bytes] = {}
    for call in calls:
        assert found.setdefault(call.id, call.body) == call.body, "an id stands for one content"
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_recorded_arrives_in_order_however_often_the_node_is_killed(seed: int) -> None:
    chance = random.Random(seed)
    with passable_folder() as place, starting() as start, receiving() as one, receiving() as several:
        one.reply = lambda body: answering(chance)
        file = place / "node.yaml"
        file.write_text("webhooks_private: true\n")
        folder: Path = place / "node"
        node = start(folder, "--port", "0", "--node", file)
        subscribe(node, one.url)
        subscribe(node, several.url, batch=7)
        recorded: list[str] = []
        for turn in range(ROUNDS):
            recorded += write(node, [f"Society {turn}-{n}" for n in range(EACH)], chance)
            node = start(folder, "--port", "0", "--node", file)
        for receiver in (one, several):
            receiver.until(lambda r: set(recorded) <= {name for _, _, name in told(r)}, patience=60)
            events = told(receiver)
            positions = [position for position, _, _ in events]
            assert positions == sorted(positions), "nothing overtakes"
            # A change whose answer was cut off may have been recorded all the same.
            names = [name for _, _, name in events]
            assert [name for name in names if name in recorded] == recorded
            assert len(names) <= len(recorded) + ROUNDS
        assert ids(one.calls)
        assert node.end() == 0
