"""Consent artefacts: the same consent comes back from every shape, and no half understood or forged one is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from consents_kit import CONSENT, SHAPES, consents
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from joserfc import jws

from jjm.access import NodeKey
from jjm.access.consents.model import Consent, Status
from jjm.access.consents.shapes import read, shapes, write
from jjm.access.consents.signatures import check, sign
from jjm.kit import Problem


def test_the_shapes_are_found() -> None:
    assert sorted(shapes()) == SHAPES


@pytest.mark.parametrize("shape", SHAPES)
@given(consents())
def test_a_consent_comes_back_as_it_was_from_every_shape(shape: str, consent: Consent) -> None:
    content = write(consent, shape)
    assert read(content, shape) == consent
    assert write(read(content, shape), shape) == content


def test_what_a_shape_has_words_for_is_said_in_them() -> None:
    detail = orjson.loads(write(CONSENT, "aa"))["ConsentDetail"]
    assert detail["consentStart"] == "2026-11-29T06:00:00Z" and detail["fiTypes"] == ["household", "test"]
    assert detail["DataLife"] == {"unit": "DAY", "value": 120} and detail["Frequency"] == {"unit": "DAY", "value": 2}
    health = orjson.loads(write(CONSENT, "abdm"))
    assert health["status"] == "GRANTED" and health["consentDetail"]["permission"]["accessMode"] == "VIEW"
    assert b'<ns0:Def id="CON-7KQ2" expiry="2027-02-27T06:00:00Z" revocable="true"' in write(CONSENT, "meity")


@pytest.mark.parametrize(
    ("shape", "status"), [("aa", Status.REQUESTED), ("aa", Status.DENIED), ("abdm", Status.PAUSED)]
)
def test_a_status_without_a_word_is_not_taken_for_a_grant(shape: str, status: Status) -> None:
    document = orjson.loads(write(replace(CONSENT, status=status), shape))
    assert "status" not in document


def altered(shape: str, *places: Any, value: Any) -> bytes:
    """An artefact in JSON with one thing in it changed."""
    document = orjson.loads(write(CONSENT, shape))
    here = document
    for place in places[:-1]:
        here = here[place]
    here[places[-1]] = value
    return orjson.dumps(document)


@pytest.mark.parametrize(
    "content",
    [
        altered("aa", "ConsentDetail", "consentMode", value="STREAM"),
        altered("aa", "ConsentDetail", "fetchType", value="ONETIME"),
        altered("aa", "ConsentDetail", "DataFilter", value=None),
        altered("aa", "ConsentDetail", "DataLife", "value", value=7),
        altered("aa", "ConsentDetail", "Customer", "id", value="9876543210"),
        altered("aa", "ConsentDetail", "Customer", "id", value=[]),
        altered("aa", "ConsentDetail", "consentStart", value=0),
        altered("aa", "ConsentDetail", "consentExpiry", value="2026-11-29T06:00:00Z"),
        altered("aa", "ConsentDetail", value="none"),
        write(CONSENT, "aa").replace(b'"Accounts":[]', b'"Accounts":' + b"[" * 900 + b"]" * 900),
        b"[]",
        b"\xff",
        b" " * 70_000,
    ],
)  # fmt: skip
def test_an_artefact_that_says_more_or_other_is_refused(content: bytes) -> None:
    with pytest.raises(Problem) as refused:
        read(content, "aa")
    assert (refused.value.code, refused.value.status) == ("bad-consent", 400) and refused.value.faults[0].remedy


def test_an_instant_may_be_written_in_another_zone() -> None:
    assert read(altered("aa", "ConsentDetail", "consentStart", value="2026-11-29T11:30:00.000+0530"), "aa") == CONSENT


BOMB = '<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Consent>&b;</Consent>'
OUTSIDE = '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><Consent>&x;</Consent>'


@pytest.mark.parametrize(
    "content",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        OUTSIDE.encode(),
        b"<Consent>&b;</Consent>",
        b"<a>" * 5000 + b"</a>" * 5000,
        write(CONSENT, "meity").replace(b'repeats="0"', b'repeats="9"'),
        write(CONSENT, "meity").replace(b"</ns0:Data-Items>", b"</ns0:Data-Items><ns0:Other/>"),
        write(CONSENT, "meity").replace(b"</ns0:Data-Items>", b"</ns0:Data-Items>and more"),
        write(CONSENT, "meity").replace(b"within=state", b"within=country%2F1&amp;within=state", 1),
    ],
)
def test_xml_that_declares_or_says_more_is_refused(content: bytes) -> None:
    with pytest.raises(Problem) as refused:
        read(content, "meity")
    assert refused.value.code == "bad-consent"


def test_xml_may_be_indented_and_name_its_spaces_as_it_likes() -> None:
    content = write(CONSENT, "meity").replace(b"ns0:", b"m:").replace(b":ns0=", b":m=").replace(b"><", b">\n  <")
    assert read(content, "meity") == CONSENT


@pytest.mark.parametrize("shape", SHAPES)
def test_a_signature_holds_for_these_bytes_and_this_key_alone(shape: str) -> None:
    key, other = NodeKey(Ed25519PrivateKey.generate()), NodeKey(Ed25519PrivateKey.generate())
    content = write(CONSENT, shape)
    signature = sign(content, key)
    assert signature.count(".") == 2 and ".." in signature, "the artefact itself is not in it"
    check(content, signature, key.public())
    head, _, tail = signature.partition("..")
    flipped = f"{head}..{'B' if tail[0] == 'A' else 'A'}{tail[1:]}"
    whole = jws.serialize_compact({"alg": "Ed25519"}, content, key.jwk, algorithms=["Ed25519"])
    wrong = [(content + b" ", signature), (content, flipped), (content, whole), (content, ""), (content, "..")]
    for said, by in [
        *wrong,
        (content, sign(content, other)),
        (write(replace(CONSENT, areas=("state/9",)), shape), signature),
    ]:
        with pytest.raises(Problem) as refused:
            check(said, by, key.public())
        assert (refused.value.code, refused.value.status) == ("signature-refused", 401)
