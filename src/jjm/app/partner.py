"""A partner's application at the command line: its key file, and the token that it gets with it."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from jjm.app.client import Client
from jjm.client import KeyPair
from jjm.kit import Problem

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_LIFE = 60


def key_in(path: Path) -> KeyPair:
    """The key in a file that `jjm participant key make` wrote. Raises Problem `key-file`."""
    try:
        return KeyPair.load(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem("key-file", 400, "The key cannot be read", f"{path}: {error}.") from error


def make_key(path: Path, kid: str | None) -> KeyPair:
    """A new key in a new file that only its owner can read. Raises Problem `key-file` rather than overwrite one."""
    made = KeyPair.generate(kid)
    try:
        made.save(path)
    except OSError as error:
        raise Problem("key-file", 400, "The key was not written", f"{path}: {error.strerror}.") from error
    return made


async def acting_as(client: Client, application: str | None, key: Path | None) -> dict[str, str]:
    """The header of an application that acts with its key; none where neither is named. Raises Problem `key-file`."""
    if application is None and key is None:
        return {}
    if application is None or key is None:
        detail = "To act for a participant give both --application and --key."
        raise Problem("key-file", 400, "It is not clear who acts", detail)
    return {"authorization": f"Bearer {await token_by_key(client, application, key_in(key))}"}


def content_of(file: Path) -> Any:
    """What a file of JSON holds. Raises Problem `unreadable-file`."""
    try:
        return orjson.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Problem("unreadable-file", 400, "The file cannot be read", f"{file}: {error}.") from error


async def token_by_key(client: Client, application: str, key: KeyPair, scope: str | None = None) -> str:
    """An access token of an application. Raises Problem with the node's own words where it gives none."""
    told = await client.get("/.well-known/oauth-authorization-server")
    now = int(time.time())
    claims = {"iss": application, "sub": application, "aud": told["token_endpoint"]}
    times = {"iat": now, "exp": now + _LIFE, "jti": uuid.uuid4().hex}
    form = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION}
    form["client_assertion"] = key.signed(orjson.dumps(claims | times))
    content = urlencode(form | ({"scope": scope} if scope else {})).encode()
    return (await client.call("POST", "/oauth/token", content=content, headers=_FORM)).json()["access_token"]
