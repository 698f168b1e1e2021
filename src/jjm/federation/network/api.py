"""Who is who, over HTTP: what this node says of itself, and on the Centre's node the list of all."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from jjm.federation.context import federation_of

router = APIRouter(tags=["federation"])
JOSE_TYPE = "application/jose"


class Described(BaseModel):
    """A node's description of itself."""

    node: dict[str, Any] = Field(description="What it says: name, role, address, States, keys, ledger, standards")
    signed: str = Field(description="The same as a compact JWS, signed with the node's own key")
    fingerprint: str = Field(description="RFC 7638 thumbprint of that key, to be compared by another way")


@router.get("/.well-known/jjm-node")
async def describe(request: Request) -> Described:
    """What this node says of itself, signed by it."""
    network = federation_of(request).network
    said = network.descriptor()
    return Described(node=said, signed=network.key.sign(said), fingerprint=network.key.id)


@router.get(
    "/.well-known/jjm-nodes",
    response_class=PlainTextResponse,
    responses={200: {"content": {JOSE_TYPE: {"schema": {"type": "string"}}}}},
)
async def listed(request: Request) -> PlainTextResponse:
    """The list of nodes, signed by the Centre: a compact JWS; only the Centre's node publishes it."""
    found = await federation_of(request).network.issue()
    return PlainTextResponse(found.signed, media_type=JOSE_TYPE, headers={"cache-control": "public, max-age=5"})
