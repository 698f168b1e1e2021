"""Signed messages: the vectors of the RFC are taken, and every way to cheat or to slip is refused by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import rfc9421
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from jjm.kit import Problem
from jjm.kit.http_messages import Fields, HttpRequest, HttpResponse
from jjm.kit.message_signatures import DIGEST, REQUEST, Demand, PrivateKey, Signed, bound_to, sign, verify
from jjm.kit.signed_content import Content

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
BODY = b'{"name": "Rampur piped water supply"}'
ED, EC, RSA = (
    ed25519.Ed25519PrivateKey.generate(),
    ec.generate_private_key(ec.SECP256R1()),
    rsa.generate_private_key(65537, 2048),
)
USUAL = Demand()
OWN: dict[str, PrivateKey] = {"ed": ED, "ec": EC, "rsa": RSA}


async def rfc_keys(name: str):
    return rfc9421.KEYS.get(name)


async def keys(name: str):
    return OWN[name].public_key() if name in OWN else None


def post(key: str = "ed", *, at: datetime = NOW, body: bytes = BODY, **more) -> HttpRequest:
    """A signed POST."""
    url = "https://node.example/api/v1/batches/night-7?types=schemes"
    message = HttpRequest("POST", url, Fields([("Content-Type", "application/json")]))
    message.headers.update(sign(message, OWN[key], key, at, body=body, **more))
    return message


async def refused(message: HttpRequest | HttpResponse, demand: Demand = USUAL, **more) -> str:
    """What the message is refused for."""
    with pytest.raises(Problem) as caught:
        await verify(message, demand, more.pop("keys", keys), more.pop("now", NOW), body=more.pop("body", BODY), **more)
    problem = caught.value
    assert problem.status == 401 and problem.headers["Accept-Signature"] == demand.accept()
    assert problem.code in ("signature-missing", "signature-refused")
    return problem.detail


class Memory:
    """Nonces that were seen, and until when they are kept."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], datetime] = {}

    async def __call__(self, key_id: str, nonce: str, until: datetime) -> bool:
        if (key_id, nonce) in self.seen:
            return False
        self.seen[key_id, nonce] = until
        return True


@pytest.mark.parametrize("vector", rfc9421.VECTORS, ids=lambda v: v.name)
async def test_the_signatures_of_the_rfc_are_taken(vector: rfc9421.Vector) -> None:
    body = rfc9421.RESPONSE_BODY if vector.of_response else rfc9421.REQUEST_BODY
    demand = Demand(components=(), nonce=vector.name == "sig-b21")
    covers_body = DIGEST in vector.described
    found = await verify(vector.message(), demand, rfc_keys, rfc9421.CREATED, body=body if covers_body else b"")
    assert (found.label, found.created) == (vector.name, rfc9421.CREATED)
    assert (found.content is not None) == covers_body


@pytest.mark.parametrize("vector", rfc9421.VECTORS, ids=lambda v: v.name)
async def test_they_are_refused_with_a_byte_altered(vector: rfc9421.Vector) -> None:
    altered = rfc9421.Vector(vector.name, vector.described, "AAAA" + vector.signature[4:], vector.of_response)
    demand = Demand(components=(), nonce=False)
    said = await refused(altered.message(), demand, keys=rfc_keys, now=rfc9421.CREATED, body=b"")
    assert "not made by this key over this message" in said


async def test_the_test_request_signed_here_covers_what_the_rfc_covers() -> None:
    vector = next(v for v in rfc9421.VECTORS if v.name == "sig-b26")
    components = re.findall(r'"([a-z@-]+)"', vector.described.partition(")")[0])
    message = rfc9421.request()
    message.headers.update(
        sign(message, rfc9421.ED25519, "test-key-ed25519", rfc9421.CREATED, components=components, label="sig-b26")
    )
    assert message.headers["Signature-Input"].startswith(f"sig-b26={vector.described}")
    await verify(message, Demand(tuple(components)), rfc_keys, rfc9421.CREATED)


async def test_a_shared_secret_is_no_key_here() -> None:
    said = await refused(
        rfc9421.SHARED_SECRET.message(),
        Demand(components=(), nonce=False),
        keys=rfc_keys,
        now=rfc9421.CREATED,
        body=b"",
    )
    assert "`test-shared-secret` is not known" in said


@pytest.mark.parametrize("key", OWN)
async def test_what_was_signed_by_any_kind_of_key_is_taken(key: str) -> None:
    found = await verify(post(key, tag="jjm-batch"), Demand(tag="jjm-batch"), keys, NOW, body=BODY)
    assert found.key_id == key
    assert {f'"{c}"' for c in (*REQUEST, DIGEST)} <= set(found.covered)


