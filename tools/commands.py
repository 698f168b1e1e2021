"""The reference page of the command line, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from typer.main import get_command

from jjm.app.cli import PANELS, app, command_names
from tools.markdown import code, page, table

File = tuple[str, str]

_INTRODUCTION = """\
`jjm` starts a node, keeps it, and speaks to it as any other program does: through its public API.

A command finds its node by `--data DIR` (the folder of a node on this machine: its address and its administrator's
token are read there), or by `--url` and `--token`, or by `JJM_URL` and `JJM_TOKEN`; without any of them it is the one
in `./jjm-data`. The administrator's token is never sent to an address given by `--url` or `JJM_URL`.

With `--json` the result stands on standard output as JSON and nothing else does; all that is told to people goes to
standard error. What could not be done is then a problem document (RFC 9457) on standard output."""

_CODES = (
    (0, "done"),
    (1, "done, and something needs attention: lines refused, a fault found, a proof that does not hold"),
    (2, "not done: the words make no sense, the node refused, or it cannot be reached or started"),
    (130, "interrupted by Ctrl-C; an import under way is stopped on the node"),
)


def commands_reference() -> Iterator[File]:
    """The page of all commands."""
    root: Any = get_command(app)
    commands = {name: root.get_command(None, name) for name in command_names()}
    parts = [_INTRODUCTION, "## How a command ends", table(("exit code", "meaning"), _CODES)]
    for panel in PANELS:
        parts.append(f"## {panel}")
        parts += [part for name, c in commands.items() if c.rich_help_panel == panel for part in _command(name, c)]
    yield "docs/reference/cli.md", page("The command line", *parts, source="src/jjm/app", what="the command")


def _command(name: str, command: Any) -> Iterator[str]:
    if hasattr(command, "commands"):
        yield f"### jjm {name}"
        yield command.help
        for inner, found in command.commands.items():
            yield from _single(f"{name} {inner}", found, "####")
    else:
        yield from _single(name, command, "###")


def _single(name: str, command: Any, level: str) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    words = " ".join(["jjm", name, *(_shown(argument) for argument in arguments), "[options]"])
    yield f"{level} jjm {name}"
    yield f"`{words}`"
    yield command.help
    if epilog := getattr(command, "epilog", None):
        yield epilog.replace("  ", "\n\n")
    yield table(("", "meaning"), (*_rows(arguments), *_rows(options)))


def _rows(params: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for param in params:
        yield code(_named(param)), " ".join(filter(None, (param.help, _default(param), _variable(param))))


def _named(param: Any) -> str:
    if param.param_type_name == "argument":
        return _shown(param)
    value = "" if param.is_flag else f" {param.metavar or param.name.upper()}"
    return ", ".join(param.opts) + value


def _shown(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _default(param: Any) -> str:
    given = param.default
    return "" if given in (None, False, [], ()) or callable(given) else f"Default: {given}."


def _variable(param: Any) -> str:
    return f"Also {code(param.envvar)}." if param.envvar else ""
