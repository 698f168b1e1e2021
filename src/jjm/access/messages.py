"""The port by which one-time codes reach telephones; what sends messages stands above and is joined by the node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from jjm.kit import WriteConnection


class Messages(Protocol):
    """Tells somebody behind a telephone of an event of standards/notices."""

    async def tell(
        self, conn: WriteConnection, event: str, phone: str, data: Mapping[str, object], *, key: str, language: str
    ) -> str:
        """Write the message in the caller's transaction, once under its key; its name. It is sent behind the commit."""
        ...

    async def carried(self, id: str) -> bool | None:
        """What came of it: taken by a carrier, refused for good; None while it is on its way still."""
        ...
