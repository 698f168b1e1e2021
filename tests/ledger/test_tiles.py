"""Tiles: whatever the pieces in which the tree grew, they are those of C2SP tlog-tiles over all its leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger.test_tree import naive_root

from jjm.ledger.tiles import (
    TileId,
    TilePath,
    extend,
    frontier,
    parse_tile_path,
    range_hash,
    root_of,
    tile_path,
    tiles_between,
    tiles_of,
)
from jjm.ledger.tree import consistency_path, inclusion_path, leaf_hash

LEAVES = [leaf_hash(b"%d" % i) for i in range(1_500)]


def grown(steps: list[int]) -> dict[TileId, bytes]:
    tiles: dict[TileId, bytes] = {}
    size = 0
    for step in steps:
        edge = {tile: tiles[tile] for tile in frontier(size)}
        changed = extend(edge, size, b"".join(LEAVES[size : size + step]))
        assert set(changed) == set(tiles_between(size, size + step))
        tiles |= changed
        size += step
    return tiles


def naive_tiles(size: int) -> dict[TileId, bytes]:
    """The tiles as the specification defines them: MTH of 256^level leaves each."""
    tiles: dict[TileId, bytes] = {}
    for level in (0, 1):
        span = 256**level
        row = [naive_root(LEAVES[i : i + span]) for i in range(0, size - span + 1, span)]
        for index in range(0, len(row), 256):
            tiles[TileId(level, index // 256)] = b"".join(row[index : index + 256])
    return tiles


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 1_024, 1_500])
def test_tiles_are_as_specified(size: int) -> None:
    assert grown([size]) == naive_tiles(size)


@given(st.lists(st.one_of(st.integers(0, 20), st.integers(0, 400)), max_size=6))
def test_any_split_gives_the_same_tiles_and_root(steps: list[int]) -> None:
    size = sum(steps) if sum(steps) <= len(LEAVES) else 0
    tiles = grown(steps if size else [])
    assert tiles == (grown([size]) if size else {})
    edge = {tile: tiles[tile] for tile in frontier(size)}
    assert root_of(edge, size) == naive_root(LEAVES[:size])


@given(size=st.integers(1, 1_500), data=st.data())
def test_proofs_come_from_few_tiles(size: int, data: st.DataObject) -> None:
    tiles = grown([size])
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    for path in (inclusion_path(index, size), consistency_path(old, size), [(0, old)]):
        needed = {tile: tiles[tile] for tile in tiles_of(path)}
        assert len(needed) <= 4
        assert [range_hash(needed, leaves) for leaves in path] == [naive_root(LEAVES[a:b]) for a, b in path]


def test_a_missing_tile_is_no_silent_zero() -> None:
    tiles = grown([700])
    with pytest.raises(ValueError, match="tile 0/2"):
        root_of({**tiles, TileId(0, 2): b""}, 700)


def test_the_example_of_the_specification() -> None:
    # 70,000 entries: 273 full tiles and a partial one; above them a full and a partial one; on top one of width 1.
    tiles = tiles_between(0, 70_000)
    assert [sum(1 for tile in tiles if tile.level == level) for level in range(4)] == [274, 2, 1, 0]
    assert frontier(70_000) == [TileId(0, 273), TileId(1, 1), TileId(2, 0)]


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", TilePath(0, 0, 256)),
        ("0/x001/x234/067", TilePath(0, 1_234_067, 256)),
        ("3/999.p/1", TilePath(3, 999, 1)),
        ("63/x001/000.p/255", TilePath(63, 1_000, 255)),
        ("entries/x273/012.p/112", TilePath(None, 273_012, 112)),
    ],
)
def test_addresses(path: str, tile: TilePath) -> None:
    assert parse_tile_path(path) == tile
    assert tile_path(tile) == f"tile/{path}"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/0",
        "0/1234",
        "00/000",
        "64/000",
        "-1/000",
        "0/x000/067",
        "0/001/067",
        "0/x001/x067",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/000/",
        "0/٠٠٠",
        "data/000",
        "0/" + "x999/" * 9 + "000",
        "../000",
    ],
)
def test_other_addresses_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"tile|level"):
        parse_tile_path(path)


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**15 - 1), st.integers(1, 256))
def test_addresses_go_there_and_back(level: int | None, index: int, width: int) -> None:
    tile = TilePath(level, index, width)
    assert parse_tile_path(tile_path(tile).removeprefix("tile/")) == tile
