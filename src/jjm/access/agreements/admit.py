"""A call by a partner's application that reads beyond what is public: under which agreement, and whether it may now."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request

from jjm.access.agreements.rules import state_of
from jjm.access.agreements.uses import Use, count, write_down
from jjm.access.context import Access, access_of
from jjm.access.model import BESIDE, Actor, Scope, Terms
from jjm.access.purposes import check_ground
from jjm.kit import Fault, Problem, bad_request, load_queries
from jjm.standards import Standard

_queries = load_queries("jjm.access", "agreements")
_NAMED: Final = "agreement"
_REFUSALS: Final = {401, 403, 404, 410, 429}
_SAID: Final = {"agreed": "is in force", "draft": "is not signed", "proposed": "is not signed by both"}
_ALL_TYPES: Final = ("/api/v1/changes", "/api/v1/search")


def needs_admission(standard: Standard | None, request: Request) -> bool:
    """True for a call of a partner's application that may read what is not public; others are let pass at once."""
    return standard is None or not standard.public or standard.is_personal or _NAMED in request.headers


@asynccontextmanager
async def admitted(request: Request, actor: Actor, standard: Standard | None) -> AsyncGenerator[Actor, None]:
    """The actor as it reads in this call: under one agreement, whose use is counted and written down, or under none.

    Raises Problem 403 for an agreement that is not in force, an area or a field outside of it, 429 `over-frequency`,
    400 where several fit and none is named. Each of these, and whatever else the call is refused for, is written down.
    """
    access, use = access_of(request), _use(request, actor, standard)
    terms = await _chosen(access, request, actor, standard, use)
    if terms is None:
        yield replace(actor, terms=())
        return
    try:
        await _check(access, request, terms, standard, use)
        yield replace(actor, terms=(terms,), purpose=terms.purpose)
    except Problem as problem:
        outcome = "refused" if problem.status in _REFUSALS else "failed"
        await write_down(access, terms.agreement, use, outcome, problem.code)
        raise
    except Exception:
        await write_down(access, terms.agreement, use, "failed", "internal")
        raise
    await write_down(access, terms.agreement, use, "used")


def _use(request: Request, actor: Actor, standard: Standard | None) -> Use:
    named = request.query_params.get("fields")
    fields = None if named is None else tuple(sorted({n.strip()[:100] for n in named.split(",")}))[:100]
    type = standard.name if standard else None
    return Use(actor.id or actor.name, request.method, request.url.path, type, fields, request.scope.get("trace", ""))


async def _chosen(access: Access, request: Request, actor: Actor, standard: Standard | None, use: Use) -> Terms | None:
    """The agreement under which the call reads; None where it needs none."""
    named = request.headers.get(_NAMED)
    if named is not None:
        found = next((t for t in actor.terms if t.agreement == named), None)
        return found or await _refuse_named(access, actor, named, use)
    if standard is None:
        return actor.terms[0] if len(actor.terms) == 1 and request.url.path in _ALL_TYPES else None
    if standard.public and not standard.is_personal:
        return None
    fitting = [t for t in actor.terms if standard.name in t.fields]
    if len(fitting) > 1:
        raise _several([t.agreement for t in fitting])
    if not fitting and actor.areas(Scope.READ, standard.name) == frozenset():
        await refuse_over(access, actor, standard, use)
    return fitting[0] if fitting else None


def _several(ids: Sequence[str]) -> Problem:
    remedy = f"Name one of them in the header `Agreement`: {', '.join(ids)}."
    fault = Fault("several agreements open this type", remedy, "/Agreement")
    return bad_request("agreement-needed", "It must be said under which agreement is read.", fault)


async def _refuse_named(access: Access, actor: Actor, named: str, use: Use) -> Any:
    async with access.database.read() as conn:
        row = await _queries.agreement(conn, id=named)
    if row is None or row["consumer"] != actor.participant:
        raise _not_in_force(f"{actor.participant} has no agreement {named:.60}.")
    raise await _over(access, row, use)


async def say_if_over(request: Request, actor: Actor, standard: Standard) -> None:
    """Of a type that is refused among others: it was open until an agreement ended. Raises Problem 403 where so."""
    if actor.kind == "application":
        await refuse_over(access_of(request), actor, standard, _use(request, actor, standard))


