"""Who carries messages out of the node, one file each: to add one, put a module with a `KIND` beside the others.

The node file says for each channel which carrier serves it, and how (docs/how-to/send-notices.md). A carrier that keeps
keys is given a message again under the same key after a crash; one that does not is never given it twice.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

from jjm.kit import Fault
from jjm.notify.carriers.model import Carrier, Kind, Misfit, Options
from jjm.notify.model import OUTSIDE
from jjm.standards import Channel

__all__ = ["Carrier", "Kind", "Misfit", "Options", "carriers_from", "kinds"]
_EXAMPLE = (
    "messages: {sms: {carrier: http, url: https://…, secret_env: JJM_SMS}, email: {carrier: smtp, host: …, from: …}}"
)


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds of carriers by name, found as the modules here that carry a `KIND`."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found: list[Kind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)}


def carriers_from(said: object, home: Path) -> tuple[Mapping[Channel, Carrier], Fault | None]:
    """The carriers that `messages` of a node file asks for, by channel, or what is wrong with the first faulty one.

    `home` is the node's folder, where files with relative names lie.
    """
    if said is None:
        return {}, None
    if isinstance(said, str):
        said = {channel: {"carrier": said} for channel in OUTSIDE}
    found: dict[Channel, Carrier] = {}
    for channel, wish in cast("Mapping[object, object]", said).items():
        try:
            name = _channel(channel)
            found[name] = _carrier(name, wish, home)
        except Misfit as misfit:
            return {}, Fault(f"`messages`: {misfit}", misfit.remedy or f"Write {_EXAMPLE}")
    return found, None


def _channel(name: object) -> Channel:
    for channel in OUTSIDE:
        if channel == name:
            return channel
    raise Misfit(f"`{name}` is no channel", f"Known: {', '.join(OUTSIDE)}.")


def _carrier(channel: Channel, wish: object, home: Path) -> Carrier:
    if not isinstance(wish, dict):
        raise Misfit(f"{channel}: not a list of settings")
    said = {str(key): value for key, value in cast("dict[object, object]", wish).items()}
    name = said.pop("carrier", None)
    kind = kinds().get(str(name))
    if kind is None or channel not in kind.channels:
        known = ", ".join(k.name for k in kinds().values() if channel in k.channels)
        raise Misfit(f"{channel}: `{name}` is no carrier", f"Known for {channel}: {known}.")
    options = Options(channel, said, home)
    made = kind.make(options)
    options.refuse_unknown()
    return made
