"""The command line `jjm`: every command is a module of `jjm.app.commands`, found by its name and loaded when asked for.

A module carries `app`, a `typer.Typer` with one command or a group of them, and `PANEL`, the heading it stands under in
`jjm --help`; there is no list to edit.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from jjm.app import commands

PANELS = ("Node", "Records", "Trust")
_MODULES = {module.name.rstrip("_"): module.name for module in pkgutil.iter_modules(commands.__path__)}
_EPILOG = "Ends with 0: done; 1: done, and something needs attention; 2: not done; 130: interrupted."


class _Commands(TyperGroup):
    """Loads a command when it is asked for, so that `jjm get` does not wait for what `jjm up` needs."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, by heading."""
        panel = {name: PANELS.index(self.get_command(ctx, name).rich_help_panel) for name in _MODULES}
        return sorted(_MODULES, key=lambda name: (panel[name], name))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None where there is none."""
        if cmd_name not in self.commands and cmd_name in _MODULES:
            module = import_module(f"{commands.__name__}.{_MODULES[cmd_name]}")
            command: Any = get_command(module.app)
            command.rich_help_panel = module.PANEL
            self.commands[cmd_name] = command
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    name="jjm",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog=_EPILOG,
)


@app.callback()
def jjm() -> None:
    """A node of the Jal Jeevan Mission's registries: start one, fill it, ask it, and check what it says."""


def command_names() -> list[str]:
    """The names of all commands."""
    return sorted(_MODULES)


def main() -> None:
    """Run one command and end with its exit code."""
    app(prog_name="jjm")
