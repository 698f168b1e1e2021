"""Counts calls as they come, at the cost of a look into a dictionary; what is counted is added up every ten seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jjm.access.limits import Left, Limiter
from jjm.access.model import Actor
from jjm.access.usage.model import Payer, Tally
from jjm.kit import Clock, Database, load_queries

_queries = load_queries("jjm.access", "usage")
_MOST = 20_000


@dataclass
class Meter:
    """Who calls how often. A secret is counted for its caller once the gate has met it, before that for its address."""

    limiter: Limiter
    clock: Clock
    _payers: dict[bytes, Payer] = field(default_factory=dict[bytes, Payer])
    _tallies: dict[str, Tally] = field(default_factory=dict[str, Tally])

    def meet(self, digest: bytes, actor: Actor) -> None:
        """Remember whose secret this is, by its SHA-256."""
        if len(self._payers) > _MOST:
            self._payers.clear()
        self._payers[digest] = payer_of(actor)

    def payer(self, digest: bytes | None, address: str) -> Payer:
        """Whose allowance a call is taken from: by the SHA-256 of the secret it carries, else by its address."""
        found = None if digest is None else self._payers.get(digest)
        return Payer("address", address) if found is None else found

    def take(self, payer: Payer) -> Left:
        """Take a call out of the payer's allowance."""
        return self.limiter.take(payer.bucket, payer.per_minute)

    def tally(self, application: str) -> Tally:
        """What an application did since it was last added up."""
        found = self._tallies.get(application)
        if found is None:
            found = self._tallies[application] = Tally()
        return found

    async def add_up(self, database: Database) -> None:
        """Add what was counted to the day; what cannot be added now is kept for the next time."""
        counted, self._tallies = self._tallies, {}
        if not counted:
            return
        day, now = self.clock.today(), self.clock.now()
        try:
            async with database.write() as conn:
                for application, tally in sorted(counted.items()):
                    await _add(conn, application, day, now, tally)
        except BaseException:
            self._put_back(counted)
            raise

    def _put_back(self, counted: dict[str, Tally]) -> None:
        for application, old in counted.items():
            new = self.tally(application)
            new.calls, new.bytes = new.calls + old.calls, new.bytes + old.bytes
            new.refused, new.failed = new.refused + old.refused, new.failed + old.failed
            new.position = old.position if new.position is None else new.position
            for kind, calls in old.refusals.items():
                new.refusals[kind] = new.refusals.get(kind, 0) + calls


def payer_of(actor: Actor) -> Payer:
    """Whose allowance an actor's calls are taken from."""
    if actor.kind == "application" and actor.participant:
        return Payer("participant", f"participant {actor.participant}", actor.calls_per_minute, actor.id)
    return Payer("person" if actor.kind == "person" else "token", f"{actor.kind} {actor.id}")


async def _add(conn: Any, application: str, day: Any, now: Any, tally: Tally) -> None:
    await _queries.add_usage(
        conn, application=application, day=day, calls=tally.calls, refused=tally.refused, failed=tally.failed,
        bytes=tally.bytes,
    )  # fmt: skip
    await _queries.heard_of(conn, application=application, at=now, position=tally.position)
    for (status, code), calls in sorted(tally.refusals.items()):
        await _queries.add_refusals(conn, application=application, day=day, status=status, code=code, calls=calls)
