"""Foreign folders taken in through their adapters, each with its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from jjm.adapters import Adapter, RefreshReport, Severity
from jjm.app.door import HttpDoor
from jjm.app.session import NEEDS_ATTENTION, Session
from jjm.app.terminal import Terminal, table
from jjm.kit import Problem


async def import_folders(
    session: Session, adapter: Adapter, folders: Sequence[Path], options: Mapping[str, str], report: Path | None
) -> int:
    """Take in folders one after the other; the exit code. Raises Problem for one that cannot be read."""
    for folder in folders:
        if not folder.exists():
            raise Problem("no-folder", 404, "There is nothing to import", f"There is no {folder}.")
    found: list[RefreshReport] = []
    for folder in folders:
        found.append(await adapter.read(folder, HttpDoor(session.client, session.terminal), options))
        _tell(session.terminal, found[-1])
    told: list[dict[str, Any]] = [one.as_json() for one in found]
    if report is not None:
        _keep(report, told)
        session.terminal.say(f"The whole report is in {report}.")
    if session.terminal.json:
        session.terminal.result(told)
    return NEEDS_ATTENTION if any(one.notes.total(Severity.ERROR) for one in found) else 0


def _tell(terminal: Terminal, report: RefreshReport) -> None:
    terminal.say(f"{report.folder}, as on {report.as_on.isoformat()} ({report.as_on_from})\n")
    terminal.show(table(("file", "taken for", "rows"), ((f.file, f.taken_for, f.rows) for f in report.files)))
    terminal.say("")
    terminal.show(table(("what", "type", "how many"), report.table()))
    terminal.say("")
    for note in report.notes.summary():
        terminal.say(note)
    terminal.say(f"{report.changed:,} changes, {report.notes.total(Severity.ERROR):,} rows or files not taken\n")


def _keep(path: Path, told: Sequence[Mapping[str, Any]]) -> None:
    try:
        path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2, default=str))
    except OSError as error:
        raise Problem("file-unwritable", 400, "The report cannot be written", f"{path}: {error.strerror}.") from error
