"""A consent, and any other that the profile takes."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from jjm.access import Basis
from jjm.access.consents.model import Consent, Frequency, Mode, Status

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