async def test_a_body_is_compared_as_it_comes_in() -> None:
    found = await verify(post(), Demand((*REQUEST, DIGEST)), keys, NOW, body=None)
    assert isinstance(found, Signed) and found.content
    found.content.take(BODY[:5])
    found.content.take(BODY[5:])
    found.content.check()
    found.content.take(b"x")
    with pytest.raises(Problem, match="the body is not what its sha-256 says"):
        found.content.check()


async def test_a_response_answers_one_request() -> None:
    asked, other = post(), post()
    answer = HttpResponse(200, Fields(), asked)
    components = bound_to("sig1")
    answer.headers.update(sign(answer, EC, "ec", NOW, body=b"done", components=components))
    await verify(answer, Demand(components), keys, NOW, body=b"done")
    said = await refused(HttpResponse(200, answer.headers, other), Demand(components), body=b"done")
    assert "not made by this key over this message" in said
    said = await refused(HttpResponse(500, answer.headers, asked), Demand(components), body=b"done")
    assert "not made by this key over this message" in said


def other_method(m: HttpRequest) -> None:
    m.method = "PUT"


def other_host(m: HttpRequest) -> None:
    m.url = m.url.replace("node.example", "other.example")


def other_path(m: HttpRequest) -> None:
    m.url = m.url.replace("night-7", "night-8")


def other_query(m: HttpRequest) -> None:
    m.url = m.url.replace("schemes", "households")


def other_digest(m: HttpRequest) -> None:
    m.headers["Content-Digest"] = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"


@pytest.mark.parametrize("alter", [other_method, other_host, other_path, other_query, other_digest])
async def test_what_is_altered_on_the_way_is_refused(alter: Callable[[HttpRequest], None]) -> None:
    message = post()
    alter(message)
    assert "not made by this key over this message" in await refused(message)


async def test_an_altered_body_is_refused() -> None:
    assert "the body is not what its sha-256 says" in await refused(post(), body=BODY + b" ")


async def test_a_missing_digest_is_refused() -> None:
    message = post(body=b"")
    assert "does not cover `content-digest`" in await refused(message)
    message = post()
    del message.headers["Content-Digest"]
    assert '"content-digest" not found' in await refused(message)


