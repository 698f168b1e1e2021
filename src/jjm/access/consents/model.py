"""A consent as the JJM profile says it: who lets whom see what of them, for what, until when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic.alias_generators import to_camel

PROFILE: Final = "jjm:consent/1"

# Patterns admit no white space and nothing that XML or a query would have to change. A pseudonym begins with a word of
# the house, so that a phone number, an Aadhaar number or a name in its place is refused.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~/-]{0,99}$")]
Pseudonym = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,5}-[A-Z0-9-]{8,64}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*/[A-Za-z0-9._~-]{1,60}$")]
Target = Annotated[str, StringConstraints(pattern=r"^(https|mailto|urn):[A-Za-z0-9._~:/?@%=+-]{1,300}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Status(StrEnum):
    """Where a consent stands. The last three are ends."""

    REQUESTED = "REQUESTED"
    GRANTED = "GRANTED"
    PAUSED = "PAUSED"
    DENIED = "DENIED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"


class Mode(StrEnum):
    """What the consumer may do with what it reads: look at it, keep it, or ask questions of it."""

    VIEW = "VIEW"
    STORE = "STORE"
    QUERY = "QUERY"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often: so many readings a day, in 30 days or in 365, counted from the beginning of the consent."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    unit: Literal["DAY", "MONTH", "YEAR"]
    times: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


@dataclass(frozen=True, slots=True)
class Consent:
    """What one person lets one consumer see; instants in UTC, ends exclusive.

    `data` names the fields of each registry type, `areas` where the records lie, such as `state/21`; `data_from` and
    `data_until` the time that the data tell of. `keep_until` is when the consumer has deleted what it read. `notice` is
    the SHA-256 of the notice that the person was shown. Uses of the consent and readings of data are logged to the two
    targets, and the consumer is told of a revocation at `revoke_to`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", alias_generator=to_camel)

    id: Name
    person: Pseudonym
    provider: Name
    consumer: Name
    purpose: Word
    data: Annotated[dict[Word, Annotated[tuple[Word, ...], Field(min_length=1)]], Field(min_length=1, max_length=50)]
    areas: Annotated[tuple[Address, ...], Field(min_length=1, max_length=200)]
    data_from: AwareDatetime
    data_until: AwareDatetime
    made: AwareDatetime
    starts: AwareDatetime
    until: AwareDatetime
    keep_until: AwareDatetime
    frequency: Frequency
    mode: Mode
    notice: Digest
    revocable: Annotated[bool, Field(strict=True)]
    use_logged_to: Target
    access_logged_to: Target
    revoke_to: Target
    status: Status = Status.REQUESTED

    def __post_init__(self) -> None:
        if not (self.starts < self.until and self.data_from < self.data_until and self.starts <= self.keep_until):
            raise ValueError("a time in it ends before it begins")


_CONSENT: Final = TypeAdapter(Consent)


def as_document(consent: Consent) -> dict[str, Any]:
    """The consent as JSON values, by the names of the profile."""
    return _CONSENT.dump_python(consent, mode="json", by_alias=True)


def from_document(document: dict[str, Any]) -> Consent:
    """The consent that JSON values by the names of the profile say. Raises ValueError for what is none."""
    return _CONSENT.validate_python(document)
