"""A provider over the network: where it answers, its keys, and an ID token for a code."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # pyright: ignore[reportUnknownVariableType]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # pyright: ignore[reportUnknownVariableType]
from authlib.oidc.discovery import get_well_known_url
from joserfc.jwk import KeySet

from jjm.access.outside.model import Endpoints, Provider
from jjm.kit import Problem

_grant_uri = cast("Callable[..., str]", prepare_grant_uri)
_challenge = cast("Callable[[str], str]", create_s256_code_challenge)
_LONGEST = httpx.Timeout(8.0)
_KEPT = 3600.0
_MOST = 1_000_000


@dataclass
class Remote:
    """One provider. What it says of itself and its keys are kept for an hour."""

    provider: Provider
    wires: httpx.AsyncBaseTransport | None = None
    _endpoints: tuple[Endpoints, float] | None = None
    _keys: tuple[KeySet, float] | None = field(default=None, repr=False)

    async def departure(self, redirect: str, state: str, nonce: str, verifier: str) -> str:
        """The address at the provider to which a browser is sent."""
        there = (await self.endpoints()).authorization
        challenge = _challenge(verifier)
        return _grant_uri(
            there, self.provider.client_id, "code", redirect, "openid email", state, nonce=nonce,
            code_challenge=challenge, code_challenge_method="S256",
        )  # fmt: skip

    async def id_token(self, code: str, verifier: str, redirect: str) -> str:
        """The ID token that the provider gives for a code. Raises Problem 401 where it refuses, 502 where it fails."""
        there, own = await self.endpoints(), self.provider
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        auth = None
        if own.client_secret is None or there.secret_in_body:
            form |= {"client_id": own.client_id} | ({"client_secret": own.client_secret} if own.client_secret else {})
        else:
            auth = httpx.BasicAuth(own.client_id, own.client_secret)
        answer = await self._json("POST", there.token, data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _failed(f"it gave no ID token ({answer.get('error', 'without a reason')})", 401)
        return token

    async def endpoints(self) -> Endpoints:
        """Where the provider answers. Raises Problem 502 where it does not, or says something else than its issuer."""
        if self._endpoints is None or self._endpoints[1] < time.monotonic():
            address = get_well_known_url(self.provider.issuer, external=True)
            self._endpoints = _endpoints(self.provider, await self._json("GET", address)), time.monotonic() + _KEPT
        return self._endpoints[0]

    async def keys(self, *, anew: bool = False) -> KeySet:
        """The keys that the provider signs with; `anew` where one was not among those known."""
        if anew or self._keys is None or self._keys[1] < time.monotonic():
            found = await self._json("GET", (await self.endpoints()).keys)
            try:
                self._keys = KeySet.import_key_set(cast("Any", found)), time.monotonic() + _KEPT
            except (ValueError, KeyError, TypeError) as error:
                raise _failed("its keys cannot be read", 502) from error
        return self._keys[0]

    async def _json(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        headers = {"accept": "application/json"}
        try:
            async with httpx.AsyncClient(timeout=_LONGEST, transport=self.wires, trust_env=False) as client:
                answer = await client.request(method, url, headers=headers, **sent)
            body = answer.json() if len(answer.content) <= _MOST else None
        except (httpx.HTTPError, ValueError) as error:
            raise _failed(f"it does not answer ({type(error).__name__})", 502) from error
        if not isinstance(body, dict) or answer.status_code >= 500:
            raise _failed(f"it answers with {answer.status_code}", 502)
        return cast("dict[str, Any]", body)


def _endpoints(provider: Provider, said: dict[str, Any]) -> Endpoints:
    if said.get("issuer") != provider.issuer:
        raise _failed(f"it calls itself {said.get('issuer')}, not {provider.issuer}", 502)
    there = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    authorization, token, keys = (_address(provider, one) for one in there)
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    in_body = "client_secret_basic" not in ways and "client_secret_post" in ways
    return Endpoints(authorization, token, keys, in_body)


def _address(provider: Provider, said: object) -> str:
    """A provider reached over TLS does not send people and secrets elsewhere without it."""
    secure = provider.issuer.startswith("https://")
    if not isinstance(said, str) or not said.startswith("https://" if secure else ("https://", "http://")):
        raise _failed("what it says of itself is not whole", 502)
    return said


def _failed(why: str, status: int) -> Problem:
    return Problem("outside-failed", status, "The provider did not answer as it should", f"The provider: {why}.")
