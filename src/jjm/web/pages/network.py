"""The nodes of the federation as this one sees them."""

from __future__ import annotations

from starlette.responses import Response

from jjm.federation import Federation, status
from jjm.web.language import N_
from jjm.web.site import Page
from jjm.web.store import queries

_SAID = {
    "agreed": N_("signed, not in force yet"),
    "in_force": N_("in force"),
    "revoked": N_("revoked"),
    "expired": N_("over"),
    "gone": N_("over"),
}
_MOVING = {
    "begun": N_("States are moving to this node"),
    "returning": N_("its States are being taken back"),
    "taken_back": N_("its States were taken back"),
    "called_off": N_("its handover was called off"),
    "confirmed": N_("followed"),
}


async def network(page: Page) -> Response:
    """Who there is, how far each is followed, and what does not fit."""
    federation: Federation = page.request.app.state.federation
    async with page.read() as conn:
        found = await status(federation, conn)
        named = {row["code"]: {"en": row["name"]} async for row in queries.state_names(conn)}
    catalogue = page.registry.catalogue
    titles = named | {c.code: c.title for c in catalogue.codelists["state"].codes.values()}
    purposes = {c.code: c.title for c in catalogue.codelists["purpose"].codes.values()}
    types = {name: standard.title for name, standard in catalogue.types.items()}
    now = page.registry.clock.now()
    age = now - found.list.fetched_at if found.list and found.list.fetched_at else None
    minutes = int(age.total_seconds() // 60) if age is not None else None
    more = {"purposes": purposes, "types": types, "said": _SAID, "moving": _MOVING}
    return page.render("network.html", {"status": found, "states": titles, "minutes": minutes} | more)
