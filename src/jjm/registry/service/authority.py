"""Before a record is written: is it this node's to write? Costs nothing on a node by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jjm.kit import Fault, Problem, ReadConnection
from jjm.registry.authority import Authority, Owner
from jjm.registry.model import Change, Draft, Version
from jjm.registry.rules import state_in_id
from jjm.registry.sealing import is_withheld
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import states_of_drafts
from jjm.registry.table import Table

Held = Mapping[str, Version]
"""The versions on which drafts build, by record."""
_RELAY = "Send it with `Prefer: relay` to have it kept as a proposal that its node decides."


async def require_authority(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft], held: Held
) -> None:
    """Let pass drafts of records that are this node's. Raises Problem 409 `not-the-authority` with where to go.

    Nor is anything built on a version of which what is personal never came here: 409 `personal-elsewhere`.
    """
    authority = registry.authority
    if authority is None:
        return
    for draft, owner in zip(drafts, await owners(registry, conn, table, drafts, held), strict=True):
        if owner is not None:
            raise not_the_authority(table, None if draft.minted else draft.id, owner)
    for draft in drafts if table.personal else ():
        _require_whole(table, draft, held.get(draft.id or ""))
    if table.standard.fields_of_state:
        await _require_fields(registry, authority, conn, table, drafts, held)


def _require_whole(table: Table, draft: Draft, before: Version | None) -> None:
    """A change of other fields would lose what is personal; whoever says it anew may go on."""
    if before is None or not is_withheld(before.sealed) or draft.change == Change.RETIRE:
        return
    if table.personal.isdisjoint(draft.data):
        detail = f"What is personal in {before.id}, version {before.version}, is on {before.node} and never came here."
        fault = Fault(detail, f"Send the whole record, or wait until {before.node} is there again.", value=before.id)
        raise Problem("personal-elsewhere", 409, "What is personal in it is on another node", detail, [fault])


async def owners(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft], held: Held
) -> list[Owner | None]:
    """For each draft the other node that has authority over its record; None where it is this one."""
    authority, standard = registry.authority, table.standard
    if authority is None or not drafts:
        return [None] * len(drafts)
    if standard.authority == "centre":
        return [authority.owner(standard, None, None)] * len(drafts)
    if "{state}" in standard.id:
        states = [state_in_id(d.id or "") for d in drafts]
        known = {state: authority.owner(standard, state, None) for state in set(states)}
        return [known[state] for state in states]
    after = await states_of_drafts(registry, conn, table, drafts)
    before = await _states_before(registry, conn, table, drafts, held)
    made = [version.node if (version := held.get(d.id or "")) else None for d in drafts]
    # Neither may a record be taken from another node by placing it here, nor be given to one.
    return [
        authority.owner(standard, was if made_on else now, made_on) or authority.owner(standard, now or was, made_on)
        for was, now, made_on in zip(before, after, made, strict=True)
    ]


def foreign_ids(registry: Registry, table: Table, ids: Sequence[str]) -> dict[int, Fault]:
    """A fault for each of these new records that is another node's by its identifier, by its place in the row."""
    authority, standard = registry.authority, table.standard
    if authority is None:
        return {}
    states = list(map(state_in_id, ids)) if "{state}" in standard.id else [None] * len(ids)
    known = {state: authority.owner(standard, state, None) for state in set(states)}
    return {
        n: not_the_authority(table, None, owner).faults[0]
        for n, state in enumerate(states)
        if (owner := known[state]) is not None
    }


async def _states_before(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft], held: Held
) -> list[str | None]:
    known = [held.get(d.id or "") for d in drafts]
    stood = [Draft(Change.CHANGE, version.data if version else {}) for version in known]
    return await states_of_drafts(registry, conn, table, stood)


async def _require_fields(
    registry: Registry,
    authority: Authority,
    conn: ReadConnection,
    table: Table,
    drafts: Sequence[Draft],
    held: Held,
) -> None:
    names = table.standard.fields_of_state
    found = [(d, _differing(names, d, held.get(d.id or ""))) for d in drafts]
    touched = [(d, name) for d, name in found if name is not None]
    states = await states_of_drafts(registry, conn, table, [d for d, _ in touched]) if touched else []
    for (draft, name), state in zip(touched, states, strict=True):
        owner = authority.decides(table.standard, state)
        if owner is not None and owner.name != draft.behalf:
            raise not_the_authority(table, draft.id, owner, name)


def _differing(names: Sequence[str], draft: Draft, before: Version | None) -> str | None:
    """The first of these fields that a draft changes; a record's first values are whoever's records it is to give."""
    if before is None or draft.change == Change.RETIRE:
        return None
    return next((name for name in names if draft.data.get(name) != before.data.get(name)), None)


def not_the_authority(table: Table, id: str | None, owner: Owner, field: str | None = None) -> Problem:
    """409: who has authority instead of this node, and where to go."""
    path = f"/api/v1/{table.standard.plural}" + (f"/{id}" if id else "")
    url = f"{owner.address}{path}" if owner.address else None
    what = f"`{field}` of {table.standard.name} {id}" if field else f"The {table.standard.name} {id or 'asked for'}"
    there = f"Write it there: {url}." if url else "That node cannot be reached from outside."
    fault = Fault(f"{owner.name} has authority here", f"{there} {_RELAY}", f"/{field}" if field else "", value=id)
    detail = f"{what} is decided by {owner.name}{f' ({owner.title})' if owner.title else ''}. {there} {_RELAY}"
    extra = {"authority": {"name": owner.name, "title": owner.title, "address": owner.address, "url": url}}
    link = {"Link": f'<{url}>; rel="edit"'} if url else {}
    return Problem("not-the-authority", 409, "Another node has authority over this", detail, [fault], extra, link)


def abroad(
    registry: Registry, table: Table, type: str, places: Iterable[tuple[int, str, str]], states: Sequence[str | None]
) -> list[tuple[int, Fault]]:
    """A fault for each reference (draft, pointer, id) to a record of that type that is another State's."""
    if registry.authority is None or registry.table(type).standard.authority != "state":
        return []
    return [
        (n, _abroad(type, pointer, id, own, other))
        for n, pointer, id in places
        if (own := states[n]) is not None and (other := state_in_id(id)) is not None and own != other
    ]


def _abroad(type: str, pointer: str, id: str, own: str, other: str) -> Fault:
    message = f"the {type} `{id}` is of State {other}, and this record of State {own}"
    remedy = "Refer to records of the same State or of the Centre; name what is another State's in words."
    return Fault(message, remedy, pointer, value=id)
