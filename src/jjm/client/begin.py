"""How a client is set up, whichever of the two it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from jjm.client.core import Core, Pass, Seal
from jjm.client.keys import Token
from jjm.client.patience import Patience


class Setting(TypedDict, total=False):
    """Who calls, and how: everything may be left out.

    `auth` is a token, or an `OAuthKey` that gets tokens by itself. `agreement` and `purpose` stand in every call: the
    agreement under which is read, and what personal data is read for. `seal` signs what is sent.
    """

    auth: str | Pass | None
    agreement: str
    purpose: str
    seal: Seal
    patience: Patience
    headers: Mapping[str, str]


def opened(url: str, setting: Setting) -> Core:
    """The core of a client of the node at that address."""
    auth, headers = setting.get("auth"), dict(setting.get("headers", {}))
    for name in ("agreement", "purpose"):
        if said := setting.get(name):
            headers[name] = str(said)
    core = Core(url.rstrip("/"), Token(auth) if isinstance(auth, str) else auth, setting.get("seal"), headers)
    core.patience = setting.get("patience", core.patience)
    return core
