"""What makes a sample of groundwater doubtful: impossible positions and values, ions that do not add up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

# The box around India, islands included: 68 to 97.5 degrees east, 6.5 to 37.1 degrees north.
_EAST, _NORTH = (Decimal(68), Decimal("97.5")), (Decimal("6.5"), Decimal("37.1"))
_PH = (Decimal(0), Decimal(14))
# A value is far from the rest beyond twenty times the spread of the middle half; real salt wells lie nearer than that.
_FAR = 20
# Equivalent weights in g, from conventional atomic weights; laboratories look again where the sums differ by a tenth.
_POSITIVE = {"ca": "20.04", "mg": "12.15", "na": "22.99", "k": "39.10"}
_NEGATIVE = {"hco3": "61.02", "co3": "30.00", "cl": "35.45", "so4": "48.03", "no3": "62.00", "f": "19.00"}
_DIFFER = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Finding:
    """One parameter of a sample as it was told; `value` in its own unit, None where it cannot be one."""

    parameter: str
    told: str
    value: Decimal | None = None
    doubt: str | None = None

    def as_json(self) -> dict[str, object]:
        """The result as the standard has it."""
        value = None if self.value is None else float(self.value)
        told = self.told if self.value is None else None
        parts = {"parameter": self.parameter, "value": value, "told": told, "doubt": self.doubt}
        return {name: part for name, part in parts.items() if part is not None}


def finding(code: str, cell: object, factor: Decimal, fences: Mapping[str, Decimal]) -> Finding | None:
    """The result in a cell; None where it is blank. What cannot be is kept as it was told, and is no value."""
    if cell is None:
        return None
    told = str(cell)
    number = _number(cell)
    if number is None:
        return Finding(code, told, None, "unreadable")
    if number < 0:
        return Finding(code, told, None, "negative")
    if code == "ph" and not _PH[0] < number < _PH[1]:
        return Finding(code, told, None, "impossible")
    far = code in fences and number > fences[code]
    # A zero says neither that it was measured nor below which limit of detection nothing was found.
    return Finding(code, told, number * factor, "far_from_rest" if far else "zero" if number == 0 else None)


def fences(rows: Sequence[Mapping[str, object]]) -> dict[str, Decimal]:
    """Beyond which number a value is far from the rest, by parameter; none where the middle half is all alike."""
    found: dict[str, Decimal] = {}
    for code in rows[0] if rows else ():
        numbers = sorted(number for row in rows if (number := _number(row.get(code))) is not None)
        if len(numbers) < 100:
            continue
        lower, upper = numbers[len(numbers) // 4], numbers[len(numbers) * 3 // 4]
        if upper > lower:
            found[code] = upper + _FAR * (upper - lower)
    return found


def position(longitude: object, latitude: object) -> tuple[dict[str, Any], list[str]]:
    """Where it was taken, or what was told of it with the doubt."""
    east, north = _number(longitude), _number(latitude)
    told = {"told_position": f"{longitude}, {latitude}"}
    if east is None or north is None:
        return told, ["position_unreadable"]
    if not (_EAST[0] <= east <= _EAST[1] and _NORTH[0] <= north <= _NORTH[1]):
        return told, ["position_outside_india"]
    return {"location": {"type": "Point", "coordinates": [float(east), float(north)]}}, []


def ions_differ(results: Iterable[Finding]) -> bool:
    """Whether positive and negative ions differ by more than a tenth of their sum; only where all were told."""
    values = {found.parameter: found.value for found in results if found.value is not None}
    if not values.keys() >= _POSITIVE.keys() | _NEGATIVE.keys():
        return False
    positive, negative = (
        sum((values[code] / Decimal(weight) for code, weight in ions.items()), Decimal(0))
        for ions in (_POSITIVE, _NEGATIVE)
    )
    return abs(positive - negative) > _DIFFER * (positive + negative)


def _number(cell: object) -> Decimal | None:
    try:
        found = Decimal(str(cell))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
