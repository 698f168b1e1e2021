"""How water is followed from a place: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

AT_THE_SOURCE = ("source", "wtp_inlet", "handpump", "private_source")
ON_THE_WAY = ("wtp_outlet", "storage")


def downstream(component: str, components: Iterable[Mapping[str, Any]]) -> set[str]:
    """The components that a component feeds, at any distance; rings do no harm."""
    fed: dict[str, list[str]] = {}
    for one in components:
        for source in one.get("fed_by") or ():
            fed.setdefault(source, []).append(one["id"])
    found, waiting = set[str](), [component]
    while waiting:
        for name in fed.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def villages_of(schemes: Iterable[Mapping[str, Any]]) -> list[str]:
    """The villages that schemes serve."""
    return list(dict.fromkeys(village for scheme in schemes for village in scheme.get("villages") or ()))


def habitations_of(schemes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The habitations that schemes serve, where every one of them serves only parts of its villages."""
    named = [scheme.get("habitations") or () for scheme in schemes]
    return list(dict.fromkeys(one for part in named for one in part)) if named and all(named) else []
