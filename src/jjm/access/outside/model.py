"""An outside provider as the node file names it, and who it says has come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider whose word on who somebody is this node takes.

    `link_by_verified_email` lets whoever the provider says has a verified address in to the account with it; without
    it an officer links each person. `second_factor` says that the provider asks for two factors itself.
    """

    name: str
    issuer: str
    client_id: str
    title: Mapping[str, str]
    client_secret: str | None = field(default=None, repr=False)
    link_by_verified_email: bool = False
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider answers, as it says itself (OpenID Connect Discovery 1.0)."""

    authorization: str
    token: str
    keys: str
    secret_in_body: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """Who a provider says has come back: `sub`, and the e-mail address if the provider has verified it."""

    subject: str
    verified_email: str | None


@dataclass(frozen=True, slots=True)
class Departure:
    """A visit that begins: where the browser is sent, and the cookie that must come back with it."""

    url: str
    binding: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What is remembered of a visit until its answer comes."""

    provider: str
    nonce: str
    verifier: str
    binding: bytes
