"""The proof of one version over HTTP: from its values to the signed root, for anyone to check offline."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from jjm.access import Way
from jjm.kit import Problem, not_found
from jjm.kit.http import whole_number
from jjm.ledger import proof_file
from jjm.registry import store
from jjm.registry.api.call import Call, takes
from jjm.registry.model import Version
from jjm.registry.rows import closed_version_of
from jjm.registry.rules import content
from jjm.registry.service import read
from jjm.registry.service.absent import unknown
from jjm.registry.service.digesting import Made, made_of
from jjm.registry.service.disclosure import note_shown
from jjm.registry.service.seeing import sight_of
from jjm.registry.sight import Sight
from jjm.registry.table import Table

_PATIENCE = 3.0


@takes("version")
async def get_proof(call: Call) -> Response:
    """The proof file of a version, by default of the one that holds today, or that held last.

    It holds the values that are not personal, and the others with the salt they were hashed behind where the caller may
    see all fields of the type.
    Raises Problem `not-sequenced` for a version so new that the ledger has not given it a position.
    """
    table = call.table
    row, sight = await _numbered(call)
    version = closed_version_of(table, row)
    seen = None if sight.hidden - table.personal else made_of(table, version)
    # Where personal fields are shown in some of the areas only, the proof is told without them in all.
    opens_all = seen is not None and not sight.hidden and bool(seen.salt)
    if opens_all:
        note_shown(call.registry, call.actor, table, Way.PROOF, [{"id": version.id, **dict.fromkeys(table.personal)}])
    async with call.registry.database.read() as conn:
        text = await proof_file(conn, row["position"], *_shown(table, version, seen, opens_all))
    name = f'attachment; filename="{version.id}.v{version.version}.tlog-proof"'
    return Response(text, media_type="text/plain", headers={"Content-Disposition": name})


def _shown(
    table: Table, version: Version, made: Made | None, opens_all: bool
) -> tuple[dict[str, Any] | None, bytes, Mapping[str, Any] | None]:
    """What a proof tells of a version: its content, the salt, and what is personal."""
    if made is None or (made.personal is None and made.salt and not opens_all):
        return None, b"", None
    said = content(table.standard.name, version, made.opens, made.personal)
    return (said, made.salt, made.told) if opens_all else (said, b"", None)


async def _numbered(call: Call) -> tuple[Any, Sight]:
    """The row of the version, once it has its place in the ledger, and how much the caller sees of the type."""
    clock, sequencer = asyncio.get_running_loop().time, call.request.app.state.sequencer
    until = clock() + _PATIENCE
    async with call.registry.database.read() as conn:
        sight = await sight_of(call.registry, conn, call.actor, call.table)
    while (row := await _row(call, sight))["position"] is None:
        if clock() > until:
            detail = "The version is recorded, and the ledger is about to give it its place. Ask again in a moment."
            raise Problem("not-sequenced", 503, "Not available now", detail, headers={"Retry-After": "1"})
        sequencer.wake()
        await sequencer.news(0.2)
    return row, sight


async def _row(call: Call, sight: Sight) -> Any:
    table, number = call.table, whole_number(call.request, "version", 0, least=1, most=2**31 - 1)
    asked = call.request.path_params["id"]
    async with call.registry.database.read() as conn:
        id = await read.resolve(conn, table, asked)
        seen = Sight(areas=sight.areas)
        if number:
            rows = await store.at_versions(conn, table, [(id, number)], seen)
        else:
            today = await store.get(conn, table, id, seen)
            rows = [today] if today else await store.versions(conn, table, id, seen, limit=1)
        if not rows and number and await store.versions(conn, table, id, seen, limit=1):
            raise not_found(f"There is no {table.standard.name} `{id}` version {number} here.", id=id)
    if not rows:
        raise unknown(table, asked)
    return rows[0]