@pytest.mark.parametrize(
    ("value", "why"), [("nonsense;;", "cannot be read"), ("md5=:AAAA:", "no digest"), ("sha-256=:AAAA:", "no digest")]
)
def test_a_digest_that_is_none_is_refused(value: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Content.read(value, lambda what, remedy: ValueError(what))


@pytest.mark.parametrize("left_out", REQUEST)
async def test_a_truncated_set_of_components_is_refused_by_name(left_out: str) -> None:
    message = post(components=[c for c in REQUEST if c != left_out])
    assert f"does not cover `{left_out}`" in await refused(message)


async def test_a_component_with_other_parameters_is_another() -> None:
    asked = '"@query-param";name="types"'
    message = post(components=(*REQUEST, asked))
    await verify(message, Demand((*REQUEST, asked)), keys, NOW, body=BODY)
    said = await refused(message, Demand((*REQUEST, '"@query-param";name="other"')))
    assert 'does not cover `"@query-param";name="other"`' in said


@pytest.mark.parametrize(
    ("late", "why"),
    [
        (timedelta(seconds=-312), "created 312 s ahead of the clock here"),
        (timedelta(seconds=613), "created 613 s ago by the clock here"),
    ],
)
async def test_clocks_that_differ_too_much_are_told_by_how_much(late: timedelta, why: str) -> None:
    assert why in await refused(post(at=NOW - late, life=timedelta(hours=1)))


async def test_clocks_five_minutes_apart_are_borne() -> None:
    for apart in (timedelta(minutes=-5), timedelta(minutes=5)):
        await verify(post(at=NOW + apart), Demand(), keys, NOW, body=BODY)


async def test_an_expired_signature_is_refused() -> None:
    message = post(at=NOW - timedelta(minutes=7), life=timedelta(minutes=1))
    assert "expired 360 s ago by the clock here" in await refused(message)


async def test_a_nonce_is_taken_once_for_each_key() -> None:
    memory = Memory()
    message = post(nonce="n-1")
    await verify(message, Demand(), keys, NOW, body=BODY, once=memory)
    assert "nonce was used before" in await refused(message, once=memory)
    await verify(post("ec", nonce="n-1"), Demand(), keys, NOW, body=BODY, once=memory)
    # Whoever could still be taken in may not be forgotten.
    longest = NOW + Demand().life + Demand().tolerance
    assert all(until >= longest for until in memory.seen.values())


async def test_a_refused_signature_uses_no_nonce_up() -> None:
    memory = Memory()
    message = post(nonce="n-2")
    await refused(message, body=b"other", once=memory)
    assert not memory.seen


async def test_a_missing_nonce_is_refused_where_one_is_asked_for() -> None:
    without = next(v for v in rfc9421.VECTORS if v.name == "sig-b26").message()
    said = await refused(without, Demand(()), keys=rfc_keys, now=rfc9421.CREATED, body=b"")
    assert "it has no `nonce`" in said


async def test_a_key_of_another_kind_is_not_misled_by_the_algorithm() -> None:
    message = post("ed")

    async def confused(name: str):
        return RSA.public_key()

    assert "says `ed25519` of a key for rsa-pss-sha512" in await refused(message, keys=confused)
    message.headers["Signature-Input"] = message.headers["Signature-Input"].replace(
        'alg="ed25519"', 'alg="hmac-sha256"'
    )
    assert "says `hmac-sha256` of a key for ed25519" in await refused(message)


async def test_a_weak_key_is_refused() -> None:
    async def p384(name: str):
        return ec.generate_private_key(ec.SECP384R1()).public_key()

    assert "neither Ed25519 nor P-256" in await refused(post(), keys=p384)
    with pytest.raises(ValueError, match="neither Ed25519"):
        sign(post(), rsa.generate_private_key(65537, 1024), "weak", NOW)


async def test_the_wrong_key_is_refused() -> None:
    message = post()
    message.headers["Signature-Input"] = message.headers["Signature-Input"].replace('keyid="ed"', 'keyid="gone"')
    assert "the key `gone` is not known" in await refused(message)

    async def another(name: str):
        return ed25519.Ed25519PrivateKey.generate().public_key()

    assert "not made by this key over this message" in await refused(post(), keys=another)


async def test_a_label_twice_is_refused() -> None:
    message = post()
    line = message.headers["Signature-Input"]
    message.headers.lines.append(("Signature-Input", line))
    assert "the label `sig1` stands there twice" in await refused(message)


async def test_labels_that_do_not_fit_are_refused() -> None:
    message = post()
    message.headers["Signature"] = message.headers["Signature"].replace("sig1", "sig2")
    assert "name different labels" in await refused(message)


async def test_one_of_several_signatures_is_chosen_by_its_tag() -> None:
    message, own = post(tag="jjm-batch"), Demand(tag="jjm-batch")
    proxy = sign(message, EC, "ec", NOW, label="proxy", tag="proxy")
    for name in ("Signature-Input", "Signature"):
        message.headers.lines.append((name, proxy[name]))
    assert (await verify(message, own, keys, NOW, body=BODY)).key_id == "ed"
    assert "none has the tag `other`" in await refused(message, Demand(tag="other"))
    assert "there are several" in await refused(message)


async def test_a_message_without_a_signature_is_told_what_is_asked_for() -> None:
    demand = Demand(tag="jjm-batch")
    said = await refused(HttpRequest("GET", "https://node.example/x"), demand)
    assert "`signature-input`" in said
    assert demand.accept() == ('sig1=("@method" "@authority" "@path" "@query");created;keyid;nonce;tag="jjm-batch"')


@pytest.mark.parametrize(
    "value", ["sig1", "sig1=1", 'sig1=("@method"', "\xff", 'sig1=("@nonsense");created=1;keyid="ed"']
)
async def test_what_cannot_be_read_is_refused(value: str) -> None:
    lines = [("Signature-Input", value), ("Signature", "sig1=:AAAA:")]
    await refused(HttpRequest("GET", "https://node.example/x", Fields(lines)), body=b"")


async def test_an_instant_that_is_none_is_refused() -> None:
    for name, value in (("created", '"now"'), ("created", "1.5"), ("expires", "999999999999999"), ("created", "?1")):
        message = post()
        described = message.headers["Signature-Input"]
        message.headers["Signature-Input"] = re.sub(rf";{name}=\d+", f";{name}={value}", described)
        assert f"`{name}` is not an instant" in await refused(message)
    message = post()
    message.headers["Signature-Input"] = re.sub(r";created=\d+", "", message.headers["Signature-Input"])
    assert "does not say when it was `created`" in await refused(message)


async def test_an_asgi_request_is_checked_as_it_was_called() -> None:
    message = post()
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "https",
        "path": "/api/v1/batches/night-7",
        "raw_path": b"/api/v1/batches/night-7",
        "query_string": b"types=schemes",
        "headers": [(b"host", b"node.example"), *((n.lower().encode(), v.encode()) for n, v in message.headers.lines)],
    }
    await verify(HttpRequest.of_scope(scope), Demand(), keys, NOW, body=BODY)
    assert await refused(HttpRequest.of_scope(scope | {"headers": []}), body=b"")
    scope["headers"] = [(n, v) for n, v in scope["headers"] if n != b"host"]
    assert "Invalid URL" in await refused(HttpRequest.of_scope(scope))