async def left_out(request: Request, actor: Actor, standards: Iterable[Standard]) -> str:
    """Types that a partner was open to see until an agreement ended, and that an answer about all types is without.

    As a list by RFC 9651, of each type which agreement, how it ended and since when; empty where nothing is left out.
    """
    closed = {s.name: s.plural for s in standards if not s.public and actor.areas(Scope.READ, s.name) == frozenset()}
    if actor.kind != "application" or not closed:
        return ""
    access = access_of(request)
    async with access.database.read() as conn:
        asked = {"participant": actor.participant, "types": list(closed), "now": access.clock.now()}
        return ", ".join([_said_over(closed, row) async for row in _queries.all_over(conn, **asked)])


def _said_over(plurals: Mapping[str, str], row: Any) -> str:
    ends, revoked = row["ends_at"], row["revoked_at"]
    how, when = ("expired", ends) if revoked is None or ends <= revoked else ("revoked", revoked)
    return f'{plurals[row["type"]]};agreement="{row["id"]}";ended="{how}";since="{when:%Y-%m-%dT%H:%M:%SZ}"'


async def refuse_over(access: Access, actor: Actor, standard: Standard, use: Use) -> None:
    """Say of a type which was open until an agreement ended that it is over. Raises Problem 403, and writes it down."""
    async with access.database.read() as conn:
        now = access.clock.now()
        row = await _queries.last_over(conn, participant=actor.participant, type=standard.name, now=now)
    if row is not None:
        raise await _over(access, row, use)


async def _over(access: Access, row: Any, use: Use) -> Problem:
    state = state_of(row, 2, access.clock.now())
    ended = {"revoked": row["revoked_at"], "expired": row["ends_at"], "agreed": row["starts_at"]}.get(state)
    when = f" {'from' if state == 'agreed' else 'since'} {ended:%Y-%m-%dT%H:%M:%SZ}" if ended else ""
    why = f": {row['reason']}" if state == "revoked" and row["reason"] else ""
    said = _SAID.get(state, f"is {state}")
    await write_down(access, row["id"], use, "refused", f"agreement-{state}")
    return _not_in_force(f"{row['id']} {said}{when}{why}.")


def _not_in_force(detail: str) -> Problem:
    return Problem("agreement-not-in-force", 403, "No agreement allows this now", detail)


async def _check(access: Access, request: Request, terms: Terms, standard: Standard | None, use: Use) -> None:
    check_ground(terms.purpose, access.gate.purposes)
    if standard is not None and standard.name not in terms.fields and not standard.public:
        raise _outside("over-field", f"{terms.agreement} does not open {standard.plural}.", "/Agreement", terms.fields)
    if standard is not None and use.fields is not None:
        known = {*terms.fields.get(standard.name, ()), "id", "_meta"}
        names = {f.name for f in standard.fields} | set(BESIDE)
        if over := sorted(set(use.fields) & names - known):
            detail = f"{terms.agreement} does not open the field {over[0]} of {standard.name}."
            raise _outside("over-field", detail, "/fields", known)
    await _check_area(access, request.query_params.get("within"), terms)
    if terms.frequency is not None and (terms.frequency.of == "calls" or use.is_export):
        await check_frequency(access, terms)


async def _check_area(access: Access, within: str | None, terms: Terms) -> None:
    if within is None or terms.areas is None or within in terms.areas:
        return
    async with access.database.read() as conn:
        asked = await access.places.ids(conn, within)
        allowed = [id for area in terms.areas for id in await access.places.ids(conn, area)]
        inside = await access.places.lie_within(conn, asked, allowed)
    if not inside:
        raise _outside("outside-agreement", f"{terms.agreement} does not reach {within}.", "/within", terms.areas)


def _outside(code: str, detail: str, pointer: str, allowed: Any) -> Problem:
    remedy = f"It opens: {', '.join(sorted(allowed))}. What lies beyond needs another agreement."
    return Problem(code, 403, "The agreement does not reach so far", detail, [Fault(detail, remedy, pointer)])


async def check_frequency(access: Access, terms: Terms) -> None:
    """Count a use. Raises Problem 429 `over-frequency` where there were as many as agreed."""
    often, now = terms.frequency, access.clock.now()
    assert often is not None
    async with access.database.write() as conn:
        again = await count(conn, terms.agreement, often, now)
    if again is not None:
        allowed = f"{terms.agreement} allows {often.times} {often.of} in {often.period}"
        detail = f"{allowed}; again from {again:%Y-%m-%dT%H:%M:%SZ}."
        after = {"Retry-After": str(int((again - now).total_seconds()) + 1)}
        raise Problem("over-frequency", 429, "More often than agreed", detail, extra={"again_at": again}, headers=after)
