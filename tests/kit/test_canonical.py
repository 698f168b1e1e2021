"""Canonical JSON: byte for byte what a library of RFC 8785 writes, whatever the numbers are."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from jjm.kit import canonical, canonical_each, digest

numbers = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**70), 2**70).map(float),
    st.sampled_from([0.0, -0.0, 12.0, 0.5, 1e15, 9007199254740992.0, 1e16, 1e21, 1e-5, 1e-7, 0.001]),
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.sampled_from(["1.0", "3e8", ".0,", "[2.0]"])
)
keys = st.text(st.characters(codec="ascii"), max_size=5)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=12,
)


def by_the_book(value: Any) -> bytes:
    """What the library writes of a value as it travels."""
    return rfc8785.dumps(orjson.loads(orjson.dumps(value)))


@given(values)
def test_a_value_is_written_as_rfc_8785_says(value: Any) -> None:
    assert canonical(value) == by_the_book(value)
    assert digest(value, b"salt") == sha256(b"salt" + by_the_book(value)).digest()


@given(st.lists(st.dictionaries(keys, values, max_size=5), max_size=6))
def test_many_values_are_written_as_each_by_itself(records: list[dict[str, Any]]) -> None:
    assert canonical_each(records) == list(map(by_the_book, records))


def test_a_value_is_left_as_it_was() -> None:
    held = {"interval": 15.0, "inside": [{"depth": 3.0}]}
    assert canonical(held) == b'{"inside":[{"depth":3}],"interval":15}'
    assert str(held) == "{'interval': 15.0, 'inside': [{'depth': 3.0}]}"
