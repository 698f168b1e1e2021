"""Calls made up from the node's own OpenAPI document: no answer is a fault of the node, none other than told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import httpx
import pytest
from databases import passable_folder
from nodes import Served, starting
from prove.calls import Prober, quietly

EXAMPLES = int(os.environ.get("JJM_PROVE_CALLS", "1"))
SMALL = ("--villages", "6", "--households", "30")
CALLERS = ("admin", "read", "nobody")
# Of all types, that are alike, one of areas, one of persons, one that is decided, and one of things.
SOME = ("/villages", "/households", "/proposals", "/schemes")
MakeProber: TypeAlias = Callable[[str], Prober]


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    """A node with a small synthetic State, on which calls of any kind may be tried."""
    with passable_folder() as folder, starting() as start:
        settings = folder / "node.yaml"
        settings.write_text("calls_per_minute: 1000000000\n")
        yield start(folder / "demo", "--port", "0", "--node", settings, *SMALL, command="demo")


@pytest.fixture(scope="module")
def prober(demo: Served) -> MakeProber:
    """Makes up calls as one kind of caller."""
    tokens = {"admin": demo.token, "read": demo.told["tokens"]["read"], "nobody": None}
    document: dict[str, Any] = httpx.get(f"{demo.url}/openapi.json").json()
    known: dict[str, list[str]] = {}
    with demo.client() as client:
        for type in client.get("/api/v1").json()["items"]:
            items = client.get(type["url"], params={"limit": "8"}).json()["items"]
            known[type["plural"]] = [item["id"] for item in items]
    return lambda who: Prober(demo.url, document, tokens[who], known)


def is_of_no_type(path: str, known: object) -> bool:
    """True for calls that are there once, whatever types there are."""
    assert isinstance(known, dict)
    parts = path.split("/")
    return len(parts) < 4 or parts[3].partition(":")[0] not in known


def test_a_few_calls(prober: MakeProber) -> None:
    for who, paths in (("admin", ("/schemes", "/tokens", "/search")), ("nobody", ("/log", "/jobs"))):
        made = prober(who)
        quietly(made, [op for op in made.operations() if any(path in op.path for path in paths)], 1)
        assert made.faults == []


@pytest.mark.prove
@pytest.mark.parametrize("who", CALLERS)
def test_calls_of_every_kind_on_some_types_at_length(prober: MakeProber, who: str) -> None:
    made = prober(who)
    chosen = [op for op in made.operations() if is_of_no_type(op.path, made.known) or any(t in op.path for t in SOME)]
    quietly(made, chosen, 4 * EXAMPLES)
    assert made.faults == []
    assert len(made.answers) == len(chosen)


@pytest.mark.prove
def test_every_call_of_every_type(prober: MakeProber) -> None:
    made = prober("admin")
    chosen = [op for op in made.operations() if not is_of_no_type(op.path, made.known)]
    quietly(made, chosen, EXAMPLES)
    assert made.faults == []
    assert len(made.answers) == len(chosen)
