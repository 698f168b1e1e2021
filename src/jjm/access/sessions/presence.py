"""The actor behind a session, with what is granted to the person on this very day; and when it was last used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from jjm.access.model import Actor, Held
from jjm.access.roles.rules import held, in_force, only_for, permits_of
from jjm.access.roles.store import grants_of
from jjm.access.sessions import store
from jjm.access.sessions.model import PHONE
from jjm.kit import IST, ReadConnection, WriteConnection
from jjm.standards import NODE_PLACE, Catalogue

_CITIZEN = "by_phone"


@dataclass
class Presence:
    """Finds who is behind a session. When sessions were used is kept in memory and written down now and then."""

    catalogue: Catalogue
    _seen: dict[str, datetime] = field(default_factory=dict[str, datetime])

    async def actor(self, conn: ReadConnection, digest: bytes, now: datetime) -> tuple[Actor, datetime] | None:
        """The person behind the SHA-256 of a session's secret, and until when that is so at most."""
        row = await store.by_secret(conn, digest, now)
        if row is None:
            return None
        idle_from = max(row["seen_at"], self._seen.get(row["id"], row["seen_at"]))
        if idle_from + row["idle"] <= now:
            return None
        self._seen[row["id"]] = now
        person, day = row["person"], now.astimezone(IST).date()
        grants = in_force(await grants_of(conn, person), person, day)
        roles = self.catalogue.roles
        holds = held(grants, roles, is_strong=row["is_strong"]) + self._by_phone(row["means"])
        midnight = datetime.combine(day + timedelta(days=1), time(), IST)
        may = permits_of(holds, roles)
        actor = Actor(person, may, "person", person, holds=holds, session=row["id"], only_for=only_for(holds, roles))
        return actor, min(midnight, row["expires_at"], now + row["idle"])

    def _by_phone(self, means: str) -> tuple[Held, ...]:
        """What comes with a confirmed telephone number by itself."""
        if means != PHONE:
            return ()
        return tuple(Held(role.name, NODE_PLACE) for role in self.catalogue.roles.values() if role.given == _CITIZEN)

    async def write_down(self, conn: WriteConnection) -> None:
        """Write down when sessions were used since the last time."""
        seen, self._seen = self._seen, {}
        for id, at in seen.items():
            await store.seen(conn, id, at)
