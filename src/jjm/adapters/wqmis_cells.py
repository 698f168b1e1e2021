"""Results as WQMIS writes them into one cell, `name (unit) : value` after another: read strictly, judged by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from jjm.adapters.names import squeezed

_NOTHING = r"BDL|ND|Nil|Not\s+detect(?:ed|able)|Absent"
_PAIR = re.compile(
    rf"\s*(?P<name>[A-Za-z][^:]*?)\s*:\s*(?P<value><?\s*\d+(?:\.\d+)?(?:\s*\([^)]*\))?|{_NOTHING}|Present)(?=[\s,;|]|$)[\s,;|]*",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\(([^()]*)\)\s*$")
_NUMBER = re.compile(r"(<?)\s*(\d+(?:\.\d+)?)(?:\s*\(([^)]*)\))?")
_PARAMETERS = {
    "colour": "colour color", "odour": "odour odor", "taste": "taste", "ph": "ph phvalue", "turbidity": "turbidity",
    "tds": "tds totaldissolvedsolids totaldissolvedsolid", "ca": "calcium calciumasca", "mg": "magnesium magnesiumasmg",
    "cl": "chloride chlorideascl", "f": "fluoride fluorideasf flouride flourideasf",
    "frc": "frc freeresidualchlorine residualchlorine", "fe": "iron ironasfe totaliron totalironasfe",
    "mn": "manganese manganeseasmn", "no3": "nitrate nitrateasno3", "so4": "sulphate sulphateasso4 sulfate",
    "alk": "totalalkalinity alkalinity totalalkalinityascaco3", "th": "totalhardness hardness totalhardnessascaco3",
    "nh3": "ammonia", "cd": "cadmium", "pb": "lead", "hg": "mercury", "as": "totalarsenic arsenic totalarsenicasas",
    "cr": "chromium totalchromium", "u": "uranium", "ecoli": "ecoli ecoil ecolior thermotolerantcoliform",
    "tc": "totalcoliform coliform totalcoliformbacteria",
}  # fmt: skip
_CODES = {name: code for code, names in _PARAMETERS.items() for name in names.split()}
_BACTERIA = frozenset(["ecoli", "tc"])
_NO_UNIT = frozenset(["ph", "odour", "taste"])
_SCALES = {"mgl": Decimal(1), "ppm": Decimal(1)} | dict.fromkeys(("ugl", "µgl", "ppb"), Decimal("0.001"))
_OWN_UNITS = {"turbidity": {"ntu"}, "colour": {"hazen", "hazenunits", "hu"}}
_COUNTS = frozenset(["cfu100ml", "mpn100ml", "per100ml", "100ml"])


@dataclass(frozen=True, slots=True)
class Reading:
    """One parameter of a sample: its code, and what was found; `fault` where it cannot be kept."""

    name: str
    parameter: str | None = None
    value: float | None = None
    below: float | None = None
    verdict: str | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, object]:
        """The result as the standard has it."""
        parts = {"parameter": self.parameter, "value": self.value, "below": self.below, "verdict": self.verdict}
        return {name: value for name, value in parts.items() if value is not None}


def parameter_of(name: str) -> str | None:
    """The code of a parameter as a report spells it, with or without its unit."""
    whole = squeezed(name)
    return _CODES.get(whole) or _CODES.get(squeezed(_UNIT.sub("", name)))


def readings(cell: str) -> Iterator[Reading]:
    """The results in a cell, in order; what is no pair of name and value comes with a fault."""
    at = 0
    while at < len(cell):
        match = _PAIR.match(cell, at)
        if match is None:
            rest = cell[at:].strip()
            if rest:
                yield Reading(rest, fault="it is not of the form `name (unit) : value`")
            return
        yield reading(match["name"], match["value"])
        at = match.end()


def reading(name: str, said: str) -> Reading:
    """One result, in the unit of its parameter; nothing found is zero only where bacteria are counted."""
    parameter = parameter_of(name)
    if parameter is None:
        return Reading(name, fault="it is no parameter that is known")
    number = _NUMBER.fullmatch(said.strip())
    if number is None:
        return _in_words(name, parameter, said)
    unit = number[3] or (found[1] if (found := _UNIT.search(name)) else "")
    scale = _scale(parameter, unit)
    if scale is None:
        return Reading(name, fault=f"`{unit}` is no unit that it is measured in")
    value = float(Decimal(number[2]) * scale)
    return Reading(name, parameter, below=value) if number[1] else Reading(name, parameter, value)


def _in_words(name: str, parameter: str, said: str) -> Reading:
    word = squeezed(said)
    if parameter in _BACTERIA:
        return Reading(name, parameter, verdict="beyond") if word == "present" else Reading(name, parameter, 0.0)
    return Reading(name, fault=f"`{said}` tells no value, and not below which limit")


def _scale(parameter: str, unit: str) -> Decimal | None:
    plain = re.sub(r"[^a-zµ0-9]", "", unit.casefold().replace("μ", "µ"))
    if parameter in _BACTERIA:
        return Decimal(1) if not plain or plain in _COUNTS else None
    if not plain or plain.startswith("as") or parameter in _NO_UNIT or plain in _OWN_UNITS.get(parameter, ()):
        return Decimal(1)
    return _SCALES.get(plain)
