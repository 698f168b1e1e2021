"""How a caller shows who it is: a token that it was given, or a key with which it gets tokens by itself."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from jjm.client.core import Core, sent
from jjm.client.wire import Flow, Request

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_LIFE, _MARGIN = 60, 30


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was given."""

    secret: str = field(repr=False)

    def headers(self, core: Core) -> Flow[Mapping[str, str]]:
        """The header that carries it."""
        yield from ()
        return {"authorization": f"Bearer {self.secret}"}

    def renew(self) -> bool:
        """There is no other."""
        return False


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An Ed25519 key of an application, named `kid`. The private half never leaves this machine."""

    kid: str
    jwk: OKPKey = field(repr=False)

    @classmethod
    def generate(cls, kid: str | None = None) -> KeyPair:
        """A new key."""
        from joserfc.jwk import OKPKey

        named = kid or f"key-{uuid.uuid4().hex[:8]}"
        return cls(named, OKPKey.generate_key("Ed25519", {"kid": named}, auto_kid=False))

    @classmethod
    def load(cls, path: Path) -> KeyPair:
        """The key in a file, as `save` wrote it."""
        from joserfc.jwk import OKPKey

        told: dict[str, Any] = orjson.loads(path.read_bytes())
        return cls(told["kid"], OKPKey.import_key(told))

    def save(self, path: Path) -> None:
        """Write the key to a new file that only its owner can read. Raises FileExistsError if there is one."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(orjson.dumps(self.jwk.as_dict(private=True)))

    @property
    def public(self) -> dict[str, Any]:
        """The public half as a JWKS, to be registered with a node."""
        return {"keys": [dict(self.jwk.as_dict(private=False))]}

    def signed(self, payload: bytes) -> str:
        """A compact JWS over a payload (RFC 7515)."""
        from joserfc import jws

        header = {"alg": "Ed25519", "kid": self.kid}
        return jws.serialize_compact(header, payload, self.jwk, algorithms=["Ed25519"])

    def signed_document(self, document: Mapping[str, Any]) -> str:
        """A detached JWS over the canonical JSON (RFC 8785) of a document, such as an agreement."""
        import rfc8785

        head, _, end = self.signed(rfc8785.dumps(dict(document))).split(".")
        return f"{head}..{end}"


@dataclass(slots=True)
class OAuthKey:
    """An application and its key: tokens are got with it, and got anew before they end (RFC 7523, private_key_jwt).

    `scope` asks for a part of what the application was given. `audience` is the token endpoint as the node calls it,
    where that is not below the address it is called by.
    """

    application: str
    key: KeyPair
    scope: str | None = None
    audience: str | None = None
    _secret: str | None = field(default=None, repr=False)
    _good_until: float = 0.0

    def headers(self, core: Core) -> Flow[Mapping[str, str]]:
        """The header that carries a token which is good for a while yet."""
        if self._secret is None or self._good_until - _MARGIN < core.now():
            yield from self._get(core)
        return {"authorization": f"Bearer {self._secret}"}

    def renew(self) -> bool:
        """Get another before the next call."""
        self._secret = None
        return True

    def _get(self, core: Core) -> Flow[None]:
        plain, asked_at = replace(core, shown=None, seal=None, headers={}), core.now()
        told = (yield from sent(plain, lambda: self._asked(core))).json()
        self._secret, self._good_until = told["access_token"], asked_at + told["expires_in"]

    def _asked(self, core: Core) -> Request:
        """A call for a token; its assertion is good once, so each try makes its own."""
        form = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION}
        form["client_assertion"] = self._assertion(core)
        if self.scope:
            form["scope"] = self.scope
        return Request("POST", "/oauth/token", headers=_FORM, content=urlencode(form).encode(), again=True)

    def _assertion(self, core: Core) -> str:
        now = int(core.now())
        audience = self.audience or f"{core.url}/oauth/token"
        claims = {"iss": self.application, "sub": self.application, "aud": audience}
        times = {"iat": now, "exp": now + _LIFE, "jti": uuid.uuid4().hex}
        return self.key.signed(orjson.dumps(claims | times))
