"""Words that several commands share: arguments and options, each with what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jjm.kit import Fault, bad_request

Type = Annotated[str, typer.Argument(metavar="TYPE", help="Registry type, such as village or tap_connection.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Identifier, or system:value as another system calls it.")]
ValidAt = Annotated[str | None, typer.Option(metavar="DAY", help="As it was on this Indian day, such as 2022-01-01.")]
KnownAt = Annotated[str | None, typer.Option(metavar="INSTANT", help="As known at this instant or end of that day.")]
Fields = Annotated[str | None, typer.Option(metavar="A,B", help="Only these fields.")]
Filter = Annotated[
    str | None, typer.Option("--filter", metavar="CQL2", help="Condition in CQL2 text, such as \"kind = 'SVS'\".")
]
Within = Annotated[str | None, typer.Option(metavar="LEVEL/CODE", help="Only in this area, such as district/345.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]
Conditions = Annotated[
    list[str] | None, typer.Argument(metavar="[FIELD=VALUE]...", help="Only records whose field has this value.")
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="JJM_DATABASE",
        help="The node's own PostgreSQL, where not the embedded one nor that of the last start.",
    ),
]
Standards = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of standards; else that of the last start, else the shipped.")
]


def asked(**options: object) -> dict[str, object]:
    """The options that were given, as parameters of a call."""
    return {name: value for name, value in options.items() if value is not None}


def conditions(given: list[str] | None) -> dict[str, list[str]]:
    """`field=value` words as parameters of a call; a field given twice may have either value.

    Raises Problem 400 for a word without `=`.
    """
    found: dict[str, list[str]] = {}
    for word in given or ():
        name, equals, value = word.partition("=")
        if not (name and equals):
            fault = Fault(f"`{word}` is not of the form field=value", "Write it as kind=SVS.", value=word)
            raise bad_request("bad-condition", "A condition cannot be understood.", fault)
        found.setdefault(name, []).append(value)
    return found
