"""The core of a client: how a request becomes a good answer, whatever happens on the way."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import random
from typing import Any, Protocol
from urllib.parse import quote

from jjm.client.patience import Patience, Tries, asked_pause
from jjm.client.refusal import Refused, Unreachable, Untrusted
from jjm.client.wire import Answer, Flow, Pause, Request, Send, pairs

_UNAUTHENTICATED = 401
_SAFE = {"GET", "HEAD", "OPTIONS"}


class Pass(Protocol):
    """What shows a node who calls."""

    def headers(self, core: Core) -> Flow[Mapping[str, str]]:
        """The headers that show it, got from the node where need be."""
        ...

    def renew(self) -> bool:
        """The node did not know what was shown; True where something newer can be got."""
        ...


class Seal(Protocol):
    """What signs requests, and says whether answers are signed as they must be."""

    def sign(self, request: Request, url: str) -> Flow[Mapping[str, str]]:
        """The headers that sign a request to that address."""
        ...

    def check(self, request: Request, url: str, answer: Answer) -> None:
        """Raises Untrusted for an answer that is not signed as it must be."""
        ...


@dataclass
class Core:
    """A node as this client knows it: address, who calls, and what has been learnt of it."""

    url: str
    shown: Pass | None = None
    seal: Seal | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], float] = time.time
    random: Callable[[], float] = random
    plurals: dict[str, str] = field(default_factory=dict[str, str])
    free_at: float = 0.0


def sent(
    core: Core, asked: Request | Callable[[], Request], take: Callable[[Answer, bytes], object] | None = None
) -> Flow[Answer]:
    """The good answer to a request, which is sent again as patience and its nature allow (made anew, where it is made).

    Raises Refused where the node refuses for good, Unreachable where it does not answer.
    """
    tries, renewed = Tries(core.patience, core.random, core.now), False
    while True:
        request = asked if isinstance(asked, Request) else asked()
        _below(request.path)
        yield from _held_back(core)
        try:
            ready = yield from _shown(core, request)
            answer: Answer = yield Send(ready, take)
        except Unreachable as lost:
            pause = tries.after_loss(again=request.again or not lost.arrived)
            if pause is None:
                raise
        else:
            if answer.is_good:
                return _accepted(core, ready, answer)
            if answer.status == _UNAUTHENTICATED and core.shown and not renewed and core.shown.renew():
                renewed = True
                continue
            pause = tries.after(answer.status, answer.headers, again=request.again)
            if pause is None:
                raise Refused.by(answer)
        yield Pause(pause)


def _below(path: str) -> None:
    """A node tells paths below its own address; anything else would carry our credentials to another host."""
    if not path.startswith("/") or path.startswith("//"):
        raise Untrusted(f"`{path}` is no path of the node; nothing was sent there.")


def _held_back(core: Core) -> Flow[None]:
    """The pause until the node takes calls again, where it said so with its last answer."""
    left = core.free_at - core.now()
    if 0 < left <= core.patience.longest_asked:
        yield Pause(left)


def _shown(core: Core, request: Request) -> Flow[Request]:
    """The request with the headers that say who calls, and its signature."""
    headers = dict(core.headers)
    if core.shown is not None:
        headers |= yield from core.shown.headers(core)
    ready = replace(request, headers={**headers, **request.headers})
    if core.seal is None:
        return ready
    signed = yield from core.seal.sign(ready, core.url + ready.target)
    return replace(ready, headers={**ready.headers, **signed})


def _accepted(core: Core, request: Request, answer: Answer) -> Answer:
    if (pause := asked_pause(answer.headers, core.now())) is not None:
        core.free_at = core.now() + pause
    if core.seal is not None:
        core.seal.check(request, core.url + request.target, answer)
    return answer


def reading(path: str, query: Mapping[str, object] | None = None, *, wait: float = 0) -> Request:
    """A request that changes nothing."""
    return Request("GET", path, pairs(query or {}), again=True, wait=wait)


def changing(
    method: str,
    path: str,
    query: Mapping[str, object] | None = None,
    *,
    key: str | None = None,
    **rest: Any,
) -> Request:
    """A request that changes something once, however often it is sent: under a key of its own, or the one given."""
    headers = {"idempotency-key": key or uuid.uuid4().hex, **rest.pop("headers", {})}
    return Request(method, path, pairs(query or {}), headers, again=True, **rest)


def asked_for(
    method: str,
    path: str,
    query: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    **rest: Any,
) -> Request:
    """A request of the caller's own; it is sent again only where it is safe, or carries a key."""
    named = {name.lower(): value for name, value in (headers or {}).items()}
    again = method.upper() in _SAFE or "idempotency-key" in named
    return Request(method.upper(), path, pairs(query or {}), named, again=again, **rest)


def plural(core: Core, type: str) -> Flow[str]:
    """The address of a type, said by its name or its address. Raises Refused `registry-unknown` for an unknown one."""
    if not core.plurals:
        answer = yield from sent(core, reading("/api/v1"))
        core.plurals |= {str(t[name]): str(t["plural"]) for t in answer.json()["items"] for name in ("type", "plural")}
    known = core.plurals.get(type.replace("-", "_"))
    if known is None:
        names = sorted({name for name, plural in core.plurals.items() if name != plural})
        detail = f"This node has no registry `{type}`. It has: {', '.join(names)}."
        raise Refused("registry-unknown", 404, "Not found", detail)
    return known


def path_of(core: Core, type: str, *rest: str) -> Flow[str]:
    """The path of a type, or of what lies below it."""
    named = yield from plural(core, type)
    return "/".join(["/api/v1", named, *(quote(part, safe=":") for part in rest)])


def asked(how: Mapping[str, Any]) -> dict[str, Any]:
    """What a list is asked for, as its parameters."""
    fields = how.get("fields")
    return {**how, "fields": ",".join(fields) if fields is not None else None}
