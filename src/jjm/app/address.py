"""Which node a command speaks to: the one of a data folder, or one at a URL."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from jjm.kit import Problem

DEFAULT_FOLDER = Path("jjm-data")
ADDRESS_FILE, TOKEN_FILE, DEMO_TOKENS_FILE = "node.address", "admin.token", "demo-tokens.json"
DEMO_APPLICATION_FILE, DEMO_KEY_FILE = "demo-application.json", "demo-application.key"
DEMO_PEOPLE_FILE = "demo-people.json"
START_FILE = "node.start"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a node answers, and the token to speak with (None: as anybody)."""

    url: str
    token: str | None = None


def find_node(data: Path | None, url: str | None, token: str | None) -> Address:
    """The node that is meant: by URL or data folder as given, else by JJM_URL, else by the folder `./jjm-data`.

    The token is the one given, else JJM_TOKEN, else the administrator's in the data folder; that one is never sent
    to a URL. Raises Problem `node-not-running` where the folder has no node that runs.
    """
    token = token or os.environ.get("JJM_TOKEN")
    if url is None and data is None:
        url = os.environ.get("JJM_URL")
    if url is not None:
        return Address(_checked(url), token)
    folder = data or DEFAULT_FOLDER
    return Address(_address_in(folder), token or _token_in(folder))


def _checked(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise Problem("bad-url", 400, "This is no address of a node", f"`{url}` must begin with http:// or https://.")
    return url.rstrip("/")


def _address_in(folder: Path) -> str:
    try:
        return (folder / ADDRESS_FILE).read_text("utf-8").strip()
    except FileNotFoundError as error:
        detail = (
            f"{folder} has no running node. Start it with `jjm up --data {folder}`, or name another one with --data, "
            "--url or JJM_URL."
        )
        raise Problem("node-not-running", 503, "No node to speak to", detail) from error
    except OSError as error:
        raise _unreadable(folder / ADDRESS_FILE, error) from error


def _token_in(folder: Path) -> str | None:
    try:
        return (folder / TOKEN_FILE).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(folder / TOKEN_FILE, error) from error


def _unreadable(path: Path, error: OSError) -> Problem:
    detail = f"{path}: {error.strerror}. Give a token of your own with --token or JJM_TOKEN, and --url."
    return Problem("folder-unreadable", 403, "The data folder cannot be read", detail)
