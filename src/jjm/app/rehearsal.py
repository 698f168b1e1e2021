"""A node to try things on: filled with an invented State, with tokens for each kind of caller, and pages to open."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import orjson

from jjm.access import NODE, create_token, invite
from jjm.app.address import DEMO_APPLICATION_FILE, DEMO_KEY_FILE, DEMO_TOKENS_FILE
from jjm.app.node import Node
from jjm.app.partner import make_key
from jjm.kit import Problem, recall
from jjm.ledger import counts
from jjm.registry import Ask, page
from jjm.sandbox import MARK, fill, play

_SCOPES: Mapping[str, Sequence[str]] = {"read": ["read"], "personal": ["read", "personal"], "write": ["read", "write"]}


async def furnish(
    node: Node, seed: int, villages: int, households: int | None, told: Callable[[str, int], None]
) -> int:
    """Fill the node with the invented State of this seed; how many records are new.

    Raises Problem `not-a-demo` for a node that holds records of its own.
    """
    async with node.database.read() as conn:
        own = {type for type in await counts(conn) if not type.startswith("access.")} - {"state"}
        if own and not await recall(conn, MARK):
            detail = f"{node.settings.folder} holds records of a node's own. Use a new folder with --data."
            raise Problem("not-a-demo", 409, "This is no node to try things on", detail)
    filled = await fill(node.registry, seed=seed, villages=villages, households=households, told=told)
    async with node.database.write() as conn:
        told("cases", played := await play(node.workflows, conn, seed))
    node.sequencer.wake()
    return filled.records + played


async def tokens_of(node: Node) -> dict[str, str]:
    """A token for each kind of caller, made once and kept in a file that only its owner reads."""
    path = node.settings.folder / DEMO_TOKENS_FILE
    if path.exists():
        return orjson.loads(path.read_bytes())
    made: dict[str, str] = {}
    async with node.database.write() as conn:
        for name, scopes in _SCOPES.items():
            token = await create_token(conn, NODE, node.registry.clock, name=f"demo {name}", scopes=scopes)
            made[name] = token.secret
        _keep(path, made)
    return made


async def application_of(node: Node) -> dict[str, str]:
    """A participant with an application that may read and write, and its key in a file, made once."""
    path = node.settings.folder / DEMO_APPLICATION_FILE
    if path.exists():
        return orjson.loads(path.read_bytes())
    key_file = node.settings.folder / DEMO_KEY_FILE
    key_file.unlink(missing_ok=True)
    async with node.database.write() as conn:
        key = make_key(key_file, "demo")
        id, application = await invite(node.access, conn, NODE, key.public, ["read", "write"])
        made = {"participant": id, "client_id": application, "key": str(key_file.absolute())}
        _keep(path, made)
    node.sequencer.wake()
    return made


def _keep(path: Path, tokens: Mapping[str, str]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(tokens, option=orjson.OPT_INDENT_2))


async def pages_of(node: Node, url: str) -> list[str]:
    """The first pages to open: the node, a district and a village of the invented State, the API."""
    found = [f"{url}/"]
    async with node.database.read() as conn:
        for type, address in (("district", "areas/district"), ("village", "villages")):
            ask = Ask(limit=1, cql2="source LIKE 'synthetic%'")
            for item in (await page(node.registry, conn, NODE, node.registry.table(type), ask)).items:
                found.append(f"{url}/{address}/{item['code']}")
    return [*found, f"{url}/docs"]
