"""Identifiers minted without asking anybody, with a character that shows a slip of the pen.

The serial is Crockford base 32 of 41 bits of milliseconds since 2020 and 39 random bits; the check character
is ISO 7064 MOD 37,36 over all letters and digits of the identifier.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
# What a carry becomes with the next character, since an identifier is minted with every new record.
_NEXT = [
    {c: ((carry + value) % 36 or 36) * 2 % 37 for c, value in _VALUE.items()} | {"-": carry} for carry in range(37)
]
_EPOCH_MS = 1_577_836_800_000
_RANDOM_BITS = 39
_BLOCK_BITS = 10
_BLOCK_CHARACTERS = 2
_PAIRS = [a + b for a in _CROCKFORD for b in _CROCKFORD]


def check_character(text: str) -> str:
    """The ISO 7064 MOD 37,36 check character of a text; hyphens do not count, letters may be small or capital."""
    return _close(_fold(text, 36))


def _fold(text: str, carry: int) -> int:
    for character in text.upper():
        carry = _NEXT[carry][character]
    return carry


def _close(carry: int) -> str:
    return _ALPHABET[(37 - carry) % 36]


def is_well_formed(identifier: str) -> bool:
    """True if the last character is the check character of what stands before it."""
    body, last = identifier[:-1].rstrip("-"), identifier[-1:]
    return bool(body) and all(c == "-" or c in _VALUE for c in body.upper()) and check_character(body) == last.upper()


def encode_serial(number: int) -> str:
    """An 80-bit number as 16 Crockford base 32 characters."""
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in (70, 60, 50, 40, 30, 20, 10, 0)])


class Minter:
    """Gives out serials that rise within a process and do not meet those of any other.

    `milliseconds` tells the time and `entropy` gives that many random bits; both are there for tests.
    """

    def __init__(
        self,
        milliseconds: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        entropy: Callable[[int], int] = secrets.randbits,
    ) -> None:
        self._milliseconds = milliseconds
        self._entropy = entropy
        self._last = 0
        self._lock = threading.Lock()

    def mint(self, prefix: str, count: int) -> list[str]:
        """The next `count` identifiers `PREFIX-serial-check`, in rising order."""
        first = self._reserve(count)
        minted: list[str] = []
        for block in range(first >> _BLOCK_BITS, ((first + count - 1) >> _BLOCK_BITS) + 1):
            head = encode_serial(block << _BLOCK_BITS)[:-_BLOCK_CHARACTERS]
            carry = _fold(prefix + head, 36)
            lead = f"{prefix}-{head}"
            start = max(first - (block << _BLOCK_BITS), 0)
            stop = min(first + count - (block << _BLOCK_BITS), len(_PAIRS))
            minted.extend([f"{lead}{pair}-{_close(_fold(pair, carry))}" for pair in _PAIRS[start:stop]])
        return minted

    def _reserve(self, count: int) -> int:
        with self._lock:
            fresh = ((self._milliseconds() - _EPOCH_MS) << _RANDOM_BITS) | self._entropy(_RANDOM_BITS)
            first = max(fresh, self._last + 1)
            self._last = first + count - 1
        return first
