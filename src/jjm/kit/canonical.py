"""One way to write a JSON value, so that its digest is the same everywhere (RFC 8785)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

import orjson
import rfc8785

# orjson sorts keys and escapes text as RFC 8785 does as long as keys are ASCII; only its way of writing floats differs:
# 1.0 and 1e16. Three searches that begin with a rare character take a third of the time of one that says it all.
_WHOLE = re.compile(rb"\.0(?!\d)")
_MAYBE_EXPONENT = re.compile(rb"e[-+\d]")
_EXPONENT = re.compile(rb"\de[-+\d]")


def canonical(value: object) -> bytes:
    """The canonical bytes of a JSON value whose keys are ASCII and whose integers fit 53 bits (RFC 8785)."""
    fast = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if _WHOLE.search(fast) or (_MAYBE_EXPONENT.search(fast) and _EXPONENT.search(fast)):
        return rfc8785.dumps(orjson.loads(fast))
    return fast


def canonical_each(values: Sequence[object]) -> list[bytes]:
    """The canonical bytes of each value; of thousands in a fraction of the time."""
    fast = [orjson.dumps(value, option=orjson.OPT_SORT_KEYS) for value in values]
    together = b"\n".join(fast)
    if _WHOLE.search(together) or (_MAYBE_EXPONENT.search(together) and _EXPONENT.search(together)):
        return [canonical(value) for value in values]
    return fast


def digest(value: object, salt: bytes = b"") -> bytes:
    """SHA-256 over the salt and the canonical bytes; the salt keeps personal values from being guessed."""
    return sha256(salt + canonical(value)).digest()
