"""The two clients have the same calls, and what they know of a node needs nothing of the node's code."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from nodes import REPOSITORY

from jjm.client import AsyncClient, Client

_NAMES = {"aclose": "close"}


def calls(kind: type[Any]) -> dict[str, Callable[..., Any]]:
    """The public calls of a client."""
    return {name: found for name, found in vars(kind).items() if not name.startswith("_")}


def test_both_clients_have_the_same_calls_with_the_same_words() -> None:
    blocking, asynchronous = calls(Client), calls(AsyncClient)
    assert blocking.keys() == asynchronous.keys()
    for name, call in blocking.items():
        other = asynchronous[name]
        assert inspect.signature(call).parameters == inspect.signature(other).parameters, name
        assert inspect.getdoc(call) == inspect.getdoc(other), name


def test_the_client_can_be_lifted_out_of_the_house() -> None:
    script = (
        "import sys, jjm.client\n"
        "print(*sorted(m for m in sys.modules if m.startswith('jjm.') and not m.startswith('jjm.client')))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=REPOSITORY / "src")
    assert told.stderr == ""
    assert told.stdout.split() == []
