"""What the synthetic State is made of: names in two scripts, areas, houses, schemes; and when everything happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]
Position: TypeAlias = tuple[float, float]

STATE, ISO = "99", "IN-ZZ"  # no State has either: LGD codes end at 38, and ISO 3166 leaves ZZ to its users
SINCE = date(2019, 8, 15)  # the day on which the Jal Jeevan Mission was announced; the areas are known from then on
LAST_DAY = date(2026, 3, 31)  # the world ends with this financial year: nothing later is known of it


@dataclass(frozen=True, slots=True)
class Name:
    """One name in Latin letters and in Devanagari."""

    latin: str
    local: str

    def followed_by(self, latin: str, local: str) -> Name:
        """The name with words behind it."""
        return Name(f"{self.latin} {latin}", f"{self.local} {local}")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the map, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def middle(self) -> Position:
        """Longitude and latitude of its middle."""
        return round((self.west + self.east) / 2, 5), round((self.south + self.north) / 2, 5)


@dataclass(frozen=True, slots=True)
class Area:
    """An area above the villages: its code, its name, the number of the area it lies in, and its place."""

    code: str
    name: Name
    above: int
    box: Box


@dataclass(frozen=True, slots=True)
class House:
    """One household: where it lives, how many they are, and since when water comes out of its tap."""

    habitation: int
    members: int
    category: str
    connected_on: date | None
    flows: bool


@dataclass(frozen=True, slots=True)
class Institution:
    """A school or Anganwadi centre, and since when it has a tap."""

    kind: str
    users: int
    connected_on: date | None


@dataclass(frozen=True, slots=True)
class Course:
    """How far a scheme has come, and the day of each step it has taken."""

    stage: str
    sanctioned: date | None = None
    approved: date | None = None
    awarded: date | None = None
    completed: date | None = None
    commissioned: date | None = None
    handed_over: date | None = None

    @property
    def supplies(self) -> bool:
        """True if water already flows."""
        return self.commissioned is not None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme: its kind, the numbers of its villages, its course, and the number of the scheme it is a part of."""

    kind: str
    villages: tuple[int, ...]
    course: Course
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Village:
    """A village with all that is counted in it; areas and schemes by their numbers."""

    code: str
    name: Name
    former: Name | None
    box: Box
    place: Position
    block: int
    subdistrict: int
    panchayats: tuple[int, ...]
    habitations: tuple[Name, ...]
    houses: tuple[House, ...]
    institutions: tuple[Institution, ...]
    scheme: int | None

    @property
    def population(self) -> int:
        """People of all households."""
        return sum(house.members for house in self.houses)

    def taps(self, day: date = LAST_DAY) -> int:
        """Households that had a tap connection on a day."""
        return sum(house.connected_on is not None and house.connected_on <= day for house in self.houses)

    def with_tap(self, kind: str, day: date = LAST_DAY) -> int:
        """Institutions of a kind that had a tap on a day."""
        return sum(i.kind == kind and i.connected_on is not None and i.connected_on <= day for i in self.institutions)

    @property
    def supplied_since(self) -> date | None:
        """The first day on which a tap of the village gave water; None while none does."""
        return min((house.connected_on for house in self.houses if house.connected_on), default=None)

    @property
    def har_ghar_jal(self) -> date | None:
        """The day on which the last household got its tap; None while one has none."""
        days = [house.connected_on for house in self.houses if house.connected_on]
        return max(days) if days and len(days) == len(self.houses) else None


@dataclass(frozen=True, slots=True)
class Ground:
    """The truth of the synthetic State, from which every record is made."""

    seed: int
    state: Name
    districts: tuple[Area, ...]
    subdistricts: tuple[Area, ...]
    blocks: tuple[Area, ...]
    panchayats: tuple[Area, ...]
    villages: tuple[Village, ...]
    schemes: tuple[Scheme, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What filling a node did: records created by type, and versions added to them. Both empty when all was there."""

    seed: int
    created: Mapping[str, int] = field(default_factory=dict[str, int])
    changed: int = 0

    @property
    def records(self) -> int:
        """Records created, of all types together."""
        return sum(self.created.values())
