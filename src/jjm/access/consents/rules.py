"""Where a consent stands, what it covers, and how it is renewed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from jjm.access.consents.model import Consent, Frequency, Mode, Status
from jjm.access.purposes import Basis
from jjm.kit import Fault, Problem, bad_request, conflict

Act = Literal["grant", "deny", "pause", "resume", "revoke"]

_NEXT: Final[Mapping[Status, Mapping[Act, Status]]] = {
    Status.REQUESTED: {"grant": Status.GRANTED, "deny": Status.DENIED},
    Status.GRANTED: {"pause": Status.PAUSED, "revoke": Status.REVOKED},
    Status.PAUSED: {"resume": Status.GRANTED, "revoke": Status.REVOKED},
}
ENDED: Final = frozenset(Status) - frozenset(_NEXT)
"""Where nothing more is decided about a consent."""
_PERIODS: Final = {"DAY": timedelta(days=1), "MONTH": timedelta(days=30), "YEAR": timedelta(days=365)}


def check_purpose(consent: Consent, known: Mapping[str, Basis]) -> None:
    """Raises Problem 400 `bad-consent` unless the purpose is one that rests on consent.

    Where the law gives the ground, as for a benefit of the State, asking would pretend a choice that is none.
    """
    if known.get(consent.purpose) is not Basis.CONSENT:
        asked = [code for code, basis in known.items() if basis is Basis.CONSENT]
        fault = Fault("it does not rest on consent", f"Use one of: {', '.join(asked)}.", "/purpose")
        raise bad_request("bad-consent", f"Nobody is asked to consent to `{consent.purpose}`.", fault)


def status_at(consent: Consent, now: datetime) -> Status:
    """Where a consent stands at an instant: what has not ended otherwise expires."""
    return Status.EXPIRED if consent.status in _NEXT and now >= consent.until else consent.status


def decided(consent: Consent, act: Act, now: datetime) -> Consent:
    """The consent after a decision about it. Raises Problem 409 `wrong-state`."""
    status = status_at(consent, now)
    possible = dict(_NEXT.get(status, {}))
    if not consent.revocable:
        possible.pop("revoke", None)
    if act not in possible:
        can = ", ".join(possible) or "nothing"
        raise conflict("wrong-state", f"The consent is {status}: it cannot {act}; possible from there: {can}.")
    return replace(consent, status=possible[act])


def refusal(
    consent: Consent,
    type: str,
    areas: Collection[str],
    purpose: str,
    now: datetime,
    told_of: tuple[datetime, datetime] | None = None,
    reaches: Collection[str] | None = None,
) -> str | None:
    """Why a consent does not cover a record of a type now, as the code by which it is logged; None where it does.

    `areas` are all in which the record lies, from the nearest up; one of those that the consent `reaches` is enough, as
    it is for every reading. `told_of` is the time that the record tells of, from and until; it may be in part outside.
    """
    status = status_at(consent, now)
    within = consent.areas if reaches is None else reaches
    faults = {
        f"consent-{status.lower()}": status is not Status.GRANTED,
        "consent-not-begun": now < consent.starts,
        "other-purpose": consent.purpose != purpose,
        "over-type": type not in consent.data,
        "out-of-area": set(areas).isdisjoint(within),
        "out-of-time": told_of is not None and not _meets(consent, *told_of),
    }
    return next((code for code, is_so in faults.items() if is_so), None)


def covers(
    consent: Consent,
    type: str,
    fields: Collection[str],
    areas: Collection[str],
    purpose: str,
    now: datetime,
    told_of: datetime | None = None,
) -> bool:
    """True if a reading of all these fields is within the consent, now; `told_of` is an instant."""
    named = bool(fields) and set(fields) <= set(consent.data.get(type, ()))
    span = None if told_of is None else (told_of, told_of + timedelta.resolution)
    return named and refusal(consent, type, areas, purpose, now, span) is None


def _meets(consent: Consent, begun: datetime, ended: datetime) -> bool:
    return begun < consent.data_until and consent.data_from < ended


def period_start(consent: Consent, now: datetime) -> datetime:
    """When the period began in which a reading now is counted."""
    return now - (now - consent.starts) % _PERIODS[consent.frequency.unit]


def next_period(consent: Consent, now: datetime) -> datetime:
    """When the next period begins."""
    return period_start(consent, now) + _PERIODS[consent.frequency.unit]


def is_too_often(consent: Consent, uses: Sequence[datetime], now: datetime) -> bool:
    """True if another reading now would be one more than the consent allows in this period."""
    begun = period_start(consent, now)
    return sum(begun <= use <= now for use in uses) >= consent.frequency.times


def renewed(old: Consent, new: Consent) -> Consent:
    """The consent that takes an older one's place, requested anew. Raises Problem 400 `bad-consent` for a wider one.

    Only time moves on, and no further than the old one reached: whoever wants more asks the person afresh.
    """
    if wider := wider_in(new, old):
        faults = [Fault("more than before", "Ask the person for a consent of its own.", f"/{name}") for name in wider]
        raise _wider(faults)
    return replace(new, status=Status.REQUESTED)


def wider_in(new: Consent, old: Consent) -> list[str]:
    """In what a consent goes beyond an older one, by the names of the model; none if it is no wider."""
    same = ("person", "provider", "consumer", "purpose", "notice", "use_logged_to", "access_logged_to", "revoke_to")
    differ = [name for name in same if getattr(new, name) != getattr(old, name)]
    beyond = {
        "data": any(set(fields) - set(old.data.get(type, ())) for type, fields in new.data.items()),
        "areas": bool(set(new.areas) - set(old.areas)),
        "data_from": new.data_from < old.data_from,
        "data_until": new.data_until - new.starts > old.data_until - old.starts,
        "until": new.until - new.starts > old.until - old.starts,
        "keep_until": new.keep_until - new.starts > old.keep_until - old.starts,
        "frequency": _is_oftener(new.frequency, old.frequency),
        "mode": new.mode not in (old.mode, Mode.VIEW),
        "revocable": old.revocable and not new.revocable,
    }
    return differ + [name for name, is_wider in beyond.items() if is_wider]


def _is_oftener(new: Frequency, old: Frequency) -> bool:
    longer = _PERIODS[new.unit] >= _PERIODS[old.unit]
    return new.times > old.times or not longer


def _wider(faults: Sequence[Fault]) -> Problem:
    return bad_request("bad-consent", "A renewal says more than the consent that it renews.", *faults)
