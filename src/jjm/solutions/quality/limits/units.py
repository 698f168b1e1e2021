"""Units as laboratories write them, converted by the library pint into the unit of a limit; exact decimals."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import pint

from jjm.standards import Limit, LimitKind

# Counts of colonies, most probable numbers and plaques are different measures and have no common unit.
_DEFINITIONS = """
milli- = 1e-3 = m-
micro- = 1e-6 = u-
nano- = 1e-9 = n-
gram = [mass] = g
metre = [length] = m
centimetre = 0.01 * metre = cm
litre = 0.001 * metre ** 3 = L
siemens = [conductance] = S
becquerel = [activity] = Bq
NTU = [turbidity]
Hazen = [colour]
CFU = [colonies]
MPN = [probable_number]
PFU = [plaques]
count = [organisms]
ppm = milligram / litre
ppb = microgram / litre
ppt = nanogram / litre
""".strip()
# Spellings, squeezed and in small letters, and what they are. In dilute water a ppm is a milligram in a litre.
_SPELLINGS = {
    "mg/L": "mg/l mgl mg/litre mg/liter mg/ltr mgperl",
    "ug/L": "ug/l ugl ug/litre ug/liter mcg/l microg/l",
    "ng/L": "ng/l",
    "g/L": "g/l gm/l",
    "ppm": "ppm",
    "ppb": "ppb",
    "ppt": "ppt",
    "Bq/L": "bq/l",
    "NTU": "ntu nephelometricturbidityunit nephelometricturbidityunits",
    "Hazen": "hazen hazenunit hazenunits hu tcu pt-co pt-counits ptcu",
    "uS/cm": "us/cm umho/cm micromho/cm microsiemens/cm",
    "mS/m": "ms/m",
    "CFU/(100 mL)": "cfu/100ml cfuper100ml cfu/100millilitre",
    "CFU/mL": "cfu/ml",
    "CFU/L": "cfu/l",
    "MPN/(100 mL)": "mpn/100ml mpnper100ml mpnindex/100ml",
    "MPN/mL": "mpn/ml",
    "MPN/L": "mpn/l",
    "PFU/L": "pfu/l",
    "PFU/mL": "pfu/ml",
    "count/(10 L)": "count/10l /10l per10l oocysts/10l",
    "count/L": "count/l oocysts/l",
    "dimensionless": "1 ph phunit phunits",
}
_KNOWN = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_BASIS = re.compile(r"[\s(,]*\bas\s+([A-Za-z][A-Za-z0-9]*)\)?")
_ATOM = re.compile(r"([A-Z][a-z]?)(\d*)")
# Conventional atomic weights (IUPAC 2021, abridged), in g/mol.
_WEIGHTS = {
    "H": "1.008", "C": "12.011", "N": "14.007", "O": "15.999", "F": "18.998", "Mg": "24.305", "S": "32.06",
    "Cl": "35.45", "Ca": "40.078", "Fe": "55.845",
}  # fmt: skip


def in_unit_of(limit: Limit, value: Decimal, unit: str | None) -> Decimal | None:
    """The value in the unit and on the basis of the limit; None where that cannot be said.

    A most probable number stays one: beside "not detectable" it counts like colonies, and is never made into them.
    """
    if unit is None:
        return value
    plain, basis = split(unit)
    ratio = _ratio(limit, basis)
    factor = _factor(plain, limit.unit) if plain else Decimal(1)
    if factor is None and limit.kind is LimitKind.NOT_DETECTABLE and limit.unit.startswith("CFU"):
        factor = _factor(plain, limit.unit.replace("CFU", "MPN"))
    return None if ratio is None or factor is None else value * factor * ratio


def split(unit: str) -> tuple[str, str | None]:
    """A unit apart from what it is counted as: `mg/L (as N)` is mg/L and N."""
    found = _BASIS.search(unit)
    return _BASIS.sub("", unit).strip(" ()"), found[1] if found else None


@lru_cache(maxsize=4096)
def _factor(unit: str, wanted: str) -> Decimal | None:
    known, into = _KNOWN.get(_squeezed(unit)), _KNOWN.get(_squeezed(wanted))
    if known is None or into is None:
        return None
    units = _registry()
    try:
        ratio = (units.parse_expression(known) / units.parse_expression(into)).to("dimensionless")
    except pint.DimensionalityError:
        return None
    return Decimal(ratio.magnitude)


@lru_cache(maxsize=1)
def _registry() -> Any:
    make = cast("Callable[..., Any]", pint.UnitRegistry)
    registry = make(None, non_int_type=Decimal)
    for line in _DEFINITIONS.splitlines():
        registry.define(line)
    return registry


def _squeezed(unit: str) -> str:
    return re.sub(r"[\s()]+", "", unit.replace("µ", "u").replace("μ", "u")).casefold()


def _ratio(limit: Limit, basis: str | None) -> Decimal | None:
    if basis is None:
        return Decimal(1)
    known = {name.casefold(): name for name in (limit.basis, *limit.also_as) if name}
    told = known.get(basis.casefold())
    return None if told is None or limit.basis is None else _weights(limit.basis, told)


@lru_cache(maxsize=256)
def _weights(basis: str, told: str) -> Decimal:
    """Mass of the one for a mass of the other: both hold the counted atom or ion once."""
    return Decimal(1) if basis == told else _weight(basis) / _weight(told)


def _weight(formula: str) -> Decimal:
    return sum((Decimal(_WEIGHTS[atom]) * int(times or 1) for atom, times in _ATOM.findall(formula)), Decimal(0))
