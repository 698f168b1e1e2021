"""Deciding proposals over HTTP."""

from __future__ import annotations

from starlette.responses import Response

from jjm.kit import WriteConnection, not_found
from jjm.kit.http import answer, read_body, read_object
from jjm.registry.api.call import Call, Handler, changing, takes, writing
from jjm.registry.operations import understood
from jjm.registry.rows import show_version
from jjm.registry.service.proposals import TYPE, Decision, decide
from jjm.registry.service.seeing import hidden_in, sight_of

BODY_LIMIT = 1_000_000


def _deciding(accept: bool) -> Handler:
    @writing
    @takes()
    async def act(call: Call) -> Response:
        return await _decide(call, accept)

    return act


PROPOSAL_ACTIONS: dict[str, Handler] = {"accept": _deciding(True), "reject": _deciding(False)}


async def _decide(call: Call, accept: bool) -> Response:
    registry, table, id = call.registry, call.table, call.request.path_params["id"]
    if table.standard.name != TYPE:
        raise not_found(f"{table.standard.plural} are not decided.", "action-unknown", known=[])
    body = await read_body(call.request, BODY_LIMIT)
    decision = _read(body)

    async def act(conn: WriteConnection) -> Response:
        made = await decide(registry, conn, call.actor, id, accept=accept, decision=decision)
        sight = await sight_of(registry, conn, call.actor, table)
        hidden = await hidden_in(conn, sight, table, id, made.version.data)
        return answer(show_version(made.version, hidden, table.personal), headers={"ETag": made.etag})

    return await changing(call, body, act)


def _read(body: bytes) -> Decision:
    remedy = "Send `{note?, data?, effective?, order?}`."
    return understood(
        Decision, read_object(body or b"{}"), "bad-decision", "The decision cannot be understood.", remedy
    )
