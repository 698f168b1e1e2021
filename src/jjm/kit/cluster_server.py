"""The server of a cluster: how its data folder is made, how it is started, awaited and ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote

from jjm.kit import cluster_settings
from jjm.kit.cluster_place import Place
from jjm.kit.cluster_processes import PATIENCE, is_ready, name_of
from jjm.kit.cluster_programs import failed, in_account, run
from jjm.kit.database import DatabaseUrl
from jjm.kit.errors import Problem

# Recovery after a crash replays a few gigabytes at most; what takes longer than this is no recovery.
_START = 900.0
_LOG_SIZE = 16 << 20

# Text compares bytewise everywhere, yet letters outside ASCII must count as letters: search in Hindi needs that.
_CHARACTERS = ("C.UTF-8", "en_US.UTF-8", "C")


def make(place: Place, settings: Mapping[str, str]) -> None:
    """Make the data folder with the empty database `jjm`, unless it is there. What was half made before is removed.

    Raises Problem `cluster-version` when the data folder is of another major version of PostgreSQL.
    """
    if place.data.exists():
        return _check_version(place)
    for half_made in place.home.glob("new-*"):
        shutil.rmtree(half_made, ignore_errors=True)
    # Under a name of its own: the initdb of a node just killed may still be writing into the folder it began.
    new = place.private(place.home / f"new-{token_hex(4)}")
    _initdb(place, new, () if settings.get("fsync", "on") == "on" else ("--no-sync",))
    _create_database(place, new)
    new.rename(place.data)
    _keep(place.home)
    return None


def launch(place: Place, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own and wait until it takes connections.

    Raises Problem `cluster-failed` with the last lines of the server's log.
    """
    _write_settings(place, settings)
    if place.log.exists() and place.log.stat().st_size > _LOG_SIZE:
        place.log.replace(place.log.with_suffix(".log.1"))
    place.log.touch(mode=0o600)  # a refused statement stands there with its values
    with place.log.open("ab") as log:
        said_before = log.tell()
        server = subprocess.Popen(
            _command(place), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            **in_account(place.account),
        )  # fmt: skip
    _await(server, place, said_before)
    return server


def end(server: subprocess.Popen[bytes]) -> None:
    """Shut the server down in good order, or if it does not obey, in one that needs recovery at the next start."""
    for sign, patience in ((signal.SIGINT, PATIENCE), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        server.send_signal(sign)
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return


def url_of(place: Place) -> DatabaseUrl:
    """The address of the database `jjm` in that place."""
    return DatabaseUrl(f"postgresql://jjm@/jjm?host={quote(str(place.sockets()))}&port=5432")


def _check_version(place: Place) -> None:
    made_by = (place.data / "PG_VERSION").read_text("utf-8").strip()
    if made_by != place.programs.major:
        detail = (
            f"{place.data} was made by PostgreSQL {made_by}; the programs here are {place.programs.version}. Start it "
            "with the release that made it, take a backup there, and restore that into a new folder."
        )
        raise Problem("cluster-version", 503, "The database is of another PostgreSQL release", detail)


def _initdb(place: Place, new: Path, more: tuple[str, ...]) -> None:
    builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if int(place.programs.major) >= 17 else ()
    fixed = ("--username=jjm", "--encoding=UTF8", "--locale=C", "--data-checksums", "--auth-local=trust",
             "--auth-host=reject", *builtin, *more)  # fmt: skip
    said = ""
    for characters in _CHARACTERS:
        command = [place.programs["initdb"], "-D", str(new), f"--lc-ctype={characters}", *fixed]
        done = run(command, place.account)
        if done.returncode == 0:
            return
        said = done.stderr
        if "invalid locale" not in said:
            break
    raise failed(f"A new database could not be made in {new}:\n{_tail(said)}")


def _create_database(place: Place, new: Path) -> None:
    statement = files("jjm.kit").joinpath("sql/cluster.sql").read_text("utf-8")
    done = run([place.programs["postgres"], "--single", "-j", "-D", str(new), "postgres"], place.account, statement)
    if done.returncode != 0 or "ERROR:" in done.stderr:
        raise failed(f"The database jjm could not be made in {new}:\n{_tail(done.stderr)}")


def _keep(folder: Path) -> None:
    """Write the folder's own entries to disk, so that a power cut does not bring an old name back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_settings(place: Place, settings: Mapping[str, str]) -> None:
    probe = [place.programs["postgres"], "-D", str(place.data), "-C", "wal_compression", "-c", "wal_compression=lz4"]
    lz4 = run(probe, place.account).returncode == 0
    own = cluster_settings.settings(cluster_settings.memory(), cluster_settings.shared_memory(), lz4=lz4)
    place.settings.write_text(cluster_settings.as_file(own | dict(settings)), "utf-8")
    place.settings.chmod(0o644)


def _command(place: Place) -> list[str]:
    # On the command line, where no file and no ALTER SYSTEM can change it: who may come in, and how we find it again.
    fixed = {
        "config_file": place.settings,
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": place.sockets(),
        "unix_socket_permissions": "0700",
        "cluster_name": name_of(place.data),
    }
    return [place.programs["postgres"], "-D", str(place.data), *(f"--{name}={value}" for name, value in fixed.items())]


def _await(server: subprocess.Popen[bytes], place: Place, said_before: int) -> None:
    until = time.monotonic() + _START
    while not is_ready(place.data, server.pid):
        if server.poll() is not None:
            raise failed(f"PostgreSQL ended at its start. It said:\n{_said(place, said_before)}")
        if time.monotonic() > until:
            end(server)
            raise failed(f"PostgreSQL took more than {_START:.0f} s to start. It said:\n{_said(place, said_before)}")
        time.sleep(0.01)


def _said(place: Place, since: int) -> str:
    with place.log.open("rb") as log:
        log.seek(since)
        return _tail(log.read().decode("utf-8", "replace"))


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-12:])
