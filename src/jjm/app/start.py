"""What a node was started with, kept in its folder: the next start and the commands from inside need not be told again.

A database's password is not kept: whoever gave it in the environment wanted it nowhere else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import orjson

from jjm.app.address import START_FILE
from jjm.app.settings import Settings
from jjm.kit import Problem
from jjm.standards import default_folder, shipped_folder

_AUTHORITY = re.compile(r"[/?#]")
Say = Callable[[str], None]
"""Told, in a sentence, what a command was given in place of what the node was started with."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a node was started with; None for standards that come with the program, no node file, the embedded database.

    `password` says that the database's address carried one.
    """

    standards: str | None = None
    node: str | None = None
    database: str | None = None
    password: bool = False


def last_start(folder: Path) -> Start:
    """What the node of that folder was started with the last time. Raises Problem where that cannot be read."""
    try:
        found = cast("dict[str, object]", orjson.loads((folder / START_FILE).read_bytes()))
        standards, node, database = (_text(found.get(name)) for name in ("standards", "node", "database"))
        return Start(standards, node, database, found.get("password") is True)
    except (FileNotFoundError, NotADirectoryError):
        return Start()
    except (OSError, ValueError, AttributeError) as error:
        detail = f"{folder / START_FILE}: {error}. Delete it, and name all that the node is started with once more."
        raise Problem("folder-unreadable", 403, "The data folder cannot be read", detail) from error


def keep_start(settings: Settings) -> None:
    """Keep what a node was started with, for its owner alone to read. Raises OSError."""
    database, password = _without_password(settings.database) if settings.database else (None, False)
    used = settings.standards or default_folder()
    standards = None if used.resolve() == shipped_folder().resolve() else str(used.absolute())
    node = str(settings.node_file.absolute()) if settings.node_file else None
    _write(settings.folder, Start(standards, node, database, password))


def moved_start(folder: Path, database: str | None) -> None:
    """Have the node in that folder, put there anew, live in that database (None: the embedded one)."""
    known = last_start(folder)
    if known.database is not None or database is not None:
        found, password = _without_password(database) if database else (None, False)
        _write(folder, Start(known.standards, known.node, found, password))


def standards_of(folder: Path, given: Path | None, say: Say) -> Path:
    """The folder of standards: the one given here or in JJM_STANDARDS, else that of the last start, else the shipped.

    Raises Problem `standards-gone` where the node's own are no longer there.
    """
    known = last_start(folder).standards
    named = given or (Path(os.environ["JJM_STANDARDS"]) if os.environ.get("JJM_STANDARDS") else None)
    if named is not None:
        if (folder / START_FILE).exists() and named.resolve() != Path(known or shipped_folder()).resolve():
            say(f"The node in {folder} was started with {_or_shipped(known)}; this looks into those in {named}.")
        return named
    if known is not None and not Path(known).is_dir():
        detail = f"The node in {folder} was started with the standards in {known}, which is not there. Put the folder "
        detail += f"back, or name where it is now with --standards; {shipped_folder()} holds the shipped ones."
        raise Problem("standards-gone", 404, "The node's standards are not there", detail)
    return Path(known) if known else default_folder()


def node_file_of(folder: Path, given: Path | None, say: Say) -> Path | None:
    """The node file: the one given, else that of the last start."""
    known = last_start(folder).node
    if given is None:
        return Path(known) if known else None
    if known is not None and given.resolve() != Path(known).resolve():
        say(f"The node in {folder} was started with the node file {known}; this reads {given}.")
    return given


def database_url(folder: Path, given: str | None, say: Say | None = None) -> str | None:
    """The address of the node's database: the one given, else that of the last start; None for the embedded one.

    Raises Problem `database-needed` where its address carried a password, which is not kept.
    """
    known = last_start(folder)
    if given is not None:
        there = _without_password(given)[0]
        if say is not None and (folder / START_FILE).exists() and there != known.database:
            say(f"The node in {folder} was started with {_or_embedded(known.database)}; this uses {there}.")
        return given
    if known.database is not None and known.password and not os.environ.get("PGPASSWORD"):
        detail = f"The node in {folder} was started with the database {known.database}. Name it, with its password, "
        raise Problem(
            "database-needed", 400, "The node's database is needed", f"{detail}in JJM_DATABASE or with --database."
        )
    return known.database


def _or_shipped(known: str | None) -> str:
    return f"the standards in {known}" if known else "the shipped standards"


def _or_embedded(known: str | None) -> str:
    return f"the database {known}" if known else "the database in it"


def _write(folder: Path, start: Start) -> None:
    path = folder / START_FILE
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(orjson.dumps(asdict(start), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    draft.replace(path)


def _without_password(url: str) -> tuple[str, bool]:
    """An address of PostgreSQL without its password, and whether it had one."""
    scheme, separator, rest = url.partition("://")
    authority = _AUTHORITY.split(rest, maxsplit=1)[0]
    who, at, where = authority.rpartition("@")
    user, colon, _ = who.partition(":")
    path, mark, query = rest[len(authority) :].partition("?")
    asked = query.split("&")
    kept = [part for part in asked if not part.startswith("password=")]
    place = f"{scheme}{separator}{user}{at}{where}{path}"
    return f"{place}{mark if kept else ''}{'&'.join(kept)}", bool(colon) or kept != asked


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
