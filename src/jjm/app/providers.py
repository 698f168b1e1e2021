"""The outside OpenID Connect providers of a node file: who they are, and where the secret that they gave is kept."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from jjm.access import Provider
from jjm.kit import Fault

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_LOCAL = ("http://127.0.0.1", "http://localhost", "http://[::1]")
_TEXTS = ("name", "issuer", "client_id", "secret_env", "secret_file")
_SWITCHES = ("link_by_verified_email", "second_factor")
_EXAMPLE = "- {name: parichay, title: {en: Jan Parichay}, issuer: https://…, client_id: …, secret_env: JJM_PARICHAY}"


def providers_from(listed: object, folder: Path) -> tuple[tuple[Provider, ...], Fault | None]:
    """The providers of a node file that lies in `folder`, or what is wrong with the first faulty one."""
    found: list[Provider] = []
    for raw in cast("list[object]", listed):
        said = cast("dict[str, Any]", raw) if isinstance(raw, dict) else dict[str, Any]()
        wrong = _wrong(said) or _twice(said, found)
        secret, missing = (None, None) if wrong else _secret(said, folder)
        if wrong or missing:
            shown = str(said.get("name", raw))[:60]
            return (), Fault(f"`providers`: {shown}: {wrong or missing}", f"Write {_EXAMPLE}")
        title = said.get("title") or {"en": said["name"]}
        switches = {name: said.get(name, False) for name in _SWITCHES}
        found.append(Provider(said["name"], said["issuer"], said["client_id"], title, secret, **switches))
    return tuple(found), None


def _wrong(said: Mapping[str, Any]) -> str | None:
    if unknown := sorted(set(said) - {*_TEXTS, *_SWITCHES, "title"}):
        return f"`{unknown[0]}` is not understood"
    if missing := [name for name in ("name", "issuer", "client_id") if not isinstance(said.get(name), str)]:
        return f"`{missing[0]}` is missing"
    if not _NAME.fullmatch(said["name"]):
        return "its name is not of small letters, digits and hyphens"
    if not said["issuer"].startswith(("https://", *_LOCAL)):
        return "its issuer is not reached over https"
    if wrong := [name for name in _SWITCHES if not isinstance(said.get(name, False), bool)]:
        return f"`{wrong[0]}` is neither true nor false"
    return None if _is_title(said.get("title", {})) else "its title is not a text for each language"


def _is_title(title: object) -> bool:
    return isinstance(title, dict) and all(isinstance(t, str) for t in cast("dict[object, object]", title).values())


def _twice(said: Mapping[str, Any], found: list[Provider]) -> str | None:
    return "it is named twice" if any(one.name == said["name"] for one in found) else None


def _secret(said: Mapping[str, Any], folder: Path) -> tuple[str | None, str | None]:
    """The client's secret, from the environment or a file, and why there is none; a public client has none."""
    if "secret_env" in said:
        value = os.environ.get(str(said["secret_env"]))
        return (value, None) if value else (None, f"the environment has no {said['secret_env']}")
    if "secret_file" in said:
        try:
            return (folder / str(said["secret_file"])).read_text("utf-8").strip(), None
        except OSError as error:
            return None, f"{error.filename}: {error.strerror}"
    return None, None
