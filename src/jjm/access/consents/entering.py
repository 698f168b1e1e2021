"""What becomes of a consent, entered in the ledger by the digest of its artefact, without anything personal."""

from __future__ import annotations

from hashlib import sha256

from jjm.access.consents.kept import CONSENT
from jjm.access.consents.model import Consent
from jjm.access.consents.shapes import write
from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.model import Actor
from jjm.kit import WriteConnection


async def entered(
    access: Access, conn: WriteConnection, actor: Actor, consent: Consent, change: str, by: str | None = None
) -> None:
    """Enter a step: where the consent stands, the SHA-256 of its artefact in the profile of the house, and by whom."""
    artefact = sha256(write(consent, "jjm")).hexdigest()
    said = {"status": consent.status.value, "artefact": artefact} | ({"by": by} if by else {})
    await enter(access, conn, actor, type=CONSENT, change=change, subject=consent.id, document=said)
