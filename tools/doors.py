"""Who each call of a node is for: every call is named here, or the test of the access matrix fails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Door:
    """A kind of caller that calls are for, and what is checked of them."""

    title: str
    about: str


DOORS: Mapping[str, Door] = {
    "open": Door("anybody", "Shows what is public; what else a caller may see is added, never shown to others."),
    "proof": Door("anybody with a proof", "Needs no token: the call itself carries what it is judged by."),
    "records": Door("by permits", "Reading what is public is for anybody; all else by the permits for type and area."),
    "areas": Door("who may change areas", "Needs `write` on the areas that are touched, all of them."),
    "own": Door("known callers", "Anybody who is known finds what is their own, and nothing of others."),
    "partner": Door("participants", "A participant finds what is its own; the keeper of the node finds all."),
    "side": Door("sides of an agreement", "Those whom the agreement binds, and the keeper of the node."),
    "consent": Door("sides of a consent", "The person who is asked, who asks, and the keeper of the node."),
    "person": Door("people", "Persons with an account: their own, and what their grants let them do for others."),
    "keeper": Door("keepers of the node", "Needs `admin` everywhere."),
    "node": Door("nodes", "Another node of the list, by its signature."),
}

_CALLS: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/health/.*|/metrics|/log/.*|/openapi.json|/\.well-known/.*", "open"),
    ("POST", r"/oauth/token", "proof"),
    (".*", r"/api/v1/consents([:/].*)?", "consent"),
    ("GET", r"/api/v1|/api/v1/(changes|search|me|federation|roles)|/api/v1/areas/.*", "open"),
    ("POST", r"/api/v1/areas/operations/\{id\}(:\w+)?", "areas"),
    (".*", r"/api/v1/jobs(/.*)?", "own"),
    (".*", r"/api/v1/tokens(/.*)?", "keeper"),
    (".*", r"/api/v1/master-key(:\w+)?", "keeper"),
    ("POST", r"/api/v1/participants", "proof"),
    ("GET", r"/api/v1/(participants|agreements)(/\{id\})?", "open"),
    ("POST", r"/api/v1/participants/\{id\}:\w+", "keeper"),
    (".*", r"/api/v1/participants/\{id\}(/.*)?", "partner"),
    ("POST", r"/api/v1/applications/\{id\}(/keys/\{kid\})?:\w+", "keeper"),
    (".*", r"/api/v1/applications/\{id\}(/.*)?", "partner"),
    (".*", r"/api/v1/agreements(/.*)?", "side"),
    (".*", r"/api/v1/subscriptions(/.*)?", "own"),
    ("GET", r"/api/v1/quality/plan", "records"),
    ("GET", r"/api/v1/quality/feeds", "own"),
    ("(GET|POST)", r"/api/v1/quality(/limits|:judge)", "open"),
    ("GET", r"/api/v1/reports(/.*)?|/api/v1/progress/(findings(\.csv)?|works/\{id\}/milestones)", "open"),
    ("GET", r"/api/v1/workflows/\{name\}/refused", "keeper"),
    ("GET", r"/api/v1/workflows(/.*)?", "open"),
    (".*", r"/api/v1/(cases|inbox)([:/].*)?", "own"),
    ("GET", r"/api/v1/quality/samples/\{id\}/(report\.pdf(\.sig)?|verification)", "records"),
    ("GET", r"/api/v1/quality/(contaminations/\{id\}/served|samples/\{id\}/.*)|/api/v1/quality/batches", "own"),
    ("POST", r"/api/v1/quality/(batches|kit-tests)", "own"),
    (".*", r"/api/v1/quality[/:].*", "open"),
    ("POST", r"/api/v1/message-reports/.*", "proof"),
    (".*", r"/api/v1/message-(counts|troubles)(/.*)?", "keeper"),
    (".*", r"/api/v1/messages([:/].*)?", "person"),
    (".*", r"/api/v1/batches(/.*)?", "own"),
    ("GET", r"/api/v1/federation/held", "keeper"),
    ("POST", r"/api/v1/federation/nodes/\{name\}:\w+", "keeper"),
    (".*", r"/api/v1/federation(/.*)?", "node"),
    ("POST", r"/api/v1/(sessions|codes|phone-codes)(:\w+)?", "proof"),
    (".*", r"/api/v1/(me|sessions|people|grants|recoveries|access-events|readings|sign-in)([:/].*)?", "person"),
)


def door_of(method: str, path: str, plurals: frozenset[str]) -> str | None:
    """Whom a call is for, by its method and path as in the OpenAPI document; None for one that nobody has named."""
    parts = path.split("/")
    if len(parts) > 3 and parts[1:3] == ["api", "v1"] and parts[3].partition(":")[0] in plurals:
        return "records"
    for methods, pattern, door in _CALLS:
        if re.fullmatch(methods, method) and re.fullmatch(pattern, path):
            return door
    return None
