"""What blocks below have to say to people, carried by notices; and who is told of the steps of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jjm.kit import WriteConnection
from jjm.notify import Contact, Notices, carried, tell

_PATIENCE = 8.0
"""Seconds that somebody who asked for a code waits to hear that it was taken by a carrier."""


@dataclass(frozen=True)
class Codes:
    """One-time codes to telephones, which access asks for."""

    notices: Notices

    async def tell(
        self, conn: WriteConnection, event: str, phone: str, data: Mapping[str, object], *, key: str, language: str
    ) -> str:
        """Write the message; its name."""
        (told,) = await tell(self.notices, conn, event, Contact(phone), data, key=key, language=language)
        return told.id

    async def carried(self, id: str) -> bool | None:
        """What came of it so far."""
        return await carried(self.notices, id, _PATIENCE)
