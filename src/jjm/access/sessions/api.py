"""Sessions and the own account over HTTP."""

from __future__ import annotations

import dataclasses
from typing import Any

from fastapi import APIRouter, Request

from jjm.access.context import access_of, actor_of, caller_of, deciding, guarded
from jjm.access.people.opening import check_new_password, open_account, opening
from jjm.access.sessions import by_phone, own, signing_in
from jjm.access.sessions.answers import (
    CodeAsked,
    CodeSent,
    MeTold,
    OpeningAsked,
    OpeningTold,
    PasswordAsked,
    PhoneAsked,
    PhoneCodeAsked,
    SecondFactorAsked,
    SecondFactorGoneAsked,
    SecretOffered,
    SessionBegun,
    SessionsTold,
    SignInAsked,
)
from jjm.access.sessions.model import NewSession
from jjm.access.sessions.second_factor import new_secret, uri_of
from jjm.access.sessions.whoami import about_me, sessions_of

open_door = APIRouter(prefix="/api/v1", tags=["sessions"], route_class=guarded(None))
everybody = APIRouter(prefix="/api/v1", tags=["sessions"], route_class=guarded(lambda actor: actor))
router = APIRouter(prefix="/api/v1", tags=["sessions"], route_class=guarded(own.own_account))
routers = (open_door, everybody, router)


@open_door.post("/sessions", status_code=201, response_model=SessionBegun)
async def begin(request: Request, asked: SignInAsked) -> dict[str, Any]:
    """Sign in with a password and, where the account has one, a second factor."""
    made = await signing_in.sign_in(access_of(request), asked.name, asked.password, asked.totp_code, caller_of(request))
    return _begun(made)


@open_door.post("/phone-codes", status_code=201, response_model=CodeSent)
async def send(request: Request, asked: PhoneAsked) -> dict[str, Any]:
    """Send a code to a telephone. It is good for ten minutes and five tries."""
    sent = await by_phone.send_code(access_of(request), asked.phone, asked.language, caller_of(request))
    return dataclasses.asdict(sent)


@open_door.post("/sessions:phone", status_code=201, response_model=SessionBegun)
async def begin_by_phone(request: Request, asked: PhoneCodeAsked) -> dict[str, Any]:
    """Sign in with the code that was sent to a telephone."""
    made = await by_phone.sign_in_by_phone(access_of(request), asked.id, asked.code, caller_of(request))
    request.app.state.sequencer.wake()
    return _begun(made)


@router.get("/sessions", response_model=SessionsTold)
async def listed(request: Request) -> dict[str, Any]:
    """The own sessions that may still be used."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        found = await sessions_of(access, conn, actor)
    return {"items": [{**dataclasses.asdict(s), "is_this": s.id == actor.session} for s in found]}


@router.delete("/sessions/{id}", status_code=204)
async def end(request: Request, id: str) -> None:
    """End one of the own sessions; with the identifier of this one, sign out."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        await own.end_own_session(access, conn, actor, id, caller_of(request))


@router.delete("/sessions", status_code=204)
async def end_others(request: Request) -> None:
    """End all own sessions but this one."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        await own.end_other_sessions(access, conn, actor, caller_of(request))


@open_door.post("/codes:look", response_model=OpeningTold)
async def look(request: Request, asked: CodeAsked) -> dict[str, Any]:
    """What the one-time code of an invitation or recovery is for. It is not used up by this."""
    access = access_of(request)
    async with access.database.read() as conn:
        found = await opening(access, conn, asked.code)
    return {
        "kind": found.code.kind,
        "name": found.person.name,
        "person": found.person.id,
        "needs_second_factor": found.needs_totp,
        "totp_secret": found.totp,
        "totp_uri": uri_of(found.totp, found.person.id, access.node),
        "expires_at": found.code.expires_at,
    }


@open_door.post("/codes:use", status_code=204)
async def use(request: Request, asked: OpeningAsked) -> None:
    """Use a one-time code up: set a password, and the second factor if its code is given. Then sign in."""
    access = access_of(request)
    async with access.database.read() as conn:
        found = await opening(access, conn, asked.code)
    step = check_new_password(access, found, asked.password, asked.totp_code)
    hashed = await access.passwords.hashed(asked.password)
    async with deciding(request) as conn:
        await open_account(access, conn, found, hashed, step, caller_of(request).address)


@everybody.get("/me", response_model=MeTold)
async def me(request: Request) -> dict[str, Any]:
    """Who the caller is, which roles count, and by which grant each came."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        return await about_me(access, conn, actor)


@router.post("/me:password", status_code=201, response_model=SessionBegun)
async def change_password(request: Request, asked: PasswordAsked) -> dict[str, Any]:
    """Another password. Every session ends, this one too; a new one is answered."""
    access, actor = access_of(request), await actor_of(request)
    caller = caller_of(request)
    made = await own.change_password(access, actor, asked.old, asked.new, asked.totp_code, caller)
    return _anew(request, made)


@router.post("/me:offer-second-factor", response_model=SecretOffered)
async def offer(request: Request) -> dict[str, Any]:
    """A fresh secret for an authenticator."""
    person, secret = own.own_account(await actor_of(request)), new_secret()
    return {"totp_secret": secret, "totp_uri": uri_of(secret, person, access_of(request).node)}


@router.post("/me:second-factor", status_code=201, response_model=SessionBegun)
async def set_second_factor(request: Request, asked: SecondFactorAsked) -> dict[str, Any]:
    """Set the second factor, with the code that an authenticator shows. Every session ends; a new one is answered."""
    access, actor = access_of(request), await actor_of(request)
    caller = caller_of(request)
    made = await own.set_second_factor(access, actor, asked.password, asked.secret, asked.totp_code, caller)
    return _anew(request, made)


@router.post("/me:remove-second-factor", status_code=201, response_model=SessionBegun)
async def remove_second_factor(request: Request, asked: SecondFactorGoneAsked) -> dict[str, Any]:
    """No second factor any more; refused where a role asks for one. Every session ends; a new one is answered."""
    access, actor = access_of(request), await actor_of(request)
    made = await own.remove_second_factor(access, actor, asked.password, asked.totp_code, caller_of(request))
    return _anew(request, made)


def _begun(made: NewSession) -> dict[str, Any]:
    return {
        "id": made.id, "person": made.person, "token": made.secret, "means": made.means, "is_strong": made.is_strong,
        "expires_at": made.expires_at,
    }  # fmt: skip


def _anew(request: Request, made: NewSession) -> dict[str, Any]:
    request.app.state.sequencer.wake()
    return _begun(made)
