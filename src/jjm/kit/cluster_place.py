"""Where an embedded PostgreSQL lives and as whom it runs: beside the node's data, or apart when the caller is root."""

from __future__ import annotations

import os
import pwd
import re
import stat
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import gettempdir

from jjm.kit.cluster_processes import name_of
from jjm.kit.cluster_programs import Account, Programs, failed, made, programs_for, readable, run

APART = Path("/var/lib/jjm")
POINTER = "postgres.location"
_UNPRIVILEGED = ("postgres", "nobody", "daemon")

# The address of a Unix socket has room for 107 bytes (103 on some systems), of which `/.s.PGSQL.5432` takes 14.
_SHORT_AND_PLAIN = re.compile(r"[A-Za-z0-9/._-]{1,88}")


@dataclass(frozen=True, slots=True)
class Place:
    """The home of one cluster: its folder, its programs, and the account it runs in (None: the caller's)."""

    home: Path
    programs: Programs
    account: Account | None

    @property
    def data(self) -> Path:
        """The data folder of PostgreSQL."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server had to say."""
        return self.home / "server.log"

    @property
    def settings(self) -> Path:
        """The settings file, outside the data folder: root writes nothing where another account may put a link."""
        return self.home / "postgresql.conf"

    @property
    def uid(self) -> int:
        """The numeric account that owns the server's processes."""
        return self.account.uid if self.account else os.geteuid()

    def private(self, folder: Path) -> Path:
        """That folder, made if need be, for the server's account alone. Raises Problem if it is another's."""
        if not folder.exists():
            folder.mkdir(mode=0o700)
            if self.account:
                os.chown(folder, self.account.uid, self.account.gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid or stat.S_IMODE(found.st_mode) & 0o077:
            raise failed(f"{folder} must be a folder that the account {self.uid} alone may enter. Move it away.")
        return folder

    def sockets(self) -> Path:
        """The private folder of the server's socket: in the home, or where its path is too long, in a short one."""
        inside = self.home / "socket"
        plain = _SHORT_AND_PLAIN.fullmatch(str(inside))
        return self.private(inside if plain else Path(gettempdir()) / name_of(self.data))


def settle(folder: Path, binaries: Path, apart: Path = APART) -> Place:
    """The place of the cluster of this folder; where nothing is yet, one is chosen and its home made.

    An ordinary caller finds everything in `folder/postgres`. PostgreSQL refuses to run as root, so for root it runs in
    an unprivileged account; where that account cannot enter `folder`, the home lies below `apart`, and the file
    `postgres.location` in `folder` says so. Raises Problem `cluster-failed` when there is no such place.
    """
    pointer, inside = folder / POINTER, folder / "postgres"
    if pointer.exists():
        home = Path(pointer.read_text("utf-8").splitlines()[0])
    elif inside.exists() or os.geteuid() != 0 or _may_enter(_account(inside), folder):
        home = inside if inside.exists() else made(inside, 0o711)
    else:
        home = _home_apart(folder, apart)
        pointer.write_text(_EXPLANATION.format(home=home, account=_account(home).name), "utf-8")
    return _checked(home, binaries, apart)


def _checked(home: Path, binaries: Path, apart: Path) -> Place:
    if not home.is_dir():
        raise failed(f"{home} holds the database according to {POINTER}, but is gone. Restore it, or use a new folder.")
    if (owner := home.stat().st_uid) != os.geteuid():
        raise failed(f"{home} belongs to {_name(owner)}. Start the node in that account, or use a folder of your own.")
    account = _account(home) if os.geteuid() == 0 else None
    if account and not _may_enter(account, home):
        raise failed(
            f"The account {account.name}, in which PostgreSQL runs, may not enter {home}. Let it pass (chmod o+x)."
        )
    return Place(home, programs_for(account, binaries, apart), account)


def _account(home: Path) -> Account:
    """The account that already owns the data, else the first unprivileged one that this machine has."""
    data = home / "data"
    if data.exists():
        found = data.stat()
        return Account(_name(found.st_uid), found.st_uid, found.st_gid)
    known = {entry.pw_name: Account(entry.pw_name, entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    for name in _UNPRIVILEGED:
        if name in known and known[name].uid != 0:
            return known[name]
    raise failed(
        f"PostgreSQL refuses to run as root, and this machine has none of the accounts {', '.join(_UNPRIVILEGED)}. "
        "Start the node in an ordinary account, or give a database with --database URL."
    )


def _may_enter(account: Account, folder: Path) -> bool:
    return run(["/bin/sh", "-c", 'test -x "$0"', str(folder)], account).returncode == 0


def _home_apart(folder: Path, apart: Path) -> Path:
    """A new home below `apart`, named after the folder; what an earlier folder of that name left is not touched."""
    label = f"{folder.name}-{sha256(os.fsencode(folder)).hexdigest()[:8]}"
    homes = (readable(apart) / f"{label}-{n}" for n in count(1))
    return made(next(home for home in homes if not home.exists()), 0o711)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


_EXPLANATION = """\
{home}

The database of this folder is kept in the folder named above. The node was started as root; PostgreSQL refuses to run
as root and so runs in the account "{account}", which may not enter this folder. Both folders belong together: save,
move and delete them together, and do not delete this file.
"""
