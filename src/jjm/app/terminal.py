"""What a command says: its result on standard output, for people or as JSON; all else on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import cast

import orjson
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from jjm.kit import Fault, Problem

_MOST_FAULTS = 20
_WIDE = 160

Advance = Callable[[int, int | None], None]
"""Told how much is done, and of how much where that is known."""


class Terminal:
    """Where a command speaks. With `json` nothing but JSON goes to standard output."""

    def __init__(self, json: bool = False) -> None:
        self.json = json
        self._out, self._err = _console(stderr=False), _console(stderr=True)

    def result(self, value: object, shown: RenderableType | None = None) -> None:
        """The result of the command: as one JSON value, or as shown to people (else the JSON, indented)."""
        if self.json:
            self.line(value)
        elif shown is not None:
            # Tables are fitted to the screen; text keeps its lines, for an address may stand in it.
            self._out.print(shown, soft_wrap=isinstance(shown, str | Text))
        else:
            self._out.print(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(), soft_wrap=True)

    def line(self, value: object) -> None:
        """One JSON value on a line of standard output."""
        self.raw(orjson.dumps(value, default=str) + b"\n")

    def raw(self, content: bytes) -> None:
        """Bytes on standard output as they are."""
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

    def say(self, text: str) -> None:
        """Something good to know, for people, on standard error."""
        self._err.print(text, soft_wrap=True)

    def show(self, shown: RenderableType) -> None:
        """A table and the like beside the result, for people, on standard error."""
        self._err.print(shown)

    def refuse(self, problem: Problem) -> None:
        """Why a command was not done: for people on standard error, as a problem document with `json`."""
        if self.json:
            self.line(problem.as_json())
        title = problem.title.rstrip(".")
        said = f"{title}." if problem.detail.rstrip(".") == title else f"{title}. {problem.detail}"
        self._err.print(said, style="bold red", soft_wrap=True)
        self.faults(problem.faults)

    def faults(self, faults: Iterable[Fault], most: int | None = _MOST_FAULTS) -> None:
        """Faults with place and remedy, on standard error; the first of them, and how many more."""
        found = list(faults)
        for fault in found[:most]:
            self._err.print(f"  {_place(fault)}{fault.message}{_value(fault)}", soft_wrap=True)
            self._err.print(f"    {fault.remedy}", style="dim", soft_wrap=True)
        if most is not None and len(found) > most:
            self.say(f"  and {len(found) - most:,} more")

    @contextmanager
    def progress(self, label: str) -> Generator[Advance, None, None]:
        """A progress bar on standard error for long work; nothing where that is no screen."""
        with self._bar() as bar:
            yield _advance(bar, label)

    @contextmanager
    def two_steps(self, first: str, second: str) -> Generator[tuple[Advance, Advance], None, None]:
        """Progress of work in two steps, the second shown once it begins."""
        with self._bar() as bar:
            yield _advance(bar, first), _advance(bar, second, visible=False)

    def _bar(self) -> Progress:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        disable = not self._err.is_terminal
        return Progress(*columns, TimeElapsedColumn(), console=self._err, transient=True, disable=disable)


def _advance(bar: Progress, label: str, *, visible: bool = True) -> Advance:
    task = bar.add_task(label, total=None, visible=visible)
    return lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> Table:
    """A table; numbers stand to the right."""
    listed = [list(row) for row in rows]
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for place, name in enumerate(columns):
        numeric = any(isinstance(row[place], int) for row in listed)
        made.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in listed:
        made.add_row(*map(cell, row))
    return made


def cell(value: object) -> str:
    """A value as it stands in a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(cell, cast("list[object]", value)))
    return orjson.dumps(value).decode() if isinstance(value, dict) else str(value)


def _place(fault: Fault) -> str:
    # As editors open it, file:line:column; a line without a file says which number is which.
    name, line = fault.file, None if fault.line is None else str(fault.line) if fault.file else f"line {fault.line}"
    inside = fault.pointer if fault.column is None else str(fault.column)
    if name and line and isinstance(fault.column, int):
        line, inside = f"{line}:{fault.column}", None
    elif isinstance(fault.column, int):
        inside = f"column {fault.column}"
    place = ":".join(part for part in (name, line) if part)
    return f"{place}{' ' if place and inside else ''}{inside or ''}: " if place or inside else ""


def _value(fault: Fault) -> str:
    plain = isinstance(fault.value, str | int | float)
    return f" ({fault.value})" if plain and str(fault.value) not in fault.message else ""


def _console(*, stderr: bool) -> Console:
    # What is shown comes from files and other people: none of it is markup. A pipe has no width, so tables keep theirs.
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=width)
