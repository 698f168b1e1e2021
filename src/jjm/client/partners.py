"""Becoming a participant, signing agreements, and having changes posted to an address of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from jjm.client.core import Core, reading, sent
from jjm.client.keys import KeyPair
from jjm.client.model import Position
from jjm.client.wire import Flow, Request

_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Requested:
    """What was asked for, until it is decided: the participant and its application, by which both are known."""

    id: str
    application: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement: `document` is what both sides sign, `state` where it stands (`in_force` once it is open)."""

    id: str
    state: str
    document: Mapping[str, Any]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Agreement:
        """As the API tells it."""
        return cls(**{name: told[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Subscription:
    """Changes that are posted to an address. `secret` is told once, by the call that made it."""

    id: str
    url: str
    state: str
    reason: str | None
    position: Position
    lag: int | None
    health: Mapping[str, Any]
    public_key: str | None = None
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Subscription:
        """As the API tells it."""
        known: dict[str, Any] = {name: told.get(name) for name in cls.__slots__}
        known["position"] = Position(told["position"])
        return cls(**known)


def asked_to_participate(core: Core, asked: Mapping[str, Any], key: KeyPair) -> Flow[Requested]:
    """A request to become a participant, with the public half of a key for its application."""
    application = {**asked.get("application", {}), "keys": {"jwks": key.public}}
    told = yield from _posted(core, "/api/v1/participants", {**asked, "application": application})
    return Requested(told["id"], told["application"])


def agreement(core: Core, id: str) -> Flow[Agreement]:
    """An agreement, as it stands."""
    return Agreement.of((yield from sent(core, reading(f"/api/v1/agreements/{id}"))).json())


def agreement_drafted(core: Core, asked: Mapping[str, Any]) -> Flow[Agreement]:
    """An agreement that binds nobody yet."""
    return Agreement.of((yield from _posted(core, "/api/v1/agreements", asked)))


def agreement_signed(core: Core, id: str, key: KeyPair | None) -> Flow[Agreement]:
    """An agreement with the signature of the caller's side; without a key the administrator's, for the node."""
    asked: dict[str, Any] = {}
    if key is not None:
        found = yield from agreement(core, id)
        asked["signature"] = key.signed_document(found.document)
    return Agreement.of((yield from _posted(core, f"/api/v1/agreements/{id}:sign", asked)))


def subscribed(
    core: Core,
    url: str,
    types: Sequence[str],
    within: str | None,
    kinds: Sequence[str],
    fields: Sequence[str] | None,
    batch: int,
    after: Position | None,
) -> Flow[Subscription]:
    """Changes posted to an address from now on, or from behind a position."""
    asked: dict[str, Any] = {"url": url, "types": list(types), "kinds": list(kinds), "batch": batch}
    asked |= {"within": within, "fields": None if fields is None else list(fields)}
    if after is not None:
        asked |= {"after": after.number, "epoch": after.epoch}
    return Subscription.of((yield from _posted(core, "/api/v1/subscriptions", asked)))


def subscription(core: Core, id: str) -> Flow[Subscription]:
    """A subscription: how far it is, how it fares."""
    return Subscription.of((yield from sent(core, reading(f"/api/v1/subscriptions/{id}"))).json())


def replayed(core: Core, id: str, after: Position) -> Flow[Subscription]:
    """What lies behind a position, posted once more under the same ids."""
    asked = {"after": after.number, "epoch": after.epoch}
    return Subscription.of((yield from _posted(core, f"/api/v1/subscriptions/{id}:replay", asked)))


def unsubscribed(core: Core, id: str) -> Flow[None]:
    """The end of a subscription."""
    yield from sent(core, Request("DELETE", f"/api/v1/subscriptions/{id}", again=True))


def _posted(core: Core, path: str, asked: Mapping[str, Any]) -> Flow[Any]:
    request = Request("POST", path, headers=_JSON, content=orjson.dumps(asked, default=str))
    return (yield from sent(core, request)).json()
