"""What was found in a sample, what is known of the water, and what both are by an edition of limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from jjm.standards import Limit


class ValueClass(StrEnum):
    """What one value is; codes of the codelist `test-verdict`."""

    ACCEPTABLE = "acceptable"
    PERMISSIBLE = "permissible"
    REJECT = "beyond"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_BE_JUDGED = "cannot_be_judged"
    NOT_TESTED = "not_tested"


class SampleVerdict(StrEnum):
    """What a sample is; codes of the codelist `sample-verdict`. A kit gives presumptive ones only."""

    CONTAMINATED = "contaminated"
    PERMISSIBLE = "permissible"
    ACCEPTABLE = "acceptable"
    UNDECIDED = "undecided"
    NOT_TESTED = "not_tested"
    PRESUMPTIVE_CONTAMINATED = "presumptive_contaminated"
    PRESUMPTIVE_SAFE = "presumptive_safe"


class Reason(StrEnum):
    """Why a value has the class it has, where the number alone does not say it; codes of `judgement-reason`."""

    NO_LIMIT = "no_limit"
    OTHER_WATER = "other_water"
    WATER_UNKNOWN = "water_unknown"
    UNIT_UNKNOWN = "unit_unknown"
    WORD_UNKNOWN = "word_unknown"
    DETECTION_TOO_COARSE = "detection_too_coarse"
    BESIDE_UNKNOWN = "beside_unknown"
    BESIDE_TOO_MUCH = "beside_too_much"
    ALTERNATE_SOURCE = "alternate_source"


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with its unit as the laboratory wrote it (`mg/L as N`); no unit means that of the parameter."""

    value: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Below:
    """Less than the limit of detection was found. It is never zero, and stays `<LOD` wherever it goes."""

    lod: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A word: `agreeable`, `disagreeable`, `detected`, `not detected`."""

    word: str


Found: TypeAlias = Measured | Below | Said


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of one parameter; None where it was not tested."""

    parameter: str
    found: Found | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the water and its place; None is unknown, and a limit that depends on it is then not applied.

    `alternate_source` True takes the permissible limits away: they count in the absence of such a source only.
    """

    treated: bool | None = None
    chlorinated: bool | None = None
    consumer_end: bool | None = None
    viral_protection: bool = False
    alternate_source: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """One result with its class. `value` is in the unit of the limit; of a `Below` it is the limit of detection."""

    result: Result
    value_class: ValueClass
    reason: Reason | None = None
    value: Decimal | None = None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sample is, by which edition, and which parameters decided."""

    sample: SampleVerdict
    decided_by: tuple[str, ...]
    values: tuple[Judged, ...]
    edition: str

    @property
    def contaminated(self) -> bool | None:
        """True or False where it can be said, None where it cannot: untested and undecided water is not safe."""
        match self.sample:
            case SampleVerdict.CONTAMINATED:
                return True
            case SampleVerdict.ACCEPTABLE | SampleVerdict.PERMISSIBLE:
                return False
            case _:
                return None
