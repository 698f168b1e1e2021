"""`jjm import`: records from files, or a foreign folder through its adapter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jjm.adapters import Adapter, adapters
from jjm.app.foreign import import_folders
from jjm.app.importing import STANDARD_INPUT, Order, import_files
from jjm.app.session import Session, on_node
from jjm.app.words import asked, conditions
from jjm.kit import Fault, bad_request

PANEL = "Records"
app = typer.Typer(add_completion=False)


_KNOWN = "  ".join(f"{adapter.name}: {adapter.title}." for adapter in adapters().values())

What = Annotated[
    str, typer.Argument(metavar="TYPE|ADAPTER", help="Registry type of the records, or the name of an adapter.")
]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE|DIR...", help="NDJSON, CSV or Parquet, also .gz; - for standard input.")
]
Duplicates = Annotated[
    str | None,
    typer.Option(metavar="fail|skip|update", help="What to do with known records; fail if left out."),
]
How = Annotated[
    str | None,
    typer.Option(
        "--change",
        metavar="change|correct",
        help="What known records undergo: change, as if left out, for what became so; correct for what was wrong.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything, keep nothing.")]
HowMuch = Annotated[
    str | None,
    typer.Option(
        metavar="best-effort|all-or-nothing", help="Whether good lines beside faulty ones are taken; they are."
    ),
]
FormatOption = Annotated[
    str | None, typer.Option(metavar="ndjson|csv|parquet", help="Format, where the file's name does not say it.")
]
From = Annotated[str | None, typer.Option("--valid-from", metavar="DAY", help="First Indian day on which it is so.")]
Source = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Where the values come from; stands in every version.")
]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="Why, such as the number of an order.")]
Problems = Annotated[
    Path | None, typer.Option(metavar="FILE", help="File for what was wrong; else FILE.problems.ndjson.")
]
AsOn = Annotated[str | None, typer.Option(metavar="DAY", help="For adapters: the day on which the folder was true.")]
Options = Annotated[
    list[str] | None, typer.Option("--option", metavar="NAME=VALUE", help="For adapters: another thing to be said.")
]
Report = Annotated[Path | None, typer.Option(metavar="FILE", help="For adapters: file for the whole report, as JSON.")]


@app.command("import", epilog=f"Adapters.  {_KNOWN}")
@on_node
async def import_(
    session: Session,
    what: What,
    files: Files,
    on_duplicate: Duplicates = None,
    change: How = None,
    dry_run: DryRun = False,
    mode: HowMuch = None,
    format: FormatOption = None,
    valid_from: From = None,
    source: Source = None,
    reason: Reason = None,
    problems: Problems = None,
    as_on: AsOn = None,
    option: Options = None,
    report: Report = None,
) -> int:
    """Take in records from files, or what a foreign folder says, through its adapter.

    Each line that is refused is named with its place, its value and what to do about it. Ends with 1 where some were
    refused, with 2 where nothing was taken.
    """
    for_files = asked(on_duplicate=on_duplicate, mode=mode, format=format, valid_from=valid_from, source=source)
    for_files |= asked(change=change, reason=reason, dry_run=dry_run or None, problems=problems)
    for_adapters = asked(as_on=as_on, option=option, report=report)
    adapter = adapters().get(what)
    if adapter is not None:
        _refuse(for_files, f"the adapter {what}")
        return await import_folders(session, adapter, files, _options(adapter, as_on, option), report)
    _refuse(for_adapters, "files of records; these options are for adapters")
    for_files.pop("problems", None)
    if mode is not None:
        for_files["mode"] = mode.replace("-", "_")
    if STANDARD_INPUT in files and format is None:
        for_files["format"] = "ndjson"
    return await import_files(session, Order(what, for_files, problems), files)


def _refuse(given: dict[str, object], what: str) -> None:
    if given:
        name = f"--{next(iter(given)).replace('_', '-')}"
        raise bad_request("bad-option", f"{name} is not for {what}.", Fault(f"{name} was given", "Leave it out."))


def _options(adapter: Adapter, as_on: str | None, given: list[str] | None) -> dict[str, str]:
    options = {name: values[-1] for name, values in conditions(given).items()}
    return options | ({"as_on": as_on} if as_on else {})
