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
    "cr": "chromium totalchromium", "u": "uranium",
    "ecoli": "ecoli ecoil ecoliorthermotolerantcoliform thermotolerantcoliform",
    "tc": "totalcoliform coliform totalcoliformbacteria", "al": "aluminium aluminum aluminiumasal",
    "mbas": "anionicdetergents anionicdetergentsasmbas mbas", "ba": "barium bariumasba", "b": "boron boronasb",
    "chloramine": "chloramines chloraminesascl2", "cu": "copper copperascu", "oil": "mineraloil",
    "phenol": "phenoliccompounds phenoliccompoundsasc6h5oh phenol", "se": "selenium seleniumasse",
    "ag": "silver silverasag", "h2s": "sulphide sulfide sulphideash2s", "zn": "zinc zincaszn",
    "cn": "cyanide cyanideascn", "mo": "molybdenum molybdenumasmo", "ni": "nickel nickelasni",
    "pcb": "polychlorinatedbiphenyls polychlorinatedbiphenyl pcb", "thm_a": "bromoform",
    "pah": "polynucleararomatichydrocarbons polynucleararomatichydrocarbonsaspah pah", "thm_d": "chloroform",
    "thm_b": "dibromochloromethane", "thm_c": "bromodichloromethane", "alpha": "alphaemitters", "beta": "betaemitters",
    "alachlor": "alachlor", "atrazine": "atrazine", "aldrin": "aldrin aldrindieldrin", "alpha_hch": "alphahch",
    "beta_hch": "betahch", "butachlor": "butachlor", "chlorpyriphos": "chlorpyriphos chlorpyrifos",
    "delta_hch": "deltahch", "2_4_d": "24d 24dichlorophenoxyaceticacid", "ddt": "ddt", "endosulfan": "endosulfan",
    "ethion": "ethion", "gamma_hch": "gammahch lindane gammahchlindane", "isoproturon": "isoproturon",
    "malathion": "malathion", "methyl_parathion": "methylparathion", "monocrotophos": "monocrotophos",
    "phorate": "phorate", "ms2": "ms2phage ms2", "protozoa": "cryptosporidiumgiardia cryptosporidium",
    "ec": "electricalconductivity conductivity ec", "co3": "carbonate carbonates", "hco3": "bicarbonate bicarbonates",
    "po4": "phosphate phosphateaspo4", "na": "sodium", "k": "potassium",
}  # fmt: skip
# Recorded in micrograms in a litre: the pesticides.
_MICRO = frozenset([
    "alachlor", "atrazine", "aldrin", "alpha_hch", "beta_hch", "butachlor", "chlorpyriphos", "delta_hch", "2_4_d",
    "ddt", "endosulfan", "ethion", "gamma_hch", "isoproturon", "malathion", "methyl_parathion", "monocrotophos",
    "phorate",
])  # fmt: skip
_CODES = {name: code for code, names in _PARAMETERS.items() for name in names.split()}
_BACTERIA = frozenset(["ecoli", "tc"])
_NO_UNIT = frozenset(["ph", "odour", "taste"])
_SCALES = {"mgl": Decimal(1), "ppm": Decimal(1)} | dict.fromkeys(("ugl", "µgl", "ppb"), Decimal("0.001"))
_OWN_UNITS = {
    "turbidity": {"ntu"}, "colour": {"hazen", "hazenunits", "hu"}, "alpha": {"bql"}, "beta": {"bql"},
    "ec": {"uscm", "µscm"}, "ms2": {"pful"}, "protozoa": {"count10l"},
}  # fmt: skip
# Counted as something else than the parameter is recorded as: by conventional atomic weights.
_BASES = {
    ("no3", "N"): Decimal("62.004") / Decimal("14.007"), ("nh3", "NH3"): Decimal("14.007") / Decimal("17.031"),
    ("nh3", "NH4"): Decimal("14.007") / Decimal("18.039"), ("ca", "CaCO3"): Decimal("40.078") / Decimal("100.086"),
    ("mg", "CaCO3"): Decimal("24.305") / Decimal("100.086"), ("h2s", "S"): Decimal("34.076") / Decimal("32.06"),
}  # fmt: skip
_BASIS = re.compile(r"\(\s*as\s+([A-Za-z0-9]+)\s*\)", re.IGNORECASE)
_BESIDE_BASIS = re.compile(r"\((?!\s*as\s)[^()]*\)", re.IGNORECASE)
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
    spelt = (name, _UNIT.sub("", name), _BASIS.sub("", name), _UNIT.sub("", _BASIS.sub("", name)))
    return next((code for text in spelt if (code := _CODES.get(squeezed(text)))), None)


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
    unit = number[3] or (found[1] if (found := _UNIT.search(_BASIS.sub("", name))) else "")
    scale, basis = _scale(parameter, unit), _as_recorded(parameter, name)
    if scale is None:
        return Reading(name, fault=f"`{unit}` is no unit that it is measured in")
    if basis is None:
        return Reading(name, fault="it is counted as something else, which cannot be converted")
    value = float(Decimal(number[2]) * scale * basis)
    return Reading(name, parameter, below=value) if number[1] else Reading(name, parameter, value)


def _in_words(name: str, parameter: str, said: str) -> Reading:
    word = squeezed(said)
    if parameter in _BACTERIA:
        return Reading(name, parameter, verdict="beyond") if word == "present" else Reading(name, parameter, 0.0)
    return Reading(name, fault=f"`{said}` tells no value, and not below which limit")


def _as_recorded(parameter: str, name: str) -> Decimal | None:
    """What a value counted as the name says is multiplied by: nitrate as N is more than four times as much as NO3."""
    found = _BASIS.search(name)
    if found is None or found[1].casefold() == parameter or squeezed(_BESIDE_BASIS.sub("", name)) in _CODES:
        return Decimal(1)
    told = found[1].casefold()
    return next(
        (times for (code, basis), times in _BASES.items() if (code, basis.casefold()) == (parameter, told)), None
    )


def _scale(parameter: str, unit: str) -> Decimal | None:
    plain = re.sub(r"[^a-zµ0-9]", "", unit.casefold().replace("μ", "µ"))
    if parameter in _BACTERIA:
        return Decimal(1) if not plain or plain in _COUNTS else None
    if not plain or plain.startswith("as") or parameter in _NO_UNIT or plain in _OWN_UNITS.get(parameter, ()):
        return Decimal(1)
    if parameter in _OWN_UNITS:
        return None
    scale = _SCALES.get(plain)
    return scale * 1000 if scale is not None and parameter in _MICRO else scale
