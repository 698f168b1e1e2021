"""An approved sample as its report tells it, and what the ledger proves of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from jjm.registry import Version
from jjm.solutions.quality.homes import points_to_family
from jjm.standards import LimitEdition

APPROVED = "APPROVED"


@dataclass(frozen=True, slots=True)
class Report:
    """A sample as its report tells it: the version that was approved, and around it what was known at that moment.

    `position` is its place in the ledger, `names` are the names (`name`, `name_local`) of the places that it refers to
    by field, `hands` the chain of custody. Nothing personal is in it.
    """

    version: Version
    position: int
    taken: datetime
    laboratory: Mapping[str, Any]
    names: Mapping[str, Mapping[str, Any]]
    hands: Sequence[Mapping[str, Any]]
    edition: LimitEdition
    node: str
    invented: bool

    @property
    def sample(self) -> Mapping[str, Any]:
        """The fields of the sample."""
        return self.version.data

    @property
    def is_private(self) -> bool:
        """True if the results point to a family."""
        return points_to_family(self.sample)


class Doubt(StrEnum):
    """Why a report is not proven."""

    MISSING = "missing"
    ALTERED = "altered"
    LEDGER = "ledger"
    NOT_APPROVED = "not_approved"


@dataclass(frozen=True, slots=True)
class Later:
    """What came of a report: another sample of the same water, or a contamination that it opened."""

    id: str
    what: str
    status: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the ledger proves of a version of a sample, as it was checked now.

    `doubt` says why it proves nothing. `newest` is the number of the newest version and `status` what that one says;
    the report is in force where it is the newest. `size` and `root` are those of the signed tree that was recomputed.
    """

    sample: str
    number: int | None
    doubt: Doubt | None
    version: Version | None = None
    position: int | None = None
    newest: int | None = None
    status: str | None = None
    size: int | None = None
    root: str | None = None
    later: Sequence[Later] = ()

    @property
    def is_proven(self) -> bool:
        """True if the ledger holds exactly this report."""
        return self.doubt is None

    @property
    def is_in_force(self) -> bool:
        """True if it is proven and nothing was recorded of the sample since."""
        return self.is_proven and self.version is not None and self.version.version == self.newest

    @property
    def is_private(self) -> bool:
        """True if what was found points to a family."""
        return self.version is None or points_to_family(self.version.data)
