"""Leaves: byte for byte what any RFC 8785 library writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from jjm.ledger.leaf import bundle, instant, leaf_hashes, leaves, unbundle
from jjm.ledger.model import Batch

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
instants = st.datetimes(
    datetime(1900, 1, 1),
    datetime(2200, 1, 1),
    timezones=st.integers(-720, 840).map(lambda m: timezone(timedelta(minutes=m))),
)
slots = st.lists(
    st.tuples(
        texts,
        st.integers(1, 2**31 - 1),
        st.sampled_from(["create", "change", "retire", 'od"d']),
        st.binary(min_size=32, max_size=32),
    ),
    min_size=1,
    max_size=8,
)


@given(texts, texts, texts, instants, slots)
def test_leaves_are_canonical_json(
    actor: str, node: str, type: str, at: datetime, made: list[tuple[str, int, str, bytes]]
) -> None:
    subjects, versions, changes, digests = map(list, zip(*made, strict=True))
    batch = Batch(
        type=type, at=at, actor=actor, node=node, subjects=subjects, versions=versions, changes=changes, digests=digests
    )
    expected = [
        rfc8785.dumps(
            {
                "actor": actor,
                "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "change": change,
                "digest": digest.hex(),
                "node": node,
                "subject": subject,
                "type": type,
                "version": version,
            }
        )
        for subject, version, change, digest in made
    ]
    assert leaves(batch) == expected
    assert leaf_hashes(batch) == b"".join(sha256(b"\0" + leaf).digest() for leaf in expected)


def test_a_leaf_in_full() -> None:
    at = datetime(2026, 11, 23, 12, 0, 0, 5, timezone(timedelta(hours=5, minutes=30)))
    batch = Batch(
        type="village",
        at=at,
        actor="lgd",
        node="jjm.odisha.example",
        subjects=["VIL-399515"],
        versions=[2],
        changes=["change"],
        digests=[bytes(range(32))],
    )
    assert leaves(batch) == [
        b'{"actor":"lgd","at":"2026-11-23T06:30:00.000005Z","change":"change",'
        b'"digest":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
        b'"node":"jjm.odisha.example","subject":"VIL-399515","type":"village","version":2}'
    ]


def test_instants_are_utc_with_microseconds() -> None:
    assert instant(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000000Z"


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_go_there_and_back(entries: list[bytes]) -> None:
    assert unbundle(bundle(entries)) == entries


def test_a_cut_bundle_is_refused() -> None:
    whole = bundle([b"one", b"two"])
    assert whole == b"\x00\x03one\x00\x03two"
    for end in range(1, len(whole)):
        if end != 5:
            with pytest.raises(ValueError, match="ends within"):
                unbundle(whole[:end])
