"""Who may do what where: actors, permits, tokens, and the one decision about types, areas and personal fields.

Every service of the node takes an `Actor`. `view_of` says what an actor sees of a type and in which areas, `require`
and `require_write` whether it may act; nothing is allowed that is not said here. `Gate` tells who calls: each kind of
secret begins with a prefix of its own and is looked up by its own `Bearer`. Calls are declared by `routers`.
Participants are outsiders with applications of their own, which get their tokens by OAuth.
"""

from functools import partial

from fastapi import APIRouter

from jjm.access.again import Asked, actor_again, signing_key
from jjm.access.agreements.admit import admitted, left_out, needs_admission, say_if_over
from jjm.access.agreements.api import routers as _agreements
from jjm.access.agreements.deliveries import OVER_FREQUENCY, count_delivery
from jjm.access.agreements.nodes import (
    agreed_with,
    life_of,
    own_signature,
    read_by_node,
    sign_for_node,
    signed_by_both,
    terms_said,
)
from jjm.access.consents.api import before as before_consents
from jjm.access.consents.api import behind as behind_consent
from jjm.access.consents.api import routers as _consents
from jjm.access.consents.deciding import Answer, answer
from jjm.access.consents.ending import expire_consents
from jjm.access.consents.judging import Asked as AskedOfConsents
from jjm.access.consents.reading import Consents, Turn
from jjm.access.consents.store import forget_record
from jjm.access.consents.told import own_consents
from jjm.access.context import Access, Places, access_of, actor_of, base_of, caller_of, guarded
from jjm.access.decisions import enter, verify_decisions
from jjm.access.gate import Bearer, Gate, bearer_digest, secret_digest
from jjm.access.keys import NodeKey, open_node_key, signed_by
from jjm.access.limits import Left, Limiter, left_field, policy_field
from jjm.access.master_key.api import router as _master_key
from jjm.access.master_key.holdings import holdings
from jjm.access.master_key.service import REMEMBERED as MASTER_KEY
from jjm.access.master_key.service import Rotation
from jjm.access.messages import Messages
from jjm.access.model import ANONYMOUS, NODE, Actor, Environment, Frequency, Held, Permit, Scope, Terms, View
from jjm.access.oauth.api import router as _oauth
from jjm.access.oauth.model import PREFIX as _ACCESS_TOKEN
from jjm.access.oauth.service import application_actor, forget_spent
from jjm.access.outside.api import router as _links
from jjm.access.outside.model import Departure, Provider
from jjm.access.outside.provider import Remote
from jjm.access.outside.service import arrive, depart
from jjm.access.participants.acting import acting_for
from jjm.access.participants.api import routers as _participants
from jjm.access.participants.applications_api import routers as _applications
from jjm.access.participants.senders import Sender, senders
from jjm.access.participants.service import invite, lapse_requests
from jjm.access.people.api import router as _people
from jjm.access.people.model import PERSON, NewCode, Person
from jjm.access.people.opening import Opening, check_new_password, open_account, opening
from jjm.access.people.reaching import Reached, account_with, how_to_reach, names_of_people
from jjm.access.people.rules import normal_phone
from jjm.access.people.service import NewAccount, invite_again, make_account
from jjm.access.purposes import Basis, known_purposes, rests_on_consent
from jjm.access.readings.api import cursor_of, mark_from
from jjm.access.readings.api import overseers as _overseen
from jjm.access.readings.api import router as _readings
from jjm.access.readings.model import Extent, Sifting, Subject, Way
from jjm.access.readings.overseen import overseen, places_overseen
from jjm.access.readings.own import own_readings
from jjm.access.readings.service import Readings, readings_of, stretches_of
from jjm.access.readings.told import told_overseen, told_readings
from jjm.access.retention import overdue, purge_logs
from jjm.access.roles.api import open_door as _roles
from jjm.access.roles.api import router as _grants
from jjm.access.roles.holders import Holder, holders, places_granted
from jjm.access.roles.model import GRANT, Grant, Wish
from jjm.access.roles.service import grant_role
from jjm.access.rules import (
    is_open_to_all,
    require,
    require_export,
    require_some,
    require_write,
    unauthenticated,
    view_of,
)
from jjm.access.sessions.api import routers as _sessions
from jjm.access.sessions.by_phone import Sent, send_code, sign_in_by_phone
from jjm.access.sessions.model import PREFIX as _SESSION
from jjm.access.sessions.model import Caller, NewSession, Session
from jjm.access.sessions.own import (
    change_password,
    end_other_sessions,
    end_own_session,
    own_account,
    remove_second_factor,
    set_second_factor,
)
from jjm.access.sessions.presence import Presence
from jjm.access.sessions.second_factor import new_secret, picture_of, uri_of
from jjm.access.sessions.signing_in import sign_in
from jjm.access.sessions.upkeep import tidy_people, write_down_presence
from jjm.access.sessions.whoami import about_me, sessions_of
from jjm.access.tokens.api import router as _tokens
from jjm.access.tokens.service import PREFIX as _TOKEN
from jjm.access.tokens.service import NewToken, create_token, revoke_token, token_actor, tokens
from jjm.access.usage.api import router as _usage
from jjm.access.usage.meter import Meter
from jjm.access.usage.model import Delivery, Failure, Payer
from jjm.access.usage.service import console, forget_usage, looked_after
from jjm.access.vault import Vault
from jjm.kit import WriteConnection


