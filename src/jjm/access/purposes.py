"""What personal data is asked for: the codelist `purpose`, each with its lawful basis (DPDP Act 2023)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from jjm.access.model import Actor
from jjm.kit import Fault, Problem, bad_request, forbidden
from jjm.standards import Catalogue

_LIST = "purpose"


class Basis(StrEnum):
    """On which ground personal data may be processed."""

    BENEFIT = "s7b_state_benefit"
    CONSENT = "consent"
    STATISTICS = "s17_2b_statistics"
    OTHER = "s7_other"


def known_purposes(catalogue: Catalogue) -> Mapping[str, Basis]:
    """The purposes of a node's standards, each with its lawful basis."""
    known = catalogue.codelists.get(_LIST)
    return {code.code: Basis(code.extra["basis"]) for code in known.codes.values()} if known else {}


def check_ground(purpose: str, known: Mapping[str, Basis]) -> None:
    """Raises Problem 403 `consent-needed` for a purpose that only the person's own consent allows."""
    if known.get(purpose) is Basis.CONSENT:
        detail = f"`{purpose}` needs the consent of the person, which nothing stands in for."
        raise forbidden(detail, "consent-needed")


def for_purpose(actor: Actor, named: str, known: Mapping[str, Basis]) -> Actor:
    """The actor, asking for the purpose named. Raises Problem 400 for an unknown one, 403 for one without its ground.

    A partner's application cannot choose: its purpose is that of the agreement it reads under; unless it reads under
    consents, and then under no agreement. Consent is given to participants and to people, not to tokens of the office.
    """
    if named not in known:
        fault = Fault(f"`{named}` is not a purpose", f"Use one of: {', '.join(known)}", "/Purpose", value=named)
        raise bad_request("unknown-purpose", "The purpose is not known.", fault)
    if rests_on_consent(named, known):
        if actor.kind not in ("application", "person"):
            check_ground(named, known)
        return replace(actor, purpose=named, terms=())
    if actor.kind == "application":
        return actor
    _check_roles(actor, named, known)
    return replace(actor, purpose=named)


def _check_roles(actor: Actor, named: str, known: Mapping[str, Basis]) -> None:
    """Raises Problem 403 `purpose-not-yours` where roles show what is personal, and none does for this purpose."""
    if actor.only_for and not actor.shows_for(named):
        theirs = ", ".join(code for code in known if actor.shows_for(code))
        fault = Fault(f"no role of yours shows what is personal for `{named}`", f"Yours do for: {theirs}.", "/Purpose")
        raise Problem("purpose-not-yours", 403, "The purpose is not one of your work", str(fault), [fault])


def rests_on_consent(purpose: str | None, known: Mapping[str, Basis]) -> bool:
    """True for a purpose that only the person's own consent allows."""
    return purpose is not None and known.get(purpose) is Basis.CONSENT
