"""The token endpoint and what a client finds out about it by itself (RFC 8414)."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from jjm.access.context import access_of, guarded
from jjm.access.model import Scope
from jjm.access.oauth.model import ASSERTION_TYPE
from jjm.access.oauth.refusals import no_token
from jjm.access.oauth.rules import read_form
from jjm.access.oauth.service import give_token
from jjm.access.participants.rules import ALGORITHMS
from jjm.kit import Problem
from jjm.kit.http import answer

_BODY, _FORM = 32_000, "application/x-www-form-urlencoded"
router = APIRouter(tags=["oauth"], route_class=guarded(None, _BODY))


class TokenTold(BaseModel):
    """An access token (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class TokenRefused(BaseModel):
    """Why there is no token (RFC 6749 section 5.2), and the same as other refusals say it; `code` is finer."""

    error: str
    error_description: str
    type: str
    code: str
    status: int
    title: str
    detail: str


class Metadata(BaseModel):
    """How to get a token at this node (RFC 8414)."""

    issuer: str
    token_endpoint: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    scopes_supported: list[str]
    service_documentation: str


_TEXT = {"type": "string"}
_ASKED = {
    "type": "object",
    "required": ["grant_type", "client_assertion_type", "client_assertion"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "client_assertion_type": {"type": "string", "enum": [ASSERTION_TYPE]},
        "client_assertion": {**_TEXT, "description": "A JWT signed by a key of the application (RFC 7523)"},
        "client_id": _TEXT,
        "scope": {**_TEXT, "description": "Permits, separated by spaces; all that were given if left out"},
    },
}


@router.post(
    "/oauth/token",
    response_model=TokenTold,
    responses={400: {"model": TokenRefused}, 401: {"model": TokenRefused}},
    openapi_extra={"requestBody": {"required": True, "content": {_FORM: {"schema": _ASKED}}}},
)
async def token(request: Request) -> Response:
    """An access token for an application: client credentials, authenticated by a JWT that its key has signed."""
    access = access_of(request)
    try:
        form = await _form(request)
        async with access.database.write() as conn:
            made = await give_token(access, conn, read_form(form))
    except Problem as problem:
        if "error" not in problem.extra:
            raise
        return _refused(problem)
    left = int((made.expires_at - access.clock.now()).total_seconds())
    told = {"access_token": made.secret, "token_type": "Bearer", "expires_in": left, "scope": " ".join(made.scopes)}
    return answer(told, headers={"Cache-Control": "no-store"})


async def _form(request: Request) -> dict[str, list[str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise no_token("invalid_request", "token-request", f"Send the parameters as a form, {_FORM}.")
    if _sends_a_secret(request.headers.get("authorization", "")):
        raise no_token("invalid_client", "assertion-missing", "Authenticate by private_key_jwt and nothing else.")
    found: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=30):
            found.setdefault(name, []).append(value)
    except ValueError as error:
        raise no_token("invalid_request", "token-request", "The form cannot be read.") from error
    return found


def _sends_a_secret(authorization: str) -> bool:
    """True for any credentials but the name without a password that some clients always send."""
    kind, _, value = authorization.partition(" ")
    if not authorization:
        return False
    try:
        return kind.lower() != "basic" or not b64decode(value, validate=True).endswith(b":")
    except ValueError:
        return True


def _refused(problem: Problem) -> Response:
    told = {**problem.as_json(), "error_description": problem.detail}
    headers = {"Cache-Control": "no-store"}
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="jjm"'
    return answer(told, problem.status, headers)


@router.get("/.well-known/oauth-authorization-server", response_model=Metadata)
async def metadata(request: Request) -> dict[str, Any]:
    """How to get a token at this node (RFC 8414)."""
    issuer = access_of(request).urls[0]
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth/token",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": [Scope.READ.value, Scope.WRITE.value],
        "service_documentation": f"{issuer}/docs",
    }
