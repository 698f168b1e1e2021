"""An application with a key: tokens got and renewed by themselves, requests signed, deliveries checked."""

from __future__ import annotations

import base64
import os
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from bad_line import BadLine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nodes import Served
from standardwebhooks import Webhook as Standard

from jjm.client import AsyncClient, Client, KeyPair, OAuthKey, Patience, Refused, Signature, Untrusted, Webhook
from jjm.client.core import Core, Request
from jjm.client.wire import Answer, Do, End, Outcome, advance
from jjm.kit import Problem
from jjm.kit.http_messages import Fields, HttpRequest, HttpResponse
from jjm.kit.message_signatures import Demand, bound_to, sign, verify

QUICK = Patience(first=0.01, longest=0.05)


@pytest.fixture(scope="module")
def partner(served: Served) -> Iterator[tuple[str, KeyPair]]:
    """A participant that was approved: the id of its application, and its key."""
    key = KeyPair.generate("night")
    asked = {
        "kind": "state_department",
        "name": "Jal Vibhag, Kalpit Pradesh",
        "about": "Sends the results of its laboratories every night",
        "contact": {"name": "A Person", "email": "a.person@vibhag.example", "phone": "+91 90000 00000"},
        "application": {"name": "Sender", "scopes": ["write@state/21"], "keys": {"jwks": key.public}},
    }
    json = {"content-type": "application/json"}
    with Client(served.url) as anybody, Client(served.url, auth=served.token) as admin:
        made = anybody.call("POST", "/api/v1/participants", headers=json, content=orjson.dumps(asked)).json()
        admin.call("POST", f"/api/v1/participants/{made['id']}:approve", headers=json, content=b"{}")
    yield made["application"], key


def test_a_token_is_got_by_itself_and_again_when_it_is_not_good_any_more(
    served: Served, partner: tuple[str, KeyPair]
) -> None:
    auth = OAuthKey(*partner)
    with Client(served.url, auth=auth) as node:
        assert node.types()
        first = auth._secret
        node.types()
        assert auth._secret == first, "one token serves many calls"
        auth._secret = "jja_unknown"
        node.types()
        assert auth._secret not in (first, "jja_unknown")
        auth._good_until = time.time() + 5
        before = auth._secret
        node.types()
        assert auth._secret != before, "it is renewed before it ends"


def test_a_call_for_a_token_that_is_lost_makes_a_new_assertion(
    served: Served, partner: tuple[str, KeyPair], line: BadLine
) -> None:
    auth = OAuthKey(*partner, audience=f"{served.url}/oauth/token")
    with Client(line.url, auth=auth, patience=QUICK) as far:
        line.cut("down", 20)
        assert far.types()
        assert line.made == 1


def test_why_there_is_no_token_is_told(served: Served, partner: tuple[str, KeyPair]) -> None:
    application, key = partner
    wrong = {
        "key-unknown": OAuthKey(application, KeyPair.generate("other")),
        "wrong-audience": OAuthKey(application, key, audience="https://other.example/oauth/token"),
        "scope-not-given": OAuthKey(application, key, scope="write@state/18"),
    }
    for code, auth in wrong.items():
        with Client(served.url, auth=auth) as node, pytest.raises(Refused) as refused:
            node.types()
        assert refused.value.code == code
        assert refused.value.detail


async def test_the_asynchronous_client_gets_tokens_too(served: Served, partner: tuple[str, KeyPair]) -> None:
    async with AsyncClient(served.url, auth=OAuthKey(*partner)) as node:
        assert await node.types()


def test_a_key_is_kept_in_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    key = KeyPair.generate()
    key.save(tmp_path / "key.json")
    assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
    again = KeyPair.load(tmp_path / "key.json")
    assert (again.kid, again.public) == (key.kid, key.public)
    assert "d" not in again.public["keys"][0]
    assert str(again.jwk.as_dict(private=True)["d"]) not in repr(again)
    with pytest.raises(FileExistsError):
        key.save(tmp_path / "key.json")


def signed(seal: Signature, request: Request, url: str) -> dict[str, str]:
    """The headers that a seal gives to a request."""
    flow = seal.sign(request, url)
    step = advance(flow, Outcome())
    while not isinstance(step, End):
        assert isinstance(step, Do)
        step = advance(flow, Outcome(step.work()))
    return dict(step.value)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_signed_request_is_accepted_and_an_altered_one_is_not(streamed: bool) -> None:
    key, url, body = KeyPair.generate("k"), "https://node.example/api/v1/x:import?dry_run=true", b'{"a": 1}\n'
    request = Request("POST", "/api/v1/x:import", content=(lambda: iter([body[:4], body[4:]])) if streamed else body)
    headers = signed(Signature(key, "APP-1/k", tag="push"), request, url)
    public = Ed25519PrivateKey.from_private_bytes(
        base64.urlsafe_b64decode(key.jwk.as_dict(private=True)["d"] + "==")
    ).public_key()

    async def key_of(key_id: str) -> object:
        return public if key_id == "APP-1/k" else None

    message = HttpRequest("POST", url, Fields(headers.items()))
    demand = Demand(tag="push")
    accepted = await verify(message, demand, key_of, datetime.now(UTC), body=body)
    assert '"content-digest"' in accepted.covered
    for altered in (body + b" ", b""):
        with pytest.raises(Problem, match="sha-256"):
            await verify(message, demand, key_of, datetime.now(UTC), body=altered)


def jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public half of a key, as a JWK."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).decode().rstrip("="), "kid": "node"}


def test_an_answer_must_be_signed_by_the_node_for_this_request() -> None:
    node, key, url = Ed25519PrivateKey.generate(), KeyPair.generate("k"), "https://node.example/api/v1"
    seal = Signature(key, node_key=jwk(node))
    asked = Request("GET", "/api/v1", signed=True)
    headers = signed(seal, asked, url)
    asked = Request("GET", "/api/v1", headers=headers, signed=True)
    body = b'{"items": []}'
    message = HttpResponse(200, Fields([]), HttpRequest("GET", url, Fields(headers.items())))
    made = sign(message, node, "node", datetime.now(UTC), body=body, components=bound_to("sig1"))
    answer = Answer(200, {name.lower(): value for name, value in made.items()}, body)
    seal.check(asked, url, answer)
    seal.check(Request("GET", "/api/v1"), url, Answer(200, {}, body))
    other = Request("GET", "/api/v1", headers=signed(seal, Request("GET", "/api/v1"), url), signed=True)
    for request, given in (
        (asked, Answer(200, answer.headers, body + b" ")),
        (asked, Answer(200, {}, body)),
        (other, answer),
    ):
        with pytest.raises(Untrusted, match="not signed"):
            seal.check(request, url, given)


EVENT = {
    "id": "7", "position": 7, "type": "in.jjm.water_quality_test.created", "time": "2026-11-29T06:00:00Z",
    "data": {"id": "WQT-1", "contaminated": True, "_meta": {"version": 1}},
}  # fmt: skip


def delivery(secret: str, body: bytes, at: float) -> dict[str, str]:
    """The headers of a delivery, made by the library of the standard."""
    stamp = datetime.fromtimestamp(at, UTC)
    made = Standard(secret).sign(msg_id="msg_1", timestamp=stamp, data=body.decode())
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(int(at)), "Webhook-Signature": f"v1,AAAA {made}"}


def test_a_delivery_is_checked_before_it_is_read() -> None:
    old, new, other = (f"whsec_{base64.b64encode(os.urandom(24)).decode()}" for _ in range(3))
    hook, now = Webhook([new, old]), time.time()
    for body, count in ((orjson.dumps(EVENT), 1), (orjson.dumps([EVENT, EVENT]), 2), (b'{"type": "test"}', 0)):
        for secret in (old, new):
            assert len(hook.changes(delivery(secret, body, now), body)) == count
    body = orjson.dumps(EVENT)
    (change,) = hook.changes(delivery(new, body, now), body)
    assert (change.type, change.what, change.position, change.record.id) == (
        "water_quality_test",
        "created",
        7,
        "WQT-1",
    )
    for headers, content in (
        (delivery(other, body, now), body),
        (delivery(new, body, now), body + b" "),
        (delivery(new, body, now - 400), body),
        (delivery(new, body, now) | {"Webhook-Timestamp": str(int(now) - 1)}, body),
        ({}, body),
    ):
        with pytest.raises(Untrusted):
            hook.changes(headers, content)


def test_a_delivery_is_checked_by_the_nodes_public_key_too() -> None:
    key, body, stamp = Ed25519PrivateKey.generate(), orjson.dumps(EVENT), str(int(time.time()))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    made = base64.b64encode(key.sign(f"msg_1.{stamp}.".encode() + body)).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": f"v1a,{made}"}
    assert Webhook([f"whpk_{base64.b64encode(public).decode()}"]).changes(headers, body)
    with pytest.raises(Untrusted):
        Webhook([f"whpk_{base64.b64encode(os.urandom(32)).decode()}"]).changes(headers, body)


def test_nothing_of_a_secret_is_shown(partner: tuple[str, KeyPair]) -> None:
    auth = OAuthKey(*partner)
    auth._secret = "jja_hidden"
    assert "jja_hidden" not in repr(auth) + repr(Core("http://node.test", auth))
    assert "whsec_x" not in repr(Webhook(["whsec_x"]))
