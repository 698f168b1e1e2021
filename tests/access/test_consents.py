"""Consent artefacts: the same consent comes back from every shape, no more is covered than it says, none is forged."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws

from jjm.access import Actor, Basis, NodeKey
from jjm.access.agreements import rules as agreements
from jjm.access.consents.model import Consent, Frequency, Mode, Status
from jjm.access.consents.rules import (
    check_purpose,
    covers,
    decided,
    is_too_often,
    renewed,
    status_at,
    wider_in,
)
from jjm.access.consents.shapes import read, shapes, write
from jjm.access.consents.signatures import check, sign
from jjm.access.model import Kind
from jjm.access.purposes import for_purpose
from jjm.kit import Problem

NOW = datetime(2026, 11, 29, 6, tzinfo=UTC)
SHAPES = ["aa", "abdm", "jjm", "meity"]
AREAS = ["state/21", "district/345", "village/9"]
KNOWN = {"agreed_service": Basis.CONSENT, "water_supply": Basis.BENEFIT}
CONSENT = Consent(
    id="CON-7KQ2",
    person="PSN-35JC2YTSEE8G",
    provider="node",
    consumer="PAR-35JC2YTSEE8GP262-0",
    purpose="agreed_service",
    data={"household": ("village", "members"), "test": ("result",)},
    areas=("state/21", "district/345"),
    data_from=NOW - timedelta(days=365),
    data_until=NOW + timedelta(days=365),
    made=NOW - timedelta(hours=1),
    starts=NOW,
    until=NOW + timedelta(days=90),
    keep_until=NOW + timedelta(days=120, hours=5),
    frequency=Frequency("DAY", 2),
    mode=Mode.VIEW,
    notice="0f" * 32,
    revocable=True,
    use_logged_to="https://consumer.example/log?of=use",
    access_logged_to="mailto:log@provider.example",
    revoke_to="https://consumer.example/revoked",
    status=Status.GRANTED,
)

words = st.sampled_from(["household", "village", "members", "test", "result", "phone", "a_b"])
instants = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
names = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)
spans = st.tuples(instants, instants).filter(lambda pair: pair[0] < pair[1])
targets = st.text(string.ascii_letters + "/?@%=+-._~:", min_size=1, max_size=30).map("https:{}".format)


@st.composite
def consents(draw: st.DrawFn) -> Consent:
    """Any consent that the profile takes."""
    (starts, until), (data_from, data_until) = draw(spans), draw(spans)
    fields = st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)
    return replace(
        CONSENT,
        id=draw(names),
        consumer=draw(names),
        provider=draw(names),
        data=draw(st.dictionaries(words, fields, min_size=1, max_size=3)),
        areas=tuple(
            draw(st.lists(st.sampled_from(["state/21", "district/345", "village/9"]), min_size=1, unique=True))
        ),
        starts=starts,
        until=until,
        data_from=data_from,
        data_until=data_until,
        made=draw(instants),
        keep_until=starts + draw(st.timedeltas(timedelta(), timedelta(days=9000))),
        frequency=Frequency(draw(st.sampled_from(["DAY", "MONTH", "YEAR"])), draw(st.integers(1, 1000))),
        mode=draw(st.sampled_from(Mode)),
        revocable=draw(st.booleans()),
        use_logged_to=draw(targets),
        access_logged_to=draw(targets),
        revoke_to=draw(targets),
        status=draw(st.sampled_from(Status)),
    )


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


ASKED: dict[str, Any] = {
    "type": "household",
    "fields": ["village"],
    "areas": ["village/9", "state/21"],
    "purpose": "agreed_service",
    "now": NOW,
}


@pytest.mark.parametrize(
    "other",
    [
        {"type": "scheme"},
        {"fields": ["village", "phone"]},
        {"fields": []},
        {"areas": ["state/22"]},
        {"purpose": "water_supply"},
        {"now": NOW - timedelta(seconds=1)},
        {"now": CONSENT.until},
        {"told_of": CONSENT.data_until},
    ],
)
def test_a_reading_beyond_the_consent_is_not_covered(other: dict[str, Any]) -> None:
    assert covers(CONSENT, **ASKED)
    assert not covers(CONSENT, **(ASKED | other))


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.GRANTED])
def test_only_a_granted_consent_covers_anything(status: Status) -> None:
    assert not covers(replace(CONSENT, status=status), **ASKED)


def test_a_consent_is_granted_paused_resumed_and_revoked_for_good() -> None:
    consent = replace(CONSENT, status=Status.REQUESTED)
    for act, status in [("grant", "GRANTED"), ("pause", "PAUSED"), ("resume", "GRANTED"), ("revoke", "REVOKED")]:
        consent = decided(consent, act, NOW)  # pyright: ignore[reportArgumentType]
        assert consent.status == status
    with pytest.raises(Problem) as refused:
        decided(consent, "grant", NOW)
    assert refused.value.code == "wrong-state"


@given(consents(), st.sampled_from(["grant", "deny", "pause", "resume", "revoke"]), instants)
def test_what_has_ended_stays_ended(consent: Consent, act: Any, now: datetime) -> None:
    ends = {Status.DENIED, Status.REVOKED, Status.EXPIRED}
    if status_at(consent, now) in ends or (act == "revoke" and not consent.revocable):
        with pytest.raises(Problem):
            decided(consent, act, now)


def test_readings_are_counted_by_period_from_the_beginning() -> None:
    hours = [NOW + timedelta(hours=hour) for hour in (1, 2)]
    assert is_too_often(CONSENT, hours, NOW + timedelta(hours=3))
    assert not is_too_often(CONSENT, hours, NOW + timedelta(hours=24)), "another day"
    assert not is_too_often(CONSENT, hours[:1], NOW + timedelta(hours=3))


PARTS = ["data", "areas", "until", "keep_until", "data_from", "data_until", "frequency", "mode", "revocable"]


@st.composite
def renewals(draw: st.DrawFn) -> tuple[Consent, Consent]:
    """A consent, and one to follow it: moved in time, a few parts of it drawn anew."""
    old, drawn = draw(consents()), draw(consents())
    by = draw(st.timedeltas(timedelta(), timedelta(days=3000)))
    moved = {name: getattr(old, name) + by for name in ("starts", "until", "keep_until", "data_until")}
    anew = {name: getattr(drawn, name) for name in draw(st.lists(st.sampled_from(PARTS), max_size=2))}
    try:
        return old, replace(old, **(moved | anew))
    except ValueError:
        return old, replace(old, **moved)


@given(renewals(), st.floats(-0.2, 1.2))
def test_a_renewal_never_covers_what_the_old_one_did_not(pair: tuple[Consent, Consent], at: float) -> None:
    old, new = pair
    if wider_in(new, old):
        with pytest.raises(Problem):
            renewed(old, new)
        return
    granted, before = replace(renewed(old, new), status=Status.GRANTED), replace(old, status=Status.GRANTED)
    now = new.starts + (new.until - new.starts) * at
    asked = [(type, [field], [area]) for type, fields in new.data.items() for field in fields for area in new.areas]
    for reading in asked:
        covered = covers(granted, *reading, "agreed_service", now)
        assert covered == (new.starts <= now < new.until)
        assert not covered or covers(before, *reading, "agreed_service", old.starts + (now - new.starts))


def test_a_renewal_moves_time_on_and_is_asked_for_anew() -> None:
    later = {
        name: getattr(CONSENT, name) + timedelta(days=90) for name in ("starts", "until", "keep_until", "data_until")
    }
    again = renewed(CONSENT, replace(CONSENT, id="CON-8", **later))
    assert (again.status, again.until) == (Status.REQUESTED, CONSENT.until + timedelta(days=90))
    wider: list[dict[str, Any]] = [
        {"data": {"household": ("phone",)}},
        {"data": {"scheme": ("name",)}},
        {"areas": ("state/22",)},
        {"until": CONSENT.until + timedelta(days=1)},
        {"keep_until": CONSENT.keep_until + timedelta(days=1)},
        {"data_from": CONSENT.data_from - timedelta(days=1)},
        {"mode": Mode.STORE},
        {"frequency": Frequency("DAY", 3)},
        {"consumer": "PAR-OTHER"},
        {"purpose": "water_supply"},
        {"revocable": False},
    ]
    for more in wider:
        with pytest.raises(Problem) as refused:
            renewed(CONSENT, replace(CONSENT, **more))
        assert refused.value.faults[0].pointer == f"/{next(iter(more))}"


def test_nobody_is_asked_to_consent_to_what_the_law_grounds() -> None:
    check_purpose(CONSENT, KNOWN)
    for purpose in ("water_supply", "unknown"):
        with pytest.raises(Problem) as refused:
            check_purpose(replace(CONSENT, purpose=purpose), KNOWN)
        assert refused.value.code == "bad-consent"


@pytest.mark.parametrize("kind", ["nobody", "token", "person", "application", "node"])
def test_a_purpose_that_rests_on_consent_opens_nothing_for_anybody(kind: Kind) -> None:
    with pytest.raises(Problem) as refused:
        for_purpose(Actor("somebody", kind=kind), "agreed_service", KNOWN)
    assert (refused.value.code, refused.value.status) == ("consent-needed", 403)
    with pytest.raises(Problem) as refused:
        agreements.check_purpose("agreed_service", KNOWN)
    assert refused.value.code == "bad-agreement"
