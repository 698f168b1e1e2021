"""What every command has: `--json`, how it ends, and for those that speak to a node, which one."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

import typer

from jjm.app.address import DEFAULT_FOLDER, find_node
from jjm.app.client import Client, connect
from jjm.app.terminal import Terminal
from jjm.kit import Problem

NEEDS_ATTENTION, NOT_DONE = 1, 2
_P = ParamSpec("_P")
_Speaker = TypeVar("_Speaker")

Json = Annotated[bool, typer.Option("--json", help="Machine-readable output; all else goes to standard error.")]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", envvar="JJM_DATA", help=f"Folder of the node (else ./{DEFAULT_FOLDER})."),
]
Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="Address of another node (or JJM_URL).")]
Token = Annotated[str | None, typer.Option("--token", metavar="TOKEN", help="Token to speak with (or JJM_TOKEN).")]

_JSON = [Parameter("json", Parameter.KEYWORD_ONLY, default=False, annotation=Json)]
_NODE = [
    Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=kind)
    for name, kind in (("data", Data), ("url", Url), ("token", Token))
]


@dataclass(frozen=True, slots=True)
class Session:
    """A command at work on a node: the client to ask, the terminal to answer on."""

    client: Client
    terminal: Terminal


def local(command: Callable[Concatenate[Terminal, _P], int | None]) -> Callable[..., None]:
    """A command that needs no node; it is given the terminal and returns its exit code (None: 0)."""

    @wraps(command)
    def run(*args: Any, json: bool, **rest: Any) -> None:
        terminal = Terminal(json)
        _end(terminal, lambda: command(terminal, *args, **rest))

    return _with(run, command, _JSON)


def on_node(command: Callable[Concatenate[Session, _P], Awaitable[int | None]]) -> Callable[..., None]:
    """A command that speaks to a node; it is given a session and returns its exit code (None: 0)."""

    @wraps(command)
    def run(*args: Any, json: bool, data: Path | None, url: str | None, token: str | None, **rest: Any) -> None:
        terminal = Terminal(json)

        async def speak() -> int | None:
            async with connect(find_node(data, url, token)) as client:
                return await command(Session(client, terminal), *args, **rest)

        _end(terminal, lambda: asyncio.run(speak()))

    return _with(run, command, [*_NODE, *_JSON])


def _end(terminal: Terminal, work: Callable[[], int | None]) -> None:
    try:
        code = work()
    except Problem as problem:
        terminal.refuse(problem)
        raise typer.Exit(NOT_DONE) from problem
    except KeyboardInterrupt:
        terminal.say("Interrupted.")
        raise typer.Exit(130) from None
    raise typer.Exit(code or 0)


def _with(run: Callable[..., None], command: Callable[..., object], more: Sequence[Parameter]) -> Callable[..., None]:
    """The function as typer reads it: the command's own parameters without the first, then those all commands have."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    parameters = [*own, *more]
    run.__dict__["__signature__"] = Signature(parameters)
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run
