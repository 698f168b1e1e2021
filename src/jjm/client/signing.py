"""Requests that carry a signature, and answers that must (RFC 9421, with digests of the content by RFC 9530)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from jjm.client.keys import KeyPair
from jjm.client.refusal import Untrusted
from jjm.client.wire import Answer, Content, Do, Flow, Request

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

T = TypeVar("T")
_DIGEST = "content-digest"


@dataclass(frozen=True, slots=True)
class Signature:
    """Signs every request with a key; what the node answers to a push it must have signed, where its key is given.

    `key_id` is how the node knows the key, `kid` if left out; `tag` says what a signature is made for, where that is
    asked for. `node_key` is the node's public key as a JWK (RFC 7517), had from elsewhere than the call itself.
    """

    key: KeyPair
    key_id: str | None = None
    tag: str | None = None
    node_key: Mapping[str, Any] | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def sign(self, request: Request, url: str) -> Flow[Mapping[str, str]]:
        """The headers of the signature over method, address and content."""
        from jjm.kit.http_messages import Fields, HttpRequest
        from jjm.kit.message_signatures import REQUEST, sign

        message = HttpRequest(request.method, url, Fields(request.headers.items()))
        digest = yield from _digest(request.content)
        if digest is not None:
            message.headers["Content-Digest"] = digest
        covered = REQUEST if digest is None else (*REQUEST, _DIGEST)
        private = cast("Ed25519PrivateKey", self.key.jwk.private_key)
        made = sign(message, private, self.key_id or self.key.kid, self.now(), components=covered, tag=self.tag)
        return made if digest is None else {"Content-Digest": digest} | made

    def check(self, request: Request, url: str, answer: Answer) -> None:
        """Raises Untrusted where an answer is not signed by the node, for this very request."""
        if self.node_key is None or not request.signed:
            return
        from jjm.kit import Problem
        from jjm.kit.http_messages import Fields, HttpRequest, HttpResponse
        from jjm.kit.message_signatures import LABEL, Demand, bound_to, verify

        asked = HttpRequest(request.method, url, Fields(request.headers.items()))
        message = HttpResponse(answer.status, Fields(answer.headers.items()), asked)
        demand = Demand(bound_to(LABEL), life=timedelta(minutes=5), nonce=False)

        known, public = self.node_key, _public(self.node_key)

        async def key_of(key_id: str) -> Ed25519PublicKey | None:
            return public if known.get("kid", key_id) == key_id else None

        try:
            _at_once(verify(message, demand, key_of, self.now(), body=answer.content or None))
        except Problem as problem:
            raise Untrusted(f"the answer of {url} is not signed as it must be: {problem.detail}") from problem


def _public(jwk: Mapping[str, Any]) -> Ed25519PublicKey:
    from joserfc.jwk import OKPKey

    return cast("Ed25519PublicKey", OKPKey.import_key(dict(jwk)).public_key)


def _digest(content: bytes | Content | None) -> Flow[str | None]:
    """The digest of what is sent; what comes in pieces is read for it beforehand, and never held as a whole."""
    if not content:
        return None
    pieces = content

    def read() -> bytes:
        running = hashlib.sha256()
        for piece in [pieces] if isinstance(pieces, bytes) else pieces():
            running.update(piece)
        return running.digest()

    made = cast("bytes", (yield Do(read)))
    return f"sha-256=:{base64.b64encode(made).decode()}:"


def _at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise RuntimeError("the check of a signature waited for something")
