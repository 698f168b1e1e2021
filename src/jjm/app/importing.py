"""Files of records taken in one after the other, each with what was wrong with it beside it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, cast

from jjm.app.client import as_problems, fault_of
from jjm.app.sending import nothing_done, send
from jjm.app.session import NEEDS_ATTENTION, NOT_DONE, Session
from jjm.app.terminal import table
from jjm.client import Imported, of_file
from jjm.kit import Problem

STANDARD_INPUT = Path("-")
_COUNTS = ("lines", "created", "updated", "unchanged", "refused")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with files: of which type they are, how they are taken, where problems are written."""

    type: str
    params: Mapping[str, Any]
    problems: Path | None = None


async def import_files(session: Session, order: Order, files: Sequence[Path]) -> int:
    """Take in files until one cannot be read; the exit code. Raises Problem where nothing was taken before that."""
    terminal, done = session.terminal, list[tuple[Path, tuple[Imported, str | None]]]()
    broken: Problem | None = None
    for file in files:
        try:
            done.append((file, await _one(session, order, file)))
        except Problem as problem:
            if not done and not _kept(problem):
                raise
            broken = problem
            break
    answers = [{"file": str(file), **_answer(sent), "problems": told} for file, (sent, told) in done]
    rows = [[str(file), *(getattr(sent, name) for name in _COUNTS), f"{sent.seconds:.1f}"] for file, (sent, _) in done]
    terminal.result(
        {"dry_run": bool(order.params.get("dry_run")), "files": answers, **_broken(broken)},
        table(("file", *_COUNTS, "seconds"), rows) if rows else "",
    )
    if order.params.get("dry_run"):
        terminal.say("Nothing was kept: this was a dry run, and says what would have been done.")
    for file, (sent, told) in done:
        if told:
            terminal.say(
                f"{sent.refused:,} of {sent.lines:,} lines of {file} were refused; {told} holds all that is wrong:"
            )
            terminal.faults(map(fault_of, sent.first_problems))
    if broken is not None:
        terminal.say(f"{files[len(done)]}: {broken.title}. {broken.detail} {_kept(broken)}".rstrip())
        terminal.faults(broken.faults)
        if left := files[len(done) + 1 :]:
            terminal.say(f"Not sent: {', '.join(map(str, left))}.")
        return NEEDS_ATTENTION
    if any(nothing_done(sent) for _, (sent, _) in done):
        return NOT_DONE
    return NEEDS_ATTENTION if any(sent.refused for _, (sent, _) in done) else 0


def _answer(sent: Imported) -> dict[str, object]:
    first = [fault_of(fault).as_json() for fault in sent.first_problems]
    counts = {name: getattr(sent, name) for name in _COUNTS}
    return {"job": sent.job, **counts, "seconds": sent.seconds, "first_problems": first}


async def _one(session: Session, order: Order, file: Path) -> tuple[Imported, str | None]:
    target = order.problems or Path(f"{'import' if file == STANDARD_INPUT else file}.problems.ndjson")
    try:
        sent = await _sent(session, order, file)
    except Problem as problem:
        if job := problem.extra.get("job"):
            await _keep_problems(session, f"/api/v1/jobs/{job}/problems", target)
        raise
    if not sent.problems:
        return sent, None
    await _keep_problems(session, sent.problems, target)
    return sent, str(target)


def _broken(problem: Problem | None) -> dict[str, object]:
    return {} if problem is None else {"problem": problem.as_json()}


def _kept(problem: Problem) -> str:
    """What of a file was recorded before it turned out that the rest cannot be read; nothing where that is nothing."""
    result = cast("Mapping[str, Any]", problem.extra.get("result") or {})
    created, updated = result.get("created", 0), result.get("updated", 0)
    if not created + updated or result.get("dry_run"):
        return ""
    return f"Before that, {created:,} records were made and {updated:,} changed; they stay."


async def _sent(session: Session, order: Order, file: Path) -> Imported:
    with _readable(file) as (path, name):
        params = {**order.params, "filename": name}
        size, content = path.stat().st_size, of_file(path)
        with session.terminal.two_steps(f"{name}: sending, bytes", f"{name}: taking in, lines") as (uploaded, taken):
            try:
                return await send(
                    session.client, order.type, content, params, size=size, uploaded=uploaded, taken=taken
                )
            except asyncio.CancelledError:
                session.terminal.say(f"{name} is stopped on the node; what was recorded of it by then stays.")
                raise


async def _keep_problems(session: Session, address: str, target: Path) -> None:
    try:
        with target.open("wb") as out, as_problems():
            await session.client.node.fetch(address, out)
    except OSError as error:
        detail = f"{target}: {error.strerror}. The node keeps them at {address}; name a file with --problems."
        raise Problem("file-unwritable", 400, "The problems cannot be written", detail) from error


@contextmanager
def _readable(file: Path) -> Generator[tuple[Path, str], None, None]:
    """The file and its name; standard input as a file, so that it can be sent again after a pause."""
    if file != STANDARD_INPUT:
        if not file.is_file():
            raise Problem("file-unreadable", 400, "The file cannot be read", f"There is no file {file}.")
        yield file, file.name
        return
    with NamedTemporaryFile(prefix="jjm-import-") as kept:
        while chunk := sys.stdin.buffer.read(_CHUNK):
            kept.write(chunk)
        kept.flush()
        yield Path(kept.name), "standard input"
