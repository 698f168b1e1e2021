"""Tiles: the tree cut into pieces of 256 hashes that anyone can copy and cache (C2SP tlog-tiles)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from jjm.ledger.tree import HASH, Range, fold, pair_up, peaks_of, perfect_root

WIDTH = 256
_HEIGHT = 8
_ROW = WIDTH * HASH


@dataclass(frozen=True, slots=True, order=True)
class TileId:
    """A tile: `level` 0 holds leaf hashes, each level above the roots of 256 times as many leaves."""

    level: int
    index: int


Tiles: TypeAlias = Mapping[TileId, bytes]
"""Tiles by place; each a row of 1 to 256 hashes. A partial tile is the beginning of the full one."""


@dataclass(frozen=True, slots=True)
class TilePath:
    """What a tile's address asks for; level None stands for the bundle of the entries themselves."""

    level: int | None
    index: int
    width: int


# Five groups of digits: 10^15 tiles, so that no position overflows the database's 8-byte integer.
_PATH = re.compile(r"(entries|0|[1-9]\d?)/((?:x\d{3}/){0,4}\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


def tile_path(tile: TilePath) -> str:
    """The address of a tile below the log's prefix, such as `tile/0/x001/x234/067.p/12`."""
    level = "entries" if tile.level is None else str(tile.level)
    digits = str(tile.index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    index = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
    return f"tile/{level}/{index}" + (f".p/{tile.width}" if tile.width < WIDTH else "")


def parse_tile_path(path: str) -> TilePath:
    """The tile that the part of an address after `tile/` names. Raises ValueError for any but the canonical form."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise ValueError(f"{path!r} is not <level>/<index>[.p/<width>]")
    level = None if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("/", "").replace("x", ""))
    tile = TilePath(level, index, int(match[3] or WIDTH))
    if (level or 0) > 63 or tile_path(tile) != f"tile/{path}":
        raise ValueError(f"{path!r} is not the canonical address of a tile")
    return tile


def frontier(size: int) -> list[TileId]:
    """The partial right-most tiles of a tree of that size, lowest level first."""
    found: list[TileId] = []
    level = 0
    while size:
        if size % WIDTH:
            found.append(TileId(level, size // WIDTH))
        level, size = level + 1, size // WIDTH
    return found


def tiles_between(old: int, new: int) -> list[TileId]:
    """The tiles that are new or wider once a tree of `old` leaves has grown to `new`, lowest level first."""
    found: list[TileId] = []
    level = 0
    while old < new:
        found += [TileId(level, index) for index in range(old // WIDTH, (new - 1) // WIDTH + 1)]
        level, old, new = level + 1, old // WIDTH, new // WIDTH
    return found


def extend(tiles: Tiles, size: int, leaf_hashes: bytes) -> dict[TileId, bytes]:
    """The tiles that are new or wider once these leaf hashes follow a tree of `size` leaves.

    `tiles` holds at least the tree's `frontier`. Costs one hash for each leaf.
    """
    changed: dict[TileId, bytes] = {}
    row, level = leaf_hashes, 0
    while row:
        index, held = divmod(size, WIDTH)
        if held:
            row = tiles[TileId(level, index)][: held * HASH] + row
        for place in range(0, len(row), _ROW):
            changed[TileId(level, index + place // _ROW)] = row[place : place + _ROW]
        row = row[: len(row) // _ROW * _ROW]
        for _ in range(_HEIGHT):
            row = pair_up(row)
        size, level = index, level + 1
    return changed


def range_hash(tiles: Tiles, leaves: Range) -> bytes:
    """The hash of a subtree of RFC 6962, from the tiles named by `tiles_of`."""
    return fold([_perfect(tiles, height, index) for height, index in peaks_of(leaves)])


def root_of(tiles: Tiles, size: int) -> bytes:
    """The root of the tree of the first `size` leaves, from tiles that hold its `frontier`.

    Raises ValueError where a tile is missing or too narrow.
    """
    return range_hash(tiles, (0, size))


def tiles_of(ranges: Iterable[Range]) -> list[TileId]:
    """The tiles from which the hashes of these subtrees can be computed."""
    return sorted({_place(height, index)[0] for leaves in ranges for height, index in peaks_of(leaves)})


def _perfect(tiles: Tiles, height: int, index: int) -> bytes:
    tile, offset, width = _place(height, index)
    row = tiles.get(tile, b"")[offset * HASH : (offset + width) * HASH]
    if len(row) != width * HASH:
        raise ValueError(f"tile {tile.level}/{tile.index} holds too few hashes")
    return perfect_root(row)


def _place(height: int, index: int) -> tuple[TileId, int, int]:
    # A perfect subtree of height 8 * level + rest is 2^rest neighbouring hashes of one tile at that level.
    level, rest = divmod(height, _HEIGHT)
    tile, offset = divmod(index << rest, WIDTH)
    return TileId(level, tile), offset, 1 << rest
