"""Consents: no more is covered than one says, none widens when renewed, and none is asked for without need."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from consents_kit import CONSENT, KNOWN, NOW, consents, instants
from hypothesis import given
from hypothesis import strategies as st

from jjm.access import Actor
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
from jjm.access.model import Kind, Terms
from jjm.access.purposes import for_purpose
from jjm.kit import Problem

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


@pytest.mark.parametrize("kind", ["nobody", "token", "node"])
def test_consent_is_given_to_participants_and_people_alone(kind: Kind) -> None:
    with pytest.raises(Problem) as refused:
        for_purpose(Actor("somebody", kind=kind), "agreed_service", KNOWN)
    assert (refused.value.code, refused.value.status) == ("consent-needed", 403)
    with pytest.raises(Problem) as refused:
        agreements.check_purpose("agreed_service", KNOWN)
    assert refused.value.code == "bad-agreement"


@pytest.mark.parametrize("kind", ["application", "person"])
def test_who_reads_under_consents_reads_under_no_agreement(kind: Kind) -> None:
    terms = Terms("AGR-1", "water_supply", None, {"household": frozenset({"phone"})})
    found = for_purpose(Actor("somebody", kind=kind, terms=(terms,)), "agreed_service", KNOWN)
    assert (found.purpose, found.terms) == ("agreed_service", ())
