"""What is in a PDF of ours: its text, the address in its QR code, told without any library for either."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segno import consts

_RECTANGLE = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f")
_TEXT = re.compile(rb"\(((?:\\.|[^()\\])*)\) Tj|/ActualText <feff([0-9a-f]*)>")
_RUN = re.compile(rb"/ActualText <feff([0-9a-f]*)>>> BDC (.*?) EMC")
_CODE, _LETTERS = re.compile(rb"<([0-9A-F]{4})>"), re.compile(rb"(?m)^<([0-9A-F]{4})> <([0-9a-f]+)>$")
_MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
_FORMAT = 0b101010000010010


def text_of(pdf: bytes) -> str:
    """The words that are written in it, in their order."""
    return " ".join(_plain(latin) if not shaped else _wide(shaped) for latin, shaped in _TEXT.findall(pdf))


def _plain(text: bytes) -> str:
    bare = re.sub(rb"\\([()\\])", rb"\1", text)
    return re.sub(r"\\(\d{3})", lambda m: chr(int(m[1], 8)), bare.decode("cp1252"))


def _wide(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be")


def shaped_runs(pdf: bytes) -> list[tuple[str, str]]:
    """What each run of shaped letters says that it reads, and what its codes stand for one by one."""
    letters = {code: _wide(text) for code, text in _LETTERS.findall(pdf)}
    return [(_wide(said), "".join(letters[code] for code in _CODE.findall(codes))) for said, codes in _RUN.findall(pdf)]


def qr_address(pdf: bytes) -> str:
    """The address that a reader of the QR code comes to: of its squares the text that they stand for."""
    return decoded(squares(pdf))


def squares(pdf: bytes) -> list[list[bool]]:
    """The modules of the code, as they are drawn."""
    drawn = [tuple(map(float, one)) for one in _RECTANGLE.findall(pdf)]
    side = drawn[0][2]
    cells = [(x, y) for x, y, w, h in drawn if abs(w - side) < 1e-6 and abs(h - side) < 1e-6]
    left, top = min(x for x, _ in cells), max(y for _, y in cells)
    size = round((max(x for x, _ in cells) - left) / side) + 1
    grid = [[False] * size for _ in range(size)]
    for x, y in cells:
        grid[round((top - y) / side)][round((x - left) / side)] = True
    return grid


def decoded(grid: list[list[bool]]) -> str:
    """The bytes of a QR code of one segment (ISO/IEC 18004), read without mending errors."""
    size = len(grid)
    version = (size - 17) // 4
    bits = "".join("01"[grid[8][x]] for x in (0, 1, 2, 3, 4, 5, 7, 8)) + "".join(
        "01"[grid[y][8]] for y in (7, 5, 4, 3, 2, 1, 0)
    )
    told = int(bits, 2) ^ _FORMAT
    level, mask = told >> 13, _MASKS[told >> 10 & 7]
    assert level == 0, "error correction M"
    read = [grid[y][x] != mask(y, x) for y, x in _way(version, size)]
    words = [int("".join("01"[b] for b in read[n : n + 8]), 2) for n in range(0, len(read) - 7, 8)]
    data = _joined(words, version)
    stream = "".join(f"{word:08b}" for word in data)
    assert stream[:4] == "0100", "bytes"
    long = 8 if version < 10 else 16
    count = int(stream[4 : 4 + long], 2)
    body = stream[4 + long : 4 + long + 8 * count]
    return bytes(int(body[n : n + 8], 2) for n in range(0, len(body), 8)).decode()


def _joined(words: list[int], version: int) -> list[int]:
    """The data of the blocks, which are written one word of each in turn."""
    blocks = [info.num_data for info in consts.ECC[version][consts.ERROR_LEVEL_M] for _ in range(info.num_blocks)]
    found: list[list[int]] = [[] for _ in blocks]
    left = iter(words)
    for n in range(max(blocks)):
        for block, length in zip(found, blocks, strict=True):
            if n < length:
                block.append(next(left))
    return [word for block in found for word in block]


def _way(version: int, size: int) -> Iterator[tuple[int, int]]:
    """The places of the data, in the order in which they are written: by twos, up and down, from the right."""
    centres = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    x, up = size - 1, True
    while x > 0:
        x -= x == 6
        for step in range(size):
            y = size - 1 - step if up else step
            for column in (x, x - 1):
                if not _is_reserved(y, column, size, version, centres):
                    yield y, column
        x, up = x - 2, not up


def _is_reserved(y: int, x: int, size: int, version: int, centres: tuple[int, ...]) -> bool:
    if 6 in (y, x) or (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9):
        return True
    if version >= 7 and ((y < 6 and x >= size - 11) or (x < 6 and y >= size - 11)):
        return True
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    return any(abs(y - a) <= 2 and abs(x - b) <= 2 for a in centres for b in centres if (a, b) not in corners)
