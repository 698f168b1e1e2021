"""`jjm standards`: the declared types themselves, checked, compared and shown as SQL."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.text import Text

from jjm import standards as editions
from jjm.app.address import DEFAULT_FOLDER
from jjm.app.session import NEEDS_ATTENTION, Data, local
from jjm.app.start import standards_of
from jjm.app.terminal import Terminal
from jjm.app.words import Standards, Type
from jjm.kit import not_found
from jjm.registry import Table

PANEL = "Trust"
_STYLES = {"breaking": "red", "additive": "green", "editorial": "dim"}
app = typer.Typer(
    name="standards", help="Check, compare and look into standards.", no_args_is_help=True, add_completion=False
)

Folder = Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Folder of standards; else the node's own.")]
Workflow = Annotated[str, typer.Argument(metavar="WORKFLOW", help="Name of its file, such as contamination.")]
Tenant = Annotated[str, typer.Option(metavar="ID", help="Tenant that stands in one of ours.")]
Old = Annotated[Path, typer.Argument(metavar="OLD", help="Folder of the edition in force.")]
New = Annotated[Path, typer.Argument(metavar="NEW", help="Folder of the edition proposed.")]


@app.command("check")
@local
def check(terminal: Terminal, folder: Folder = None, data: Data = None) -> int:
    """Name every fault in a folder of standards, with file, line and remedy. Ends with 1 where there is one."""
    where = folder or _of_node(terminal, data)
    faults = editions.check(where)
    count = f"{len(faults):,} faults" if len(faults) > 1 else "1 fault" if faults else "No fault"
    said = f"{count} in {where}."
    terminal.result({"folder": str(where), "faults": [fault.as_json() for fault in faults]}, said)
    terminal.faults(faults, most=None)
    return NEEDS_ATTENTION if faults else 0


@app.command("diff")
@local
def diff(terminal: Terminal, old: Old, new: New) -> int:
    """Say what a new edition changes, with a record for each thing it breaks.

    Ends with 1 where it breaks something, or where a version number was not raised as it should have been.
    """
    verdict = editions.diff(editions.load(old), editions.load(new))
    terminal.result(verdict.as_json(), _told([*verdict.findings, *verdict.versions], verdict.compatible))
    return 0 if verdict.compatible and not verdict.versions else NEEDS_ATTENTION


@app.command("sql")
@local
def sql(terminal: Terminal, type: Type, standards: Standards = None, data: Data = None) -> None:
    """Show the tables of a type, and every statement the node runs on them."""
    known = editions.load(standards or _of_node(terminal, data)).types
    if type not in known:
        raise not_found(f"There is no standard `{type}`. There are: {', '.join(sorted(known))}.", "registry-unknown")
    table = Table(known[type])
    tables, statements = table.create(), table.statements()
    lines = [*(f"{statement};" for statement in tables), *(f"-- {n}\n{s};" for n, s in statements.items())]
    terminal.result({"tables": tables, "statements": statements}, Text("\n\n".join(lines)))


@app.command("digit")
@local
def digit(
    terminal: Terminal, workflow: Workflow, standards: Standards = None, data: Data = None, tenant: Tenant = "in"
) -> None:
    """Write a workflow as a BusinessService of DIGIT; one that came from such a file, word for word as it said."""
    known = editions.load(standards or _of_node(terminal, data)).workflows
    if workflow not in known:
        detail = f"There is no workflow `{workflow}`. There are: {', '.join(sorted(known))}."
        raise not_found(detail, "workflow-unknown")
    terminal.result(editions.digit_from_workflow(known[workflow], tenant))


def _of_node(terminal: Terminal, data: Path | None) -> Path:
    """The standards of the node in a data folder; the shipped ones where it was started with no others, or never."""
    return standards_of(data or DEFAULT_FOLDER, None, terminal.say)


def _told(findings: Iterable[editions.Finding], compatible: bool) -> Text:
    text = Text()
    for finding in findings:
        text.append(f"{finding.effect:9} ", style=_STYLES.get(finding.effect, ""))
        text.append(f"{finding.subject}: {finding.message} ({finding.file}{finding.pointer})\n")
        if finding.record is not None:
            shown = orjson.dumps(finding.record, default=str).decode()
            text.append(f"          a record that shows it: {shown}\n", style="dim")
        if finding.refusal:
            text.append(f"          refused as {finding.refusal}\n", style="dim")
        if finding.remedy:
            text.append(f"          {finding.remedy}\n", style="dim")
    return text.append("Compatible." if compatible else "Breaking.")
