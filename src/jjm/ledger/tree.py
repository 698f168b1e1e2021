"""The Merkle tree of RFC 6962: what is hashed with what, which hashes make a proof, and whether a proof holds."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

HASH = 32
EMPTY_ROOT = sha256(b"").digest()

Range = tuple[int, int]
"""Leaves `start` up to, not including, `end`."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


def pair_up(row: bytes) -> bytes:
    """The next row of the tree: each two neighbours of an even number of hashes made one."""
    return b"".join([sha256(b"\x01" + row[i : i + 64]).digest() for i in range(0, len(row), 64)])


def perfect_root(row: bytes) -> bytes:
    """The root over a row of hashes whose number is a power of two."""
    while len(row) > HASH:
        row = pair_up(row)
    return row


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root of a tree from the roots of its perfect subtrees, largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def peaks_of(leaves: Range) -> list[tuple[int, int]]:
    """The perfect subtrees (height, index within that height) which cover a subtree of RFC 6962, largest first."""
    start, end = leaves
    peaks: list[tuple[int, int]] = []
    while start < end:
        height = (end - start).bit_length() - 1
        peaks.append((height, start >> height))
        start += 1 << height
    return peaks


def inclusion_path(index: int, size: int) -> list[Range]:
    """The subtrees whose hashes prove leaf `index` of `size`, from the leaf's neighbour up (RFC 6962, 2.1.1)."""
    start, end, path = 0, size, list[Range]()
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int) -> list[Range]:
    """The subtrees whose hashes prove that `old` leaves begin the tree of `new` leaves (RFC 6962, 2.1.2)."""
    start, end, path = 0, new, list[Range]()
    while end != old:
        middle = start + _left(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start > 0:
        path.append((start, end))
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, hashes: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` in the tree of that size and root. An empty tree includes nothing."""
    if not 0 <= index < size or not _all_hashes(leaf, root, *hashes):
        return False
    path = inclusion_path(index, size)
    if len(path) != len(hashes):
        return False
    reached = leaf
    for (start, _), neighbour in zip(path, hashes, strict=True):
        reached = node_hash(neighbour, reached) if start < index else node_hash(reached, neighbour)
    return reached == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, hashes: Sequence[bytes]) -> bool:
    """Whether the tree of `old` leaves is the beginning of that of `new`. From an empty tree nothing is shown."""
    if not 0 < old <= new or not _all_hashes(old_root, new_root, *hashes):
        return False
    path = consistency_path(old, new)
    if len(path) != len(hashes):
        return False
    # A tree of 2^k leaves is a subtree of the larger one, so its root is not repeated in the proof.
    known = 1 if path and path[0][1] == old else 0
    seed = hashes[0] if known else old_root
    was, now = seed, seed
    for (start, _), neighbour in zip(path[known:], hashes[known:], strict=True):
        if start < old:
            was, now = node_hash(neighbour, was), node_hash(neighbour, now)
        else:
            now = node_hash(now, neighbour)
    return was == old_root and now == new_root


def _left(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _all_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH for value in values)
