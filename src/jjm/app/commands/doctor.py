"""`jjm doctor`: is this machine ready for a node, and is the node well?"""

from __future__ import annotations

import asyncio
from pathlib import Path

import typer
from rich.text import Text

from jjm.app.address import DEFAULT_FOLDER
from jjm.app.doctor import Finding, Verdict, examine_machine
from jjm.app.doctor_database import examine_database
from jjm.app.session import NEEDS_ATTENTION, Data, local
from jjm.app.start import Say
from jjm.app.terminal import Terminal
from jjm.app.words import DatabaseUrl, Standards

PANEL = "Node"
_STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}
app = typer.Typer(add_completion=False)


@app.command("doctor")
@local
def doctor(terminal: Terminal, data: Data = None, database: DatabaseUrl = None, standards: Standards = None) -> int:
    """Examine the machine and the node: each line ok, warn or fail, with what to do. Ends with 1 where one fails."""
    findings = asyncio.run(_examined(data or DEFAULT_FOLDER, database, standards, terminal.say))
    terminal.result([finding.as_json() for finding in findings], _told(findings))
    return NEEDS_ATTENTION if any(f.verdict is Verdict.FAIL for f in findings) else 0


async def _examined(folder: Path, database: str | None, standards: Path | None, say: Say) -> list[Finding]:
    machine = [*examine_machine(folder, standards, say)]
    return [*machine, *[finding async for finding in examine_database(folder, database, standards, say)]]


def _told(findings: list[Finding]) -> Text:
    text = Text()
    for finding in findings:
        text.append(f"{finding.verdict:5}", style=_STYLES[finding.verdict])
        text.append(f"{finding.name:11} {finding.said}\n")
        if finding.remedy:
            text.append(f"{'':16} {finding.remedy}\n", style="dim")
    text.rstrip()
    return text
