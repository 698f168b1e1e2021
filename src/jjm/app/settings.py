"""What a node is told at start: from its folder, its node file, the environment and the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from jjm.access import Environment, Provider
from jjm.app.providers import providers_from
from jjm.kit import Fault, Problem, Yaml
from jjm.notify import carriers_from

UNNAMED = "IN-LOCAL"
PERSONAL = "personal"
"""The key in the node's folder that opens what is personal."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """Settings of one node.

    `folder` holds everything the node keeps outside the database; `database` None means the embedded PostgreSQL in
    it. `name` is the node's own, such as IN-OD; it stands in every version it records and never changes. `url` is
    its public address, for which applications sign when they ask for a token. `environment` keeps applications for
    trying things out apart from those that work on real records. `centre` is the address of the Centre's node, or
    `self` on that node; `centre_key` the thumbprint of the key it signs its list with. `messages` says who carries
    messages by which channel, or in a word who carries all (`console`, `outbox`); none leave the node without it.
    `providers` are outside OpenID Connect providers at which people may sign in. `webhooks_private` has webhooks
    posted inside networks too, and without TLS: for trying things out. `node_file` is where most of it was read from.
    """

    folder: Path
    name: str = UNNAMED
    title: str = "Jal Jeevan Mission node"
    url: str = ""
    environment: Environment = "live"
    centre: str | None = None
    centre_key: str | None = None
    database: str | None = None
    standards: Path | None = None
    node_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    messages: str | Mapping[str, object] | None = None
    providers: tuple[Provider, ...] = ()
    upload_bytes: int = 4 * 1024**3
    webhooks_private: bool = False
    calls_per_minute: int = field(default_factory=lambda: int(os.environ.get("JJM_CALLS_PER_MINUTE", "6000")))
    clock_off: float = field(default_factory=lambda: float(os.environ.get("JJM_CLOCK_OFF", "0")))

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses by which the node is known: the public one, else those at which it listens on this machine."""
        if self.url:
            return (self.url.rstrip("/"),)
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
        here = dict.fromkeys([everywhere.get(self.host, self.host), "127.0.0.1", "localhost"])
        return tuple(f"http://{f'[{host}]' if ':' in host else host}:{self.port}" for host in here)


_KNOWN: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "title": str,
    "url": str,
    "environment": str,
    "centre": str,
    "centre_key": str,
    "messages": (str, dict),
    "providers": list,
    "upload_bytes": int,
    "webhooks_private": bool,
    "calls_per_minute": int,
}


def read_node_file(path: Path) -> dict[str, object]:
    """The settings in a node file (YAML). Raises Problem `node-file` naming what is not understood."""
    import yaml

    try:
        content: object = yaml.load(path.read_text("utf-8"), Yaml)  # noqa: S506 - it is a safe loader
    except (OSError, yaml.YAMLError) as error:
        raise _bad_file(path, Fault(str(error), "Write `name: IN-XX` and the like, one a line.")) from error
    if not isinstance(content, dict):
        raise _bad_file(path, Fault("not a list of settings", "Write `name: IN-XX` and the like, one a line."))
    found: dict[str, object] = {}
    for key, value in content.items():  # pyright: ignore[reportUnknownVariableType]
        kind = _KNOWN.get(str(key))  # pyright: ignore[reportUnknownArgumentType]
        if kind is None or not isinstance(value, kind):
            remedy = f"Known settings: {', '.join(f'{k} ({_kind(v)})' for k, v in _KNOWN.items())}."
            raise _bad_file(path, Fault(f"`{key}: {value}` is not understood", remedy))
        found[str(key)] = value  # pyright: ignore[reportUnknownArgumentType]
    _check_words(path, found)
    if "providers" in found:
        found["providers"], fault = providers_from(found["providers"], path.parent)
        if fault is not None:
            raise _bad_file(path, fault)
    found["messages"] = _placed(found.get("messages"), path.parent)
    _, fault = carriers_from(found["messages"], path.parent)
    if fault is not None:
        raise _bad_file(path, fault)
    name = str(found.get("name", UNNAMED))
    if not _NAME.fullmatch(name):
        remedy = "Use up to 60 letters, digits, `.`, `_` and `-`, such as IN-OD."
        raise _bad_file(path, Fault(f"`{name}` cannot be the name of a node", remedy))
    if found.get("centre") not in (None, "self") and "centre_key" not in found:
        remedy = "Give the thumbprint of its key; its keepers read it from /.well-known/jjm-node and tell it to you."
        raise _bad_file(path, Fault("`centre` stands without `centre_key`", remedy))
    return found


def _placed(messages: object, folder: Path) -> object:
    """What is said of messages, with files of secrets named from the root: relative ones lie beside the node file."""
    if isinstance(messages, dict):
        inside = cast("dict[object, object]", messages)
        return {key: _placed_file(key, value, folder) for key, value in inside.items()}
    return messages


def _placed_file(key: object, value: object, folder: Path) -> object:
    if isinstance(value, dict):
        return _placed(cast("object", value), folder)
    return str(folder / value) if isinstance(value, str) and str(key).endswith("_file") else value


def _kind(known: type | tuple[type, ...]) -> str:
    return " or ".join(one.__name__ for one in known) if isinstance(known, tuple) else known.__name__


def _check_words(path: Path, found: Mapping[str, object]) -> None:
    if found.get("environment", "live") not in ("live", "sandbox"):
        remedy = "Write `environment: live`, or `environment: sandbox` for a node to try things on."
        raise _bad_file(path, Fault(f"`{found['environment']}` is no environment", remedy))


def _bad_file(path: Path, fault: Fault) -> Problem:
    return Problem("node-file", 400, "The node file cannot be understood", str(path), [fault])
