"""Agreements: drafted by either side, in force once both have signed, revoked by either, amended by another only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from jjm.access.agreements.model import AGREEMENT, HERE, PROFILE, Drafted
from jjm.access.agreements.rules import (
    check_fields,
    check_life,
    check_purpose,
    detached,
    parsed,
    signing_key,
    state_of,
    terms_of,
    widens,
)
from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.model import Actor, Scope
from jjm.access.participants.keys import keys_for_signing
from jjm.access.participants.rules import require_partner
from jjm.access.participants.service import participant
from jjm.access.purposes import known_purposes
from jjm.kit import (
    Fault,
    Minter,
    ReadConnection,
    WriteConnection,
    bad_request,
    canonical,
    conflict,
    forbidden,
    load_queries,
    not_found,
)

_queries = load_queries("jjm.access", "agreements")
_minter = Minter()
MOST_DRAFTS: Final = 100
Keys = Mapping[str, Mapping[str, Any]]
"""Public keys (JWK) by their `kid`."""


def side_of(actor: Actor, provider: str, consumer: str) -> str:
    """For which side an actor speaks: its participant, or this node for an administrator. Raises Problem 401 or 403."""
    if actor.participant is not None and actor.participant in (provider, consumer):
        return actor.participant
    require_partner(actor)
    if actor.has(Scope.ADMIN) and provider == HERE:
        return HERE
    raise forbidden("Only the two sides of an agreement decide about it.")


async def draft(access: Access, conn: WriteConnection, actor: Actor, asked: Drafted, supersedes: str | None) -> str:
    """Keep the draft of an agreement between the actor's side and another; its number.

    Raises Problem 400 for what an agreement cannot say, 403 for somebody who is no side of it, 404 for the unknown.
    """
    side_of(actor, asked.provider, asked.consumer)
    now, said = access.clock.now(), asked.document
    starts, ends = datetime.fromisoformat(said["from"]), datetime.fromisoformat(said["until"])
    check_life(starts, ends, now)
    check_purpose(said["purpose"]["code"], known_purposes(access.catalogue))
    check_fields(access.catalogue, said["scope"]["types"], said["scope"]["fields"])
    await _check_sides(access, conn, asked)
    if await _queries.drafts(conn, consumer=asked.consumer, now=now) >= MOST_DRAFTS:
        raise conflict("too-many-agreements", f"{MOST_DRAFTS} drafts of {asked.consumer} are open already.")
    if supersedes is not None:
        await _superseded(conn, supersedes, asked)
    id = _minter.mint("AGR", 1)[0]
    ends_of_it = {"profile": PROFILE, "id": id, "supersedes": supersedes, "logTo": f"/api/v1/agreements/{id}/uses"}
    document = canonical({**said, "provider": asked.provider, "consumer": asked.consumer, **ends_of_it}).decode()
    await _queries.add_agreement(
        conn, id=id, provider=asked.provider, consumer=asked.consumer, document=document,
        purpose=said["purpose"]["code"], types=said["scope"]["types"], starts_at=starts, ends_at=ends,
        supersedes=supersedes, now=now, actor=actor.name,
    )  # fmt: skip
    await enter(access, conn, actor, type=AGREEMENT, change="draft", subject=id, document=parsed(document))
    return id


async def _check_sides(access: Access, conn: ReadConnection, asked: Drafted) -> None:
    """A participant shares only records that are its own here: those of the areas it was approved with."""
    areas: list[str] | None = asked.document["scope"]["areas"]
    named = [id for area in areas or () for id in await access.places.ids(conn, area)]
    sides = [await participant(conn, id) for id in (asked.provider, asked.consumer) if id != HERE]
    if any(side["state"] != "approved" for side in sides) or asked.provider == asked.consumer:
        raise conflict("not-approved", "Both sides must be participants that are approved, and not the same.")
    if asked.provider == HERE:
        return
    own = [id for area in sides[0]["areas"] for id in await access.places.ids(conn, area)]
    if not named or not await access.places.lie_within(conn, named, own):
        fault = Fault("areas beyond its own", "Name areas whose records are the provider's own here.", "/scope/areas")
        raise bad_request("bad-agreement", "A participant shares what is its own.", fault)


async def _superseded(conn: ReadConnection, id: str, asked: Drafted) -> None:
    old = await known(conn, id)
    if (old["provider"], old["consumer"]) != (asked.provider, asked.consumer):
        fault = Fault(f"{id} is between others", "Supersede an agreement of the same two sides.", "/supersedes")
        raise bad_request("bad-agreement", "The agreement was not drafted.", fault)


async def known(conn: ReadConnection, id: str) -> dict[str, Any]:
    """One agreement. Raises Problem 404."""
    row = await _queries.agreement(conn, id=id)
    if row is None:
        raise not_found(f"There is no agreement {id} here.", "agreement-unknown")
    return dict(row)


@dataclass(frozen=True, slots=True)
class _Signed:
    kid: str
    jwk: Mapping[str, Any]
    signature: str


async def sign(
    access: Access, conn: WriteConnection, actor: Actor, id: str, signature: str | None, keys: Keys | None = None
) -> None:
    """Sign an agreement for the actor's side; once both have, it is agreed, and what it supersedes ends when it begins.

    A participant brings its detached JWS, by `keys` or else by one of its applications' keys; for this node its own key
    signs. Raises Problem 404, 403, 409, 400.
    """
    row = await _locked(conn, id)
    side, now = side_of(actor, row["provider"], row["consumer"]), access.clock.now()
    signed = {s["party"]: s for s in (await signatures(conn, [id])).get(id, [])}
    state = state_of(row, len(signed), now)
    if state not in ("draft", "proposed") or side in signed:
        what = f"{side} has signed it" if side in signed else f"it is {state.replace('_', ' ')}"
        raise conflict("wrong-state", f"{id} cannot be signed: {what}.")
    made = _by_node(access, row) if side == HERE else await _by_participant(conn, row, side, signature, now, keys)
    await _queries.add_signature(
        conn, agreement=id, party=side, kid=made.kid, jwk=orjson.dumps(made.jwk).decode(), signature=made.signature,
        now=now, actor=actor.name,
    )  # fmt: skip
    told = {"party": side, "kid": made.kid, "signature": made.signature}
    await enter(access, conn, actor, type=AGREEMENT, change="sign", subject=id, document=told)
    if set(signed) | {side} == {row["provider"], row["consumer"]}:
        await _agreed(access, conn, actor, row, now)


async def _agreed(access: Access, conn: WriteConnection, actor: Actor, row: Mapping[str, Any], now: datetime) -> None:
    await _queries.agree(conn, id=row["id"], now=now)
    if row["supersedes"] is None:
        return
    begins, reason = max(now, row["starts_at"]), f"superseded by {row['id']}"
    await _locked(conn, row["supersedes"])
    await _queries.revoke(conn, id=row["supersedes"], at=begins, by=row["id"], reason=reason)
    told = {"reason": reason, "at": begins}
    await enter(access, conn, actor, type=AGREEMENT, change="revoke", subject=row["supersedes"], document=told)


def _by_node(access: Access, row: Mapping[str, Any]) -> _Signed:
    key = access.key
    return _Signed(key.id, key.public()["keys"][0], detached(key.sign(parsed(row["document"]))))


async def _by_participant(
    conn: ReadConnection, row: Mapping[str, Any], side: str, signature: str | None, now: datetime, keys: Keys | None
) -> _Signed:
    keys = await keys_for_signing(conn, side, now) if keys is None else keys
    kid = signing_key(signature or "", row["document"].encode(), keys)
    if kid is None or signature is None:
        names = ", ".join(keys) or "none"
        remedy = (
            f"Sign the canonical JSON (RFC 8785) under `document` by a detached JWS whose `kid` is one of: {names}."
        )
        fault = Fault("no key of this participant that is in force has signed this agreement", remedy, "/signature")
        raise bad_request("bad-signature", "The agreement was not signed.", fault)
    return _Signed(kid, keys[kid], signature)


async def revoke(access: Access, conn: WriteConnection, actor: Actor, id: str, reason: str) -> None:
    """End an agreement within five seconds, or withdraw a draft; either side may. Raises Problem 404, 409."""
    row = await _locked(conn, id)
    side, now = side_of(actor, row["provider"], row["consumer"]), access.clock.now()
    state = state_of(row, 0, now)
    if state in ("revoked", "expired"):
        raise conflict("wrong-state", f"{id} is {state} already.")
    await _queries.revoke(conn, id=id, at=now, by=side, reason=reason)
    await enter(
        access, conn, actor, type=AGREEMENT, change="revoke", subject=id, document={"reason": reason, "by": side}
    )


async def _locked(conn: WriteConnection, id: str) -> Mapping[str, Any]:
    row = await _queries.lock_agreement(conn, id=id)
    if row is None:
        raise not_found(f"There is no agreement {id} here.", "agreement-unknown")
    return row


async def signatures(conn: ReadConnection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Who signed each of these agreements, with which key."""
    found: dict[str, list[dict[str, Any]]] = {}
    async for row in _queries.signatures(conn, agreements=list(ids)):
        told = {**dict(row), "jwk": orjson.loads(row["jwk"])}
        found.setdefault(told.pop("agreement"), []).append(told)
    return found


async def agreements(conn: ReadConnection, actor: Actor, after: str, most: int) -> list[dict[str, Any]]:
    """The agreements that this actor may know of: those agreed, its own, and all for an administrator."""
    everything = actor.has(Scope.ADMIN)
    rows = _queries.agreements(conn, after=after, most=most, all=everything, participant=actor.participant)
    return [dict(row) async for row in rows]


async def shown(access: Access, conn: ReadConnection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Agreements with where they stand, who signed, and whether they open more than what they supersede."""
    signed, now = await signatures(conn, [r["id"] for r in rows]), access.clock.now()
    told: list[dict[str, Any]] = []
    for row in rows:
        by = signed.get(row["id"], [])
        document, widened = parsed(row["document"]), None
        if row["supersedes"] is not None:
            old = await known(conn, row["supersedes"])
            widened = widens(terms_of("", document), terms_of("", parsed(old["document"])))
        told.append(
            {**row, "document": document, "state": state_of(row, len(by), now), "signatures": by, "widens": widened}
        )
    return told
