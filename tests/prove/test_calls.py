"""Calls made up from the node's own OpenAPI document: no answer is a fault of the node, none other than told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import httpx
import pytest
from databases import passable_folder
from nodes import Served, starting
from prove import acquaintances
from prove.calls import Prober, first_part, in_turn, quietly

pytestmark = pytest.mark.long

EXAMPLES = int(os.environ.get("JJM_PROVE_CALLS", "4"))
SMALL = ("--villages", "6", "--households", "30")
CALLERS = ("admin", "partner", "nobody")
# Of all types, that are alike, one of areas, one of persons, one that is decided, and one of things.
SOME = ("/villages", "/households", "/proposals", "/schemes")
MakeProber: TypeAlias = Callable[[str], Prober]


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    """A node with a small synthetic State, on which calls of any kind may be tried."""
    with passable_folder() as folder, starting() as start:
        settings = folder / "node.yaml"
        settings.write_text("calls_per_minute: 1000000000\nmessages: outbox\n")
        yield start(folder / "demo", "--port", "0", "--node", settings, *SMALL, command="demo")


@pytest.fixture(scope="module")
def prober(demo: Served) -> MakeProber:
    """Makes up calls as one kind of caller."""
    held = demo.told["application"]
    made: dict[str, Callable[[], str | None]] = {"admin": lambda: demo.token}
    made |= {"partner": lambda: acquaintances.token_of(demo.url, held)}
    made |= {"nobody": lambda: None}
    document: dict[str, Any] = httpx.get(f"{demo.url}/openapi.json").json()
    with demo.client() as admin, demo.client(acquaintances.token_of(demo.url, held)) as partner:
        records = acquaintances.of_records(admin)
        known = records | acquaintances.of_partners(admin) | acquaintances.of_people(admin)
        own = {"partner": acquaintances.of_itself(admin, partner, held)}

    def act(who: str) -> Prober:
        return Prober(demo.url, document, made[who], known | own.get(who, {}), types=frozenset(records))

    return act


def test_a_few_calls(prober: MakeProber) -> None:
    for who, paths in (("admin", ("/schemes", "/tokens", "/search")), ("nobody", ("/log", "/jobs"))):
        made = prober(who)
        quietly(made, [op for op in made.operations() if any(path in op.path for path in paths)], 1)
        assert not made.faults, made.told()


@pytest.mark.prove
@pytest.mark.parametrize("who", CALLERS)
def test_calls_of_every_kind_on_some_types_at_length(prober: MakeProber, who: str) -> None:
    made = prober(who)
    chosen = [
        op for op in made.operations() if first_part(op.path) not in made.types or any(t in op.path for t in SOME)
    ]
    quietly(made, chosen, EXAMPLES)
    print(f"{who}: {made.summary()}")
    assert not made.faults, made.told()
    assert len(made.answers) == len(chosen)


@pytest.mark.prove
def test_every_call_of_every_type(prober: MakeProber) -> None:
    made = prober("admin")
    chosen = [op for op in made.operations() if first_part(op.path) in made.types]
    in_turn(made, chosen, max(1, EXAMPLES // 4))
    print(made.summary())
    assert not made.faults, made.told()
    assert len(made.answers) > 0.9 * len(chosen)  # a call that takes nothing cannot be malformed
