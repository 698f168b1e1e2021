"""What blocks below have to say to people, carried by notices; and who is told of the steps of a case."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from jjm.kit import Problem, WriteConnection, savepoint
from jjm.notify import Contact, Notices, carried, tell
from jjm.workflow import Deliver, Telling

_PATIENCE = 8.0
"""Seconds that somebody who asked for a code waits to hear that it was taken by a carrier."""
_log = logging.getLogger(__name__)


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


def told_of_steps(notices: Notices) -> Deliver:
    """What tells people of the steps of a case; a template that is not there, or lacks a word, holds no other up."""

    async def deliver(conn: WriteConnection, person: str, telling: Telling) -> None:
        try:
            async with savepoint(conn):
                await tell(notices, conn, telling.template, person, telling.data | telling.titles, key=telling.key)
        except Problem as problem:
            _log.warning("nobody was told by %s: %s", telling.template, problem.detail)

    return deliver
