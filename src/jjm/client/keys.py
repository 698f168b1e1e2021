"""How a caller shows who it is: a token that it was given, or a key with which it gets tokens by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jjm.client.core import Core
from jjm.client.wire import Flow


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was given."""

    secret: str = field(repr=False)

    def headers(self, core: Core) -> Flow[Mapping[str, str]]:
        """The header that carries it."""
        yield from ()
        return {"authorization": f"Bearer {self.secret}"}

    def renew(self) -> bool:
        """There is no other."""
        return False
