"""A node verified from outside: its whole log, and every public record it shows, against the root it signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jjm.app.client import Client
from jjm.app.terminal import Advance
from jjm.kit import Fault
from jjm.ledger import verify_log
from jjm.registry import shown_digest

_REMEDY = "The node shows something else than what it signed. Ask its keeper, and keep this answer."


async def verify_from_outside(client: Client, vkey: str, advance: Advance) -> tuple[int, int, list[Fault]]:
    """How many entries were verified, how many versions of records against them, and what does not fit.

    A record is compared with its entry by all it says, and by its values that are not personal.
    """
    types = (await client.get("/api/v1"))["items"]
    shown = _Shown(client, {t["type"]: frozenset(t["personal_fields"]) for t in types})

    async def fetch(path: str) -> bytes:
        return (await client.call("GET", f"/log/{path}")).content

    async def read(start: int, leaves: Sequence[bytes]) -> None:
        await shown.compare(start, leaves)
        advance(start + len(leaves), None)

    head, faults = await verify_log(fetch, vkey, read)
    return head.size, shown.compared, faults + shown.faults


class _Shown:
    """The records as the change feed shows them, beside the leaves of the log."""

    def __init__(self, client: Client, personal: Mapping[str, frozenset[str]]) -> None:
        self.client, self.personal = client, personal
        self.compared = 0
        self.faults: list[Fault] = []

    async def compare(self, start: int, leaves: Sequence[bytes]) -> None:
        asked = {"after": start - 1, "limit": len(leaves)}
        answer = await self.client.call("GET", "/api/v1/changes", params=asked)
        for line in answer.content.splitlines():
            event: dict[str, Any] = orjson.loads(line)
            place: int = event["position"] - start
            self._one(event["data"], orjson.loads(leaves[place]))

    def _one(self, record: dict[str, Any], leaf: Mapping[str, Any]) -> None:
        meta: Mapping[str, Any] = record["_meta"]
        if meta["change"] == "left":  # the caller sees some areas only, and not where the record has gone
            return
        what = f"{leaf['type']} {leaf['subject']}, version {leaf['version']}"
        entered = (leaf["subject"], leaf["version"], leaf["change"], leaf["digest"], leaf["actor"], leaf["node"])
        said = (record["id"], *(meta[name] for name in ("version", "change", "digest", "actor", "node")))
        if said != entered:
            self.faults.append(Fault(f"{what}: the record shown is not the one entered", _REMEDY))
        elif leaf["change"] != "retire":
            made = shown_digest(leaf["type"], record, self.personal[leaf["type"]])
            self.compared += made is not None
            if made is not None and made.hex() != leaf["digest"]:
                self.faults.append(Fault(f"{what}: the values shown are not those entered", _REMEDY))
