"""Proofs of the Merkle tree, held against published roots, a naive tree of RFC 6962 and the verifiers of RFC 9162."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.ledger.tree import (
    EMPTY_ROOT,
    Range,
    consistency_path,
    inclusion_path,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots with which Certificate Transparency logs have been tested since 2013.
PUBLISHED_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

LEAVES = [leaf_hash(b"entry %d" % i) for i in range(40)]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def proof(path: Sequence[Range]) -> list[bytes]:
    return [naive_root(LEAVES[start:end]) for start, end in path]


def rfc9162_inclusion(index: int, size: int, leaf: bytes, hashes: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2, step by step."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in hashes:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\x01" + p + r).digest()
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def rfc9162_consistency(first: int, second: int, old_root: bytes, new_root: bytes, hashes: Sequence[bytes]) -> bool:
    """RFC 9162, section 2.1.4.2, step by step."""
    if first == second:
        return not hashes and old_root == new_root
    path = [old_root, *hashes] if first & (first - 1) == 0 else list(hashes)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha256(b"\x01" + c + fr).digest(), sha256(b"\x01" + c + sr).digest()
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha256(b"\x01" + sr + c).digest()
        fn, sn = fn >> 1, sn >> 1
    return fr == old_root and sr == new_root and sn == 0


INCLUSIONS = [
    (index, size) for size in (*range(1, 14), 31, 32, 33) for index in range(size) if size < 14 or index % 4 == 3
]
CONSISTENCIES = [
    (old, new) for new in (*range(1, 14), 31, 32, 33) for old in range(1, new + 1) if new < 14 or old % 4 == 3
]


def altered(hashes: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Proofs that differ from this one: shorter, longer, an empty or a flipped hash, another order."""
    good = list(hashes)
    yield [*good, LEAVES[-1]]
    yield [LEAVES[-1], *good]
    yield [*good, b""]
    if good:
        yield good[:-1]
        yield good[1:]
        yield [bytes([good[0][0] ^ 1]) + good[0][1:], *good[1:]]
        yield [*good[:-1], good[-1][:-1]]
    if len(good) > 1:
        yield good[::-1]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    leaves = [leaf_hash(leaf) for leaf in PUBLISHED_LEAVES[:size]]
    assert naive_root(leaves).hex() == PUBLISHED_ROOTS[size]


def test_the_empty_tree_has_the_published_root() -> None:
    assert EMPTY_ROOT.hex() == PUBLISHED_ROOTS[0]


def test_at_least_as_many_cases_as_the_reference_vectors() -> None:
    assert len(INCLUSIONS) >= 98
    assert len(CONSISTENCIES) >= 98
    assert sum(1 for i, s in INCLUSIONS for _ in altered(proof(inclusion_path(i, s)))) >= 92
    assert sum(1 for o, n in CONSISTENCIES for _ in altered(proof(consistency_path(o, n)))) >= 92


@pytest.mark.parametrize(("index", "size"), INCLUSIONS)
def test_inclusion_is_proven_and_only_as_it_is(index: int, size: int) -> None:
    root, good = naive_root(LEAVES[:size]), proof(inclusion_path(index, size))
    assert rfc9162_inclusion(index, size, LEAVES[index], good, root)
    assert verify_inclusion(index, size, LEAVES[index], good, root)
    for bad in altered(good):
        assert not verify_inclusion(index, size, LEAVES[index], bad, root)
    for leaf in (b"", LEAVES[-1], root if size > 1 else LEAVES[-2]):
        assert not verify_inclusion(index, size, leaf, good, root)
    for other in (b"", EMPTY_ROOT, LEAVES[-1], root[:-1]):
        assert not verify_inclusion(index, size, LEAVES[index], good, other)
    for i, s in ((-1, size), (index, 0), (index, -1), (size, size), (index + size, size), (index, index)):
        assert not verify_inclusion(i, s, LEAVES[index], good, root)


@pytest.mark.parametrize(("old", "new"), CONSISTENCIES)
def test_consistency_is_proven_and_only_as_it_is(old: int, new: int) -> None:
    was, now, good = naive_root(LEAVES[:old]), naive_root(LEAVES[:new]), proof(consistency_path(old, new))
    assert rfc9162_consistency(old, new, was, now, good)
    assert verify_consistency(old, new, was, now, good)
    for bad in altered(good):
        assert not verify_consistency(old, new, was, now, bad)
    for root in (b"", EMPTY_ROOT, LEAVES[-1]):
        assert not verify_consistency(old, new, root, now, good)
        assert not verify_consistency(old, new, was, root, good)
    assert old == new or not verify_consistency(old, new, now, was, good)
    for o, n in ((0, new), (-1, new), (new + 1, new), (old, 0), (old, old - 1)):
        assert not verify_consistency(o, n, was, now, good)


def test_an_empty_tree_proves_nothing() -> None:
    assert not verify_inclusion(0, 0, LEAVES[0], [], EMPTY_ROOT)
    assert not verify_inclusion(0, 0, b"", [], b"")
    assert not verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(0, 1, EMPTY_ROOT, LEAVES[0], [])
    assert not verify_consistency(0, 1, b"", b"", [])


sizes = st.integers(1, 40)


@given(size=sizes, data=st.data())
def test_proofs_say_what_the_rfc_verifiers_say(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = data.draw(st.one_of(st.just(proof(inclusion_path(index, size))), st.lists(st.sampled_from(LEAVES))))
    root = naive_root(LEAVES[:size])
    claimed = data.draw(st.integers(0, 45))
    for i, s in ((index, size), (claimed, size), (index, claimed)):
        assert verify_inclusion(i, s, LEAVES[index], hashes, root) == (
            rfc9162_inclusion(i, s, LEAVES[index], hashes, root)
        )


@given(new=sizes, data=st.data())
def test_consistency_says_what_the_rfc_verifiers_say(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    hashes = data.draw(st.one_of(st.just(proof(consistency_path(old, new))), st.lists(st.sampled_from(LEAVES))))
    was, now = naive_root(LEAVES[:old]), naive_root(LEAVES[:new])
    claimed = data.draw(st.integers(1, 45))
    for o, n in ((old, new), (claimed, new), (old, claimed)):
        expected = o <= n and rfc9162_consistency(o, n, was, now, hashes)
        assert verify_consistency(o, n, was, now, hashes) == expected


def flip(values: Sequence[bytes], bit: int) -> list[bytes]:
    """The same bytes with one bit turned over."""
    joined = bytearray(b"".join(values))
    joined[bit // 8] ^= 1 << bit % 8
    return [bytes(joined[i : i + 32]) for i in range(0, len(joined), 32)]


@given(size=sizes, data=st.data())
def test_any_flipped_bit_breaks_a_proof(size: int, data: st.DataObject) -> None:
    def breaks(holds: Callable[[list[bytes]], bool], values: list[bytes]) -> bool:
        bit = data.draw(st.integers(0, len(values) * 256 - 1))
        return holds(values) and not holds(flip(values, bit))

    index = data.draw(st.integers(0, size - 1))
    included = [LEAVES[index], naive_root(LEAVES[:size]), *proof(inclusion_path(index, size))]
    assert breaks(lambda v: verify_inclusion(index, size, v[0], v[2:], v[1]), included)
    old = data.draw(st.integers(1, size))
    consistent = [naive_root(LEAVES[:old]), naive_root(LEAVES[:size]), *proof(consistency_path(old, size))]
    assert breaks(lambda v: verify_consistency(old, size, v[0], v[1], v[2:]), consistent)
