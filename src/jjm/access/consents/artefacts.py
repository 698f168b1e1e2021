"""Consents as signed artefacts: given out in any shape, and taken in from whoever may be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jjm.access.agreements.rules import signing_key
from jjm.access.consents import store
from jjm.access.consents.asking import HERE, check_data, named
from jjm.access.consents.entering import entered
from jjm.access.consents.kept import Kept
from jjm.access.consents.model import Consent, Status
from jjm.access.consents.notice import LANGUAGES, Words, notice_of
from jjm.access.consents.rules import check_purpose, status_at
from jjm.access.consents.shapes import read, shapes, write
from jjm.access.consents.signatures import HEADER, sign
from jjm.access.context import Access
from jjm.access.model import Actor
from jjm.access.participants.keys import keys_for_signing
from jjm.access.participants.rules import require_partner
from jjm.access.participants.service import participant
from jjm.access.people import store as people
from jjm.access.purposes import known_purposes
from jjm.kit import Fault, Problem, ReadConnection, WriteConnection, bad_request, conflict

_MANAGER = "consent_manager"
_NARROWER = {Status.GRANTED: (Status.PAUSED, Status.REVOKED), Status.PAUSED: (Status.REVOKED,)}


def artefact(access: Access, kept: Kept, shape: str) -> tuple[bytes, str, str]:
    """The consent as it stands, in a shape and signed by this node: content, media type, detached signature.

    Raises Problem 400 for a shape that is not known.
    """
    require_shape(shape)
    now = access.clock.now()
    content = write(replace(kept.consent, status=status_at(kept.consent, now)), shape)
    return content, shapes()[shape].media_type, sign(content, access.key)


def require_shape(shape: str) -> None:
    """Raises Problem 400 for a shape that is not known."""
    if shape not in shapes():
        fault = Fault(f"`{shape:.40}` is no shape", f"Use one of: {', '.join(sorted(shapes()))}.", "/shape")
        raise bad_request("bad-parameter", "The shape is not known.", fault)


def artefact_in(content: bytes, shape: str) -> Consent:
    """The consent that an artefact tells of; nothing of it is verified. Raises Problem 400 `bad-consent`."""
    require_shape(shape)
    return read(content, shape)


async def take(
    access: Access, conn: WriteConnection, actor: Actor, consent: Consent, content: bytes, signature: str | None
) -> str:
    """Take in an artefact, read from `content`, that its provider has signed: a listed node, or a consent manager.

    A consent that is known here is only narrowed by it. Raises Problem 400 `bad-consent`, 401 `signature-refused`, 404
    for a person or consumer who is not known here, 409 `wrong-state` or `nothing-about-you`.
    """
    require_partner(actor)
    await _verify(access, conn, consent, content, signature or "")
    known = await store.find(conn, access.vault, consent.id)
    if known is not None:
        await _follow(access, conn, actor, await store.locked(conn, access.vault, consent.id), consent)
    else:
        await _new(access, conn, actor, consent)
    return consent.id


async def _verify(access: Access, conn: ReadConnection, consent: Consent, content: bytes, signature: str) -> None:
    """Raises Problem 401 unless the provider that the artefact names has signed it, and may be believed."""
    keys = await _keys(access, conn, consent)
    if not keys or signing_key(signature, content, keys) is None:
        remedy = "Its provider signs it: a listed node, or a participant of kind `consent_manager`; not its consumer."
        fault = Fault(f"no key of {consent.provider} that is in force has signed this artefact", remedy, f"/{HEADER}")
        raise Problem("signature-refused", 401, "The signature is refused", "The consent is not as signed.", [fault])


async def _keys(access: Access, conn: ReadConnection, consent: Consent) -> Mapping[str, Mapping[str, Any]]:
    provider = consent.provider
    if provider == consent.consumer:
        return {}
    if provider == HERE:
        return {key["kid"]: key for key in access.key.public()["keys"]}
    if not provider.startswith("PAR-"):
        listed = access.nodes(provider) if access.nodes else None
        return {key["kid"]: key for key in (listed or {}).get("keys", ()) if "kid" in key}
    signer = await participant(conn, provider)
    if signer["kind"] != _MANAGER or signer["state"] != "approved":
        return {}
    return await keys_for_signing(conn, provider, access.clock.now())


async def _follow(access: Access, conn: WriteConnection, actor: Actor, known: Kept, told: Consent) -> None:
    """Bring a consent to where its provider says it stands, if that is narrower; an old artefact revives nothing."""
    if replace(told, status=known.consent.status) != known.consent:
        raise conflict("wrong-state", f"Another consent is known here as {told.id}.")
    status = status_at(known.consent, access.clock.now())
    if told.status == status:
        return
    if told.provider == HERE or told.status not in _NARROWER.get(status, ()):
        raise conflict("wrong-state", f"{told.id} is {status}; an artefact that says {told.status} changes nothing.")
    await store.decide(conn, told, "signed", access.clock.now(), None)
    await entered(access, conn, actor, told, "revoke" if told.status is Status.REVOKED else "pause", told.provider)


async def _new(access: Access, conn: WriteConnection, actor: Actor, consent: Consent) -> None:
    now = access.clock.now()
    if consent.provider == HERE or status_at(consent, now) is not Status.GRANTED:
        raise conflict(
            "wrong-state", "An artefact is taken in where it is granted, by another provider than this node."
        )
    check_purpose(consent, known_purposes(access.catalogue))
    check_data(access.catalogue, consent.data)
    words = Words(
        await named(access, conn, consent.consumer),
        dict.fromkeys(LANGUAGES, consent.provider),
        [await access.places.name(conn, area) for area in consent.areas],
    )
    person = await people.known_person(conn, access.vault, consent.person)
    phone = person.contact.phone if person.contact else None
    about = (await access.subjects.about(conn, phone))[0] if phone else ()
    records = frozenset(one.id for one in about if one.type in consent.data)
    if phone is None or not records:
        raise conflict("nothing-about-you", f"No record here of these kinds is about {consent.person}.")
    areas = frozenset([id for area in consent.areas for id in await access.places.ids(conn, area)])
    kept = Kept(
        consent, notice_of(access.catalogue, consent, words), areas, records, phone, now,
        actor.name, now, "signed", consent.provider,
    )  # fmt: skip
    await store.add(conn, access.vault, kept)
    await entered(access, conn, actor, consent, "import", consent.provider)
