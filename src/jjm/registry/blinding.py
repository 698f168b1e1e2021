"""Blind indexes: records are found by the exact value of a sealed text, from a number that tells nothing without a key.

The number is the first three bytes of an HMAC-SHA-256 of the value's normal form, under a key of the field and the
State (decision 0009). Among a crore of values about as many share a number as there are numbers, so that it does not
tell of two records that they carry the same; whoever may open them weeds out the others.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Sequence

from jjm.kit import Vault
from jjm.registry.rules import state_in_id
from jjm.standards import Field

_BYTES = 3
_NO_DIGIT = re.compile(r"\D+")
_INDIAN = re.compile(r"(?:91|091|0091|0)?([6-9]\d{9})")


def normal_form(field: Field, text: str) -> bytes:
    """The form in which values of a field are compared: a telephone number by its digits, others without case."""
    if field.format == "phone":
        digits = text if text.isascii() and text.isdigit() else _NO_DIGIT.sub("", text)
        indian = _INDIAN.fullmatch(digits)
        return (indian[1] if indian else digits).encode()
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).encode()


def blind(vault: Vault, type: str, field: Field, ids: Sequence[str], values: Sequence[str | None]) -> list[int | None]:
    """The numbers under which these records are found by these values."""
    keys: dict[str | None, bytes] = {}
    found: list[int | None] = []
    for id, value in zip(ids, values, strict=True):
        if value is None:
            found.append(None)
            continue
        state = state_in_id(id)
        key = keys.get(state) or keys.setdefault(state, vault.blinds(name_of(type, field, state))[0])
        found.append(int.from_bytes(hmac.digest(key, normal_form(field, value), "sha256")[:_BYTES]))
    return found


def candidates(vault: Vault, type: str, field: Field, states: Sequence[str | None], value: str) -> list[int]:
    """The numbers under which a record with this value may stand, under any State and any master key still in use."""
    form = normal_form(field, value)
    keys = [key for state in states for key in vault.blinds(name_of(type, field, state))]
    return list({int.from_bytes(hmac.digest(key, form, "sha256")[:_BYTES]) for key in keys})


def name_of(type: str, field: Field, state: str | None) -> str:
    """The name of the key for a field in a State."""
    return f"{type}.{field.name}:{state or ''}"
