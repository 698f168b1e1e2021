"""The programs that save and restore a database, from the release that the node brings along."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit, urlunsplit

from jjm.kit import Problem, embedded


def run_tool(name: str, words: Sequence[str], url: str) -> None:
    """Run `pg_dump` or `pg_restore` on the database at that address. Raises Problem with what it said."""
    shown, password = _without_password(url)
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    if password:
        surroundings["PGPASSWORD"] = password
    command = [str(embedded() / name), *words, f"--dbname={shown}"]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        detail = f"{name} said:\n{done.stderr.strip()}"
        raise Problem("database-tool-failed", 503, "The database cannot be saved or restored", detail)


def _without_password(url: str) -> tuple[str, str | None]:
    """The address without its password, which every user of the machine would see among its processes."""
    parts = urlsplit(url)
    if not parts.password:
        return url, None
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}@{host}"
    return urlunsplit(parts._replace(netloc=netloc)), unquote(parts.password)
