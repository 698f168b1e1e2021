"""Whose version a copy may be, where the identifier does not tell: nobody takes another's by naming their own State."""

from __future__ import annotations

import pytest
from shipped import shipped

from jjm.federation.following.rules import may_make
from jjm.federation.network.model import Member
from jjm.registry import Known

ODISHA = Member("IN-OD", "state", states=frozenset({"21"}))
CENTRE = "IN-CENTRE"


@pytest.mark.parametrize(
    ("state", "known", "may"),
    [
        ("21", None, True),
        ("22", None, False),
        (None, None, True),
        ("21", Known("IN-OD", "21"), True),
        ("21", Known(CENTRE, "21"), True),  # hosted before
        ("21", Known("IN-CT", "22"), False),  # another State's, said to have moved here
        ("22", Known("IN-OD", "21"), False),  # given away
        (None, Known("IN-CT", None), False),
        (None, Known("IN-CT", "22"), False),
        ("21", Known("IN-CT", None), False),
        ("21", Known("IN-OD", None), True),
    ],
)
def test_an_organisation_stays_where_it_is(state: str | None, known: Known | None, may: bool) -> None:
    organisation = shipped().types["organisation"]
    assert may_make(ODISHA, organisation, state, known) is may
