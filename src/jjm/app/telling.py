"""What blocks below have to say to people, carried by notices; and who is told of the steps of a case."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from jjm.kit import WriteConnection
from jjm.notify import Contact, Notices, carried, tell
from jjm.workflow import Telling, Workflows, tell_by_news

_log = logging.getLogger(__name__)
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


async def tell_of_steps(notices: Notices, workflows: Workflows, conn: WriteConnection) -> int:
    """Have people told of the next steps of cases, as workflows say; how many entries were passed, 0 at the end.

    Read and written in one transaction, each telling once under its own key. A workflow that names a notice for which
    there are no words, or words that lack a value, is told of in the log and holds nobody else up.
    """

    async def deliver(conn: WriteConnection, person: str, telling: Telling) -> None:
        lacking = _lacking(notices, telling)
        if lacking is not None:
            _log.warning("nobody is told of %s: %s", telling.key, lacking)
            return
        await tell(notices, conn, telling.template, person, values(telling), key=telling.key)

    return await tell_by_news(workflows, conn, deliver)


def values(telling: Telling) -> dict[str, object]:
    """What can be said of a step: plain values, and what is named in each language in their place."""
    plain = {name: value if value is not None else "-" for name, value in telling.data.items()}
    return {**plain, **telling.titles}


def _lacking(notices: Notices, telling: Telling) -> str | None:
    event = notices.access.catalogue.notices.get(telling.template)
    if event is None:
        return f"there is no notice `{telling.template}`"
    missing = [name for name in event.variables if name not in values(telling)]
    return f"`{telling.template}` says {', '.join(missing)}, which steps do not tell" if missing else None
