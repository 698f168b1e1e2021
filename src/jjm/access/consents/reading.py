"""Reading under consents: each record is shown as far as its person agreed, decided for a whole answer at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jjm.access.consents import store
from jjm.access.consents.judging import NONE_KNOWN, OVER_FIELD, Asked, Judged, by_consent, by_refusal, judged
from jjm.access.consents.rules import next_period, period_start
from jjm.access.model import Actor
from jjm.access.readings.model import Way
from jjm.access.readings.service import Readings
from jjm.access.vault import Vault
from jjm.kit import Clock, Database, Fault, Problem, WriteConnection, forbidden

_MOST = 20_000
OVER = "over-frequency"


@dataclass(slots=True)
class Turn:
    """One reading by one reader, in one answer or in many pieces: each consent is counted once in it.

    `opened` are the consents that it shows something under.
    """

    actor: Actor
    type: str
    way: Way
    counted: dict[str, bool] = field(default_factory=dict[str, bool])
    logged: set[tuple[str, str | None, str]] = field(default_factory=set[tuple[str, str | None, str]])
    opened: set[str] = field(default_factory=set[str])

    def again(self) -> Turn:
        """The same reading once more, since it did not arrive: what is counted and logged is so, the rest is asked."""
        return replace(self, counted={id: True for id, may in self.counted.items() if may}, opened=set())

    def fresh(self, consent: str, code: str | None, records: Sequence[str]) -> list[str]:
        """Those of these records that were not logged in this turn before, as used or refused like that."""
        found = [record for record in records if (consent, code, record) not in self.logged]
        self.logged |= {(consent, code, record) for record in found}
        return found

    @property
    def used(self) -> list[str]:
        """The consents that it has shown something under."""
        return sorted(id for id, may in self.counted.items() if may)


@dataclass(frozen=True)
class Consents:
    """What people of this node have agreed to.

    `database` is a lane of its own, so that whoever holds a connection already may wait for another here.
    """

    database: Database
    clock: Clock
    vault: Vault
    readings: Readings

    async def opened(self, turn: Turn, asked: Sequence[Asked], named: frozenset[str] | None = None) -> Judged:
        """Which of the fields asked for may be shown; noted and counted before the answer goes out.

        A record of which not all fields `named` are opened is not opened at all.
        """
        ids = [one.id for one in asked]
        async with self.database.write() as conn:
            found = await self._judged(conn, turn, asked)
            found.close_beyond(asked, named or frozenset())
            await self._count(conn, turn, found)
            await store.add_uses(conn, self._uses(turn, found, ids))
        shown = by_consent(found, ids)
        turn.opened.update(shown)
        for consent, records in shown.items():
            fields = " ".join(sorted(found.fields_under(consent)))
            self.readings.note(turn.actor, turn.type, turn.way, records, fields=fields, consent=consent)
        return found

    def require(self, found: Judged) -> None:
        """Refuse a reading of which nothing at all is opened.

        Raises Problem 403 `consent-needed` or `over-field`, 429 `over-frequency`.
        """
        why = next(filter(None, found.refused), None)
        if why is not None and not any(found.opened):
            raise self._refusal(found, *why)

    async def all_in_force(self, ids: Sequence[str]) -> bool:
        """True if each of these consents still opens something."""
        async with self.database.read() as conn:
            return await store.in_force(conn, ids, self.clock.now()) == len(set(ids))

    async def _judged(self, conn: WriteConnection, turn: Turn, asked: Sequence[Asked]) -> Judged:
        actor, records = turn.actor, list({one.id for one in asked if one.fields})
        consumer, purpose = actor.participant or actor.id, actor.purpose
        known = (
            [kept async for kept in store.about(conn, self.vault, consumer, purpose, records, _MOST)]
            if consumer and purpose and records
            else []
        )
        return judged(asked, known, turn.type, purpose or "", self.clock.now())

    async def _count(self, conn: WriteConnection, turn: Turn, found: Judged) -> None:
        now, used = self.clock.now(), {id for opened in found.opened for id in opened}
        fresh = {id: period_start(found.consents[id].consent, now) for id in used if id not in turn.counted}
        may = await store.count(conn, fresh) if fresh else frozenset[str]()
        turn.counted |= {id: id in may for id in fresh}
        found.close([id for id in used if not turn.counted[id]], OVER)

    def _uses(self, turn: Turn, found: Judged, ids: Sequence[str]) -> list[dict[str, Any]]:
        about = {"reader": turn.actor.name, "at": self.clock.now(), "way": turn.way.value, "type": turn.type}
        ended = {(consent, None): records for consent, records in by_consent(found, ids).items()}
        return [
            about | {"consent": consent, "records": fresh, "outcome": "refused" if code else "used", "code": code}
            for (consent, code), records in (ended | dict(by_refusal(found, ids))).items()
            if (fresh := turn.fresh(consent, code, records))
        ]

    def _refusal(self, found: Judged, code: str, id: str | None) -> Problem:
        if code == OVER and id is not None:
            consent, now = found.consents[id].consent, self.clock.now()
            again = next_period(consent, now)
            often = f"{consent.frequency.times} readings a {consent.frequency.unit.lower()}"
            after = {"Retry-After": str(int((again - now).total_seconds()) + 1)}
            detail = f"{id} allows {often}; again from {again:%Y-%m-%dT%H:%M:%SZ}."
            return Problem(OVER, 429, "More often than agreed", detail, extra={"again_at": again}, headers=after)
        if code == OVER_FIELD:
            remedy = "Leave it out, or ask the person for another consent."
            fault = Fault("a field that no consent opens", remedy, "/fields")
            return Problem(OVER_FIELD, 403, "The consent does not reach so far", f"Under {id}.", [fault])
        why = f"{id} does not open it: {code}." if id else "The person has given you none for this purpose."
        return forbidden(f"What is personal here needs the consent of the person. {why}", NONE_KNOWN)
