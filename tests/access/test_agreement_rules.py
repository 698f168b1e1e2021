"""What agreements open, by their documents alone: nothing beyond what is written, and a wider one is told so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from jjm.access import Actor, view_of
from jjm.access.agreements.model import LONGEST
from jjm.access.agreements.rules import check_life, state_of, terms_of, widens
from jjm.kit import Problem

CATALOGUE = shipped()
HOUSEHOLD = CATALOGUE.types["household"]
NAMES = sorted(f.name for f in HOUSEHOLD.fields)
AREAS = ["state/18", "state/21", "district/345"]
NOW = datetime(2026, 11, 29, tzinfo=UTC)

documents = st.builds(
    lambda fields, areas, purpose: {
        "scope": {"types": ["household"], "areas": areas, "fields": {"household": fields}},
        "purpose": {"code": purpose, "text": ""},
        "signedPushes": False,
        "frequency": None,
        "from": NOW.isoformat(),
    },
    st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
    st.none() | st.lists(st.sampled_from(AREAS), min_size=1, unique=True),
    st.sampled_from(["water_supply", "water_quality"]),
)


@given(documents)
def test_nothing_is_seen_beyond_what_is_written(document: dict[str, Any]) -> None:
    terms = terms_of("AGR-1", document)
    view = view_of(Actor("APP-1", kind="application", id="APP-1", participant="PAR-1", terms=(terms,)), HOUSEHOLD)
    assert view.hidden.isdisjoint(document["scope"]["fields"]["household"])
    assert view.hidden | set(document["scope"]["fields"]["household"]) >= {*NAMES, "ext", "external_ids"}
    assert view.within == (None if document["scope"]["areas"] is None else set(document["scope"]["areas"]))
    assert view.agreement == "AGR-1"


@given(documents, documents)
def test_two_agreements_at_once_open_nothing_until_one_is_named(one: dict[str, Any], other: dict[str, Any]) -> None:
    terms = (terms_of("AGR-1", one), terms_of("AGR-2", other))
    try:
        view_of(Actor("APP-1", kind="application", id="APP-1", participant="PAR-1", terms=terms), HOUSEHOLD)
    except Problem as problem:
        assert problem.status == 403
    else:
        raise AssertionError("something was seen")


@given(documents, documents)
def test_one_that_is_not_wider_opens_nothing_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    before, after = terms_of("AGR-1", old), terms_of("AGR-2", new)
    assert not widens(before, before)
    if not widens(after, before):
        assert after.fields["household"] <= before.fields["household"]
        assert before.areas is None or (after.areas is not None and after.areas <= before.areas)
        assert after.purpose == before.purpose


minutes = st.integers(-5_000_000, 5_000_000).map(lambda m: NOW + timedelta(minutes=m))


@given(starts=minutes, ends=minutes, agreed=st.booleans(), revoked=st.none() | minutes, signed=st.integers(0, 2))
def test_in_force_means_signed_by_both_begun_not_ended_and_not_revoked(
    starts: datetime, ends: datetime, agreed: bool, revoked: datetime | None, signed: int
) -> None:
    row = {"starts_at": starts, "ends_at": ends, "agreed_at": NOW if agreed else None, "revoked_at": revoked}
    in_force = agreed and starts <= NOW < ends and (revoked is None or revoked > NOW)
    assert (state_of(row, signed, NOW) == "in_force") == in_force
    try:
        check_life(starts, ends, NOW)
    except Problem:
        return
    assert NOW < ends <= max(starts, NOW) + LONGEST
    assert starts < ends
