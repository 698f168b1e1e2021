"""Applications with their keys, as they are told to their participant and to administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jjm.access.context import Access
from jjm.access.participants.keys import keys_of
from jjm.kit import ReadConnection


async def shown_applications(
    access: Access, conn: ReadConnection, found: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The applications, each key with whether it is in force at this moment."""
    now = access.clock.now()
    keys = await keys_of(conn, [a["id"] for a in found])
    for key in (key for those in keys.values() for key in those):
        key["is_in_force"] = key["state"] == "good" and key["not_before"] <= now < key["expires_at"]
    return [{**a, "keys": keys.get(a["id"], [])} for a in found]
