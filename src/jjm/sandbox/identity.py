"""Identifiers of synthetic records: well formed as any other, and the same again for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any

from jjm.kit import Minter
from jjm.sandbox.chance import stream
from jjm.sandbox.model import LAST_DAY, STATE
from jjm.standards import Standard

_AT_ONCE = 512
_MIDNIGHT = datetime.combine(LAST_DAY, time(), UTC)


class Identities:
    """Gives ids to the records of one type, by its template."""

    def __init__(self, standard: Standard, seed: int) -> None:
        rng: random.Random = stream(seed, "ids", standard.name)
        self._template = standard.id
        self._minted = self._mint(Minter(lambda: int(_MIDNIGHT.timestamp() * 1000), rng.getrandbits))

    def _mint(self, minter: Minter) -> Iterator[str]:
        prefix = self._template.removesuffix("-{serial}-{check}").replace("{state}", STATE)
        while True:
            yield from minter.mint(prefix, _AT_ONCE)

    def next(self, values: Mapping[str, Any]) -> str:
        """The id of a record with these values: minted, or put together from its fields."""
        if "{serial}" in self._template:
            return next(self._minted)
        return self._template.format_map({"state": STATE, **values})