def routers() -> list[APIRouter]:
    """The calls of access."""
    partners = [_oauth, *_participants, *_applications, *_agreements, *_consents, _usage]
    people = [_people, _roles, _grants, *_sessions, _readings, _overseen, _links]
    return [_tokens, _master_key, *partners, *people]


def bearers(environment: Environment = "sandbox", presence: Presence | None = None) -> dict[str, Bearer]:
    """Who is behind each kind of secret, by how it begins, at a node that is for trying things out or live.

    Without `presence` nobody is signed in.
    """
    found: dict[str, Bearer] = {_TOKEN: token_actor, _ACCESS_TOKEN: partial(application_actor, environment)}
    return found if presence is None else {**found, _SESSION: presence.actor}


async def tidy(access: Access, conn: WriteConnection) -> None:
    """Drop what is over: spent tokens and assertions, and requests that nobody decides, old sessions and codes."""
    await forget_spent(access, conn)
    await lapse_requests(access, conn)
    await tidy_people(access, conn)
    await forget_usage(access, conn)
    await expire_consents(access, conn)


__all__ = [
    "ANONYMOUS",
    "GRANT",
    "MASTER_KEY",
    "NODE",
    "OVER_FREQUENCY",
    "PERSON",
    "Access",
    "Actor",
    "Answer",
    "Asked",
    "AskedOfConsents",
    "Basis",
    "Bearer",
    "Caller",
    "Consents",
    "Delivery",
    "Departure",
    "Environment",
    "Extent",
    "Failure",
    "Frequency",
    "Gate",
    "Grant",
    "Held",
    "Holder",
    "Left",
    "Limiter",
    "Messages",
    "Meter",
    "NewAccount",
    "NewCode",
    "NewSession",
    "NewToken",
    "NodeKey",
    "Opening",
    "Payer",
    "Permit",
    "Person",
    "Places",
    "Presence",
    "Provider",
    "Reached",
    "Readings",
    "Remote",
    "Rotation",
    "Scope",
    "Sender",
    "Sent",
    "Session",
    "Sifting",
    "Subject",
    "Terms",
    "Turn",
    "Vault",
    "View",
    "Way",
    "Wish",
    "about_me",
    "access_of",
    "account_with",
    "acting_for",
    "actor_again",
    "actor_of",
    "admitted",
    "agreed_with",
    "answer",
    "arrive",
    "base_of",
    "bearer_digest",
    "bearers",
    "before_consents",
    "behind_consent",
    "caller_of",
    "change_password",
    "check_new_password",
    "console",
    "count_delivery",
    "create_token",
    "cursor_of",
    "depart",
    "end_other_sessions",
    "end_own_session",
    "enter",
    "forget_record",
    "grant_role",
    "guarded",
    "holders",
    "holdings",
    "how_to_reach",
    "invite",
    "invite_again",
    "is_open_to_all",
    "known_purposes",
    "left_field",
    "left_out",
    "life_of",
    "looked_after",
    "make_account",
    "mark_from",
    "names_of_people",
    "needs_admission",
    "new_secret",
    "normal_phone",
    "open_account",
    "open_node_key",
    "opening",
    "overdue",
    "overseen",
    "own_account",
    "own_consents",
    "own_readings",
    "own_signature",
    "picture_of",
    "places_granted",
    "places_overseen",
    "policy_field",
    "purge_logs",
    "read_by_node",
    "readings_of",
    "remove_second_factor",
    "require",
    "require_export",
    "require_some",
    "require_write",
    "rests_on_consent",
    "revoke_token",
    "routers",
    "say_if_over",
    "secret_digest",
    "send_code",
    "senders",
    "sessions_of",
    "set_second_factor",
    "sign_for_node",
    "sign_in",
    "sign_in_by_phone",
    "signed_by",
    "signed_by_both",
    "signing_key",
    "stretches_of",
    "terms_said",
    "tidy",
    "tokens",
    "told_overseen",
    "told_readings",
    "unauthenticated",
    "uri_of",
    "verify_decisions",
    "view_of",
    "write_down_presence",
]
