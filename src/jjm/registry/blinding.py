"""Blind indexes: records are found by the exact value of a sealed text, from a number that tells nothing without a key.

The number is the first three bytes of an HMAC-SHA-256 of the value's normal form, under a key of the field and the
State (decision 0009). Among a crore of values about as many share a number as there are numbers, so that it does not
tell of two records that they carry the same; whoever may open them weeds out the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from hashlib import sha256

from jjm.kit import Vault
from jjm.standards import Field

_BYTES = 3
_MOBILE = frozenset("6789")
_NO_DIGIT = re.compile(r"\D+")
_INDIAN = re.compile(r"(?:91|091|0091|0)?([6-9]\d{9})")


def normal_form(field: Field, text: str) -> bytes:
    """The form in which values of a field are compared: a telephone number by its digits, others without case."""
    if field.format == "phone":
        if len(text) == 10 and text[0] in _MOBILE and text.isdecimal() and text.isascii():
            return text.encode()
        digits = _NO_DIGIT.sub("", text)
        indian = _INDIAN.fullmatch(digits)
        return (indian[1] if indian else digits).encode()
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).encode()


def blind(
    vault: Vault, type: str, field: Field, states: Sequence[str | None], values: Sequence[str | None]
) -> list[int | None]:
    """The numbers under which records are found by these values, each in the State in its identifier."""
    numbers = {state: _numbered_by(vault.blinds(name_of(type, field, state))[0]) for state in set(states)}
    return [
        None if value is None else numbers[state](normal_form(field, value))
        for state, value in zip(states, values, strict=True)
    ]


def candidates(vault: Vault, type: str, field: Field, states: Sequence[str | None], value: str) -> list[int]:
    """The numbers under which a record with this value may stand, under any State and any master key still in use."""
    form = normal_form(field, value)
    keys = [key for state in states for key in vault.blinds(name_of(type, field, state))]
    return list({_numbered_by(key)(form) for key in keys})


def _numbered_by(key: bytes) -> Callable[[bytes], int]:
    """Gives for a normal form the first bytes of its HMAC-SHA-256 (RFC 2104) under one key, as a number.

    Both hashes are begun once: less than half the time for many.
    """
    block = key.ljust(64, b"\0")
    inside, outside = sha256(block.translate(_IPAD)).copy, sha256(block.translate(_OPAD)).copy

    def number(form: bytes) -> int:
        inner, outer = inside(), outside()
        inner.update(form)
        outer.update(inner.digest())
        return int.from_bytes(outer.digest()[:_BYTES])

    return number


_IPAD, _OPAD = (bytes(n ^ pad for n in range(256)) for pad in (0x36, 0x5C))


def name_of(type: str, field: Field, state: str | None) -> str:
    """The name of the key for a field in a State."""
    return f"{type}.{field.name}:{state or ''}"
