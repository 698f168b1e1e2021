"""What an agreement may say, where it stands, and what it opens. Pure."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError

from jjm.access.agreements.model import LONGEST, UNITS, State
from jjm.access.model import BESIDE, Frequency, Terms
from jjm.access.oauth.rules import is_signed
from jjm.access.participants.rules import algorithms_of
from jjm.access.purposes import Basis
from jjm.kit import Fault, Problem, bad_request
from jjm.standards import Catalogue, Standard


def state_of(row: Mapping[str, Any], signed: int, now: datetime) -> State:
    """Where an agreement stands at an instant."""
    if row["revoked_at"] is not None and row["revoked_at"] <= now:
        return "revoked"
    if row["ends_at"] <= now:
        return "expired"
    if row["agreed_at"] is None:
        return "proposed" if signed else "draft"
    return "in_force" if row["starts_at"] <= now else "agreed"


def terms_of(id: str, document: Mapping[str, Any]) -> Terms:
    """What an agreement in force opens."""
    scope, often = document["scope"], document["frequency"]
    areas = None if scope["areas"] is None else frozenset[str](scope["areas"])
    fields = {type: frozenset[str](names) for type, names in scope["fields"].items()}
    frequency = None
    if often is not None:
        period = UNITS[often["per"]["unit"]] * often["per"]["value"]
        frequency = Frequency(often["of"], often["times"], period, datetime.fromisoformat(document["from"]))
    return Terms(id, document["purpose"]["code"], areas, fields, document["signedPushes"], frequency)


def widens(new: Terms, old: Terms) -> bool:
    """True if the new terms open anything that the old ones did not."""
    more = any(names - old.fields.get(type, frozenset()) for type, names in new.fields.items())
    wider = old.areas is not None and (new.areas is None or bool(new.areas - old.areas))
    return more or wider or new.purpose != old.purpose


def check_life(starts: datetime, ends: datetime, now: datetime) -> None:
    """Raises Problem 400 for an agreement that would never be in force, or for too long."""
    if ends <= max(starts, now):
        raise _bad("/until", "it would never be in force", "Let it end after it begins, and not in the past.")
    if ends - max(starts, now) > LONGEST or starts - now > LONGEST:
        raise _bad("/until", "it would be in force for too long", f"At most {LONGEST.days} days; then agree anew.")


def check_purpose(code: str, known: Mapping[str, Basis]) -> None:
    """Raises Problem 400 for a purpose that is not known, or that only a person's own consent allows."""
    if code not in known:
        raise _bad("/purpose/code", f"`{code:.60}` is not a purpose", f"Use one of: {', '.join(known)}.")
    if known[code] is Basis.CONSENT:
        raise _bad("/purpose/code", f"`{code}` needs the consent of each person", "No agreement stands in for it.")


def check_fields(catalogue: Catalogue, types: Sequence[str], fields: Mapping[str, Sequence[str]]) -> None:
    """Raises Problem 400 for types and fields that the standards do not know, or types without fields."""
    for place, type in enumerate(types):
        standard = catalogue.types.get(type)
        if standard is None:
            raise _bad(f"/scope/types/{place}", f"`{type:.60}` is no registry type", "Use a type of `/api/v1`.")
        if not fields.get(type):
            raise _bad(f"/scope/fields/{type}", "no field is named", "Name each field that may be seen.")
        _check_names(standard, fields[type])
    if beside := sorted(set(fields) - set(types)):
        raise _bad("/scope/fields", f"`{beside[0]:.60}` is not among the types", "Name it there, or leave it out.")


def _check_names(standard: Standard, names: Collection[str]) -> None:
    known = [*(f.name for f in standard.fields), *BESIDE]
    if unknown := sorted(set(names) - set(known)):
        pointer = f"/scope/fields/{standard.name}"
        raise _bad(pointer, f"`{unknown[0]:.60}` is no field of {standard.name}", f"Choose from: {', '.join(known)}.")


def _bad(pointer: str, message: str, remedy: str) -> Problem:
    return bad_request("bad-agreement", "The agreement was not drafted.", Fault(message, remedy, pointer))


def signing_key(signature: str, document: bytes, keys: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The kid of the key, among these public ones, by which a detached JWS signs a document; None if none does."""
    header, _, ending = signature.partition("..")
    token = f"{header}.{urlsafe_b64encode(document).rstrip(b'=').decode()}.{ending}"
    try:
        said = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError):
        return None
    kid, algorithm = said.get("kid"), said.get("alg")
    if not isinstance(kid, str) or kid not in keys or "crit" in said or algorithm not in algorithms_of(keys[kid]):
        return None
    return kid if is_signed(token, str(algorithm), keys[kid]) else None


def detached(token: str) -> str:
    """A compact JWS without its payload (RFC 7515, appendix F)."""
    header, _, ending = token.split(".")
    return f"{header}..{ending}"


def parsed(document: str) -> dict[str, Any]:
    """An agreement as it was signed."""
    return orjson.loads(document)
