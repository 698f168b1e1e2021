"""Samples as WQMIS exports them: the list of a village's laboratory samples, and samples with one contaminant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from jjm.adapters.external import Numbered, Register
from jjm.adapters.model import Door, Record
from jjm.adapters.names import squeezed
from jjm.adapters.places import COLUMNS as PLACE
from jjm.adapters.places import Villages
from jjm.adapters.refresh import RefreshReport
from jjm.adapters.sending import Origin
from jjm.adapters.tables import Column, Columns, Row, day
from jjm.adapters.wqmis_cells import Reading, parameter_of, reading, readings
from jjm.kit import Fault

SYSTEM = "wqmis"
LISTED = Columns(
    Column("chemical", ("Chemical parameters", "Chemical parameter", "Chemical Paramters"), required=True),
    Column("bacteria", ("Bacteriological parameters", "Bacteriologial parameters"), required=True),
    Column("tested_on", ("Sample tested date", "Tested date", "Date of testing"), day, required=True, needed=True),
    *PLACE,
)
CONTAMINATED = Columns(
    Column("number", ("SampleId", "Sample Id", "Sample No"), required=True, needed=True),
    Column("source", ("sample_sourceName", "Source Name", "Sample source")),
    Column("parameter", ("Parameter name", "Parameter", "Contaminant")),
    Column("value", ("Parametervalue", "Parameter value", "Value"), required=True, needed=True),
    Column("acceptable", ("Acceptablelimit", "Acceptable limit")),
    Column("permissible", ("Permissiblelimit", "Permissible limit")),
    Column("laboratory_name", ("labname", "Lab name", "Laboratory")),
    Column("reported_on", ("s_report_approval_action_time", "Approved on", "Report date"), day, strict=False),
    *PLACE,
)
FIELDS = (
    "village", "method", "tested_on", "reported_on", "results", "contaminated", "laboratory_name", "point_kind",
    "scheme",
)  # fmt: skip
_SCHEME = re.compile(r"scheme\s*id\s*:\s*([^,\]]+)", re.IGNORECASE)
_SOURCE = re.compile(r"source\s*type\s*:\s*([^\]]+)", re.IGNORECASE)
_KINDS = {
    "handpump": "handpump", "governmenthandpump": "handpump", "privatesource": "private_source",
    "household": "household",
    "school": "school", "anganwadi": "anganwadi", "awc": "anganwadi", "standpost": "standpost", "storage": "storage",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of some files; `contaminant` is what a list of contaminated samples is about, where it is said."""

    report: RefreshReport
    villages: Villages
    contaminant: str | None
    source: str

    async def take(self, listed: Sequence[tuple[Row, Origin]], bad: Sequence[tuple[Row, Origin]], door: Door) -> None:
        """Bring the samples to the node, one a sample number, with all that was found in it."""
        schemes = {
            known["value"]: record["id"]
            async for record in door.existing("scheme", ("external_ids",))
            for known in record.get("external_ids") or ()
            if known["system"] == "imis"
        }
        found = [one for row, at in listed for one in self._listed(row, at)]
        found += [one for row, at in bad for one in self._contaminated(row, at, schemes)]
        register = Register(door, self.report, "water_quality_test", SYSTEM, ("results",), {"results": _both})
        await register.take(_one_of_each(found), FIELDS, since=self.report.as_on, source=self.source)

    def _listed(self, row: Row, at: Origin) -> Iterator[Numbered]:
        village = self.villages.find(row, at, self.report.notes)
        cells = [str(row.values[name]) for name in ("chemical", "bacteria") if row.values.get(name)]
        results = self._kept([one for cell in cells for one in readings(cell)], at)
        if village is None or not results:
            return
        # The list numbers no sample: what it says of one is its number, so that it is found again.
        told = "\n".join([village, str(row.values["tested_on"]), *cells])
        number = f"L2-{sha256(told.encode()).hexdigest()[:16]}"
        tested = {"village": village, "method": "laboratory", "tested_on": row.values["tested_on"]}
        yield Numbered(number, tested | {"results": results}, at)

    def _contaminated(self, row: Row, at: Origin, schemes: Mapping[str, str]) -> Iterator[Numbered]:
        village = self.villages.find(row, at, self.report.notes)
        name = str(row.values.get("parameter") or self.contaminant or "")
        results = self._kept([reading(name, str(row.values["value"]))], at)
        if village is None or not results:
            return
        values = row.values
        told: Record = {"village": village, "method": "laboratory", "results": results, "contaminated": True}
        told |= {name: values[name] for name in ("laboratory_name", "reported_on") if values.get(name)}
        told |= self._place(str(values.get("source") or ""), schemes, at)
        yield Numbered(str(values["number"]), told, at)

    def _place(self, source: str, schemes: Mapping[str, str], at: Origin) -> Record:
        """The scheme and the kind of place that a source name tells, as far as they are known."""
        told: Record = {}
        if (match := _SOURCE.search(source)) and (kind := _KINDS.get(squeezed(match[1]))):
            told["point_kind"] = kind
        if match := _SCHEME.search(source):
            number = match[1].strip()
            if scheme := schemes.get(number):
                told["scheme"] = scheme
            else:
                what = f"Scheme {number} of the sample is not known here; taken without it"
                fault = Fault(what, "Import the schemes first.", None, at.line, "source", number, at.file)
                self.report.notes.warning("unknown-scheme", fault)
        return told

    def _kept(self, found: Sequence[Reading], at: Origin) -> list[dict[str, object]]:
        """The results that can be kept; each other is reported by its name."""
        for one in found:
            if one.fault:
                what = f"`{one.name}`: {one.fault}; this result is not taken"
                remedy = "Put it right in the source, or say what it means so that it can be added."
                fault = Fault(what, remedy, file=at.file, line=at.line, column="parameter", value=one.name)
                self.report.notes.error("unknown-result", fault)
        by_parameter: dict[str | None, list[dict[str, object]]] = {}
        for one in found:
            if not one.fault and one.as_json() not in by_parameter.setdefault(one.parameter, []):
                by_parameter[one.parameter].append(one.as_json())
        for parameter, several in by_parameter.items():
            if len(several) > 1:
                what = f"`{parameter}` stands there {len(several)} times with different values; none of them is taken"
                fault = Fault(what, "Find out which is right.", None, at.line, "parameter", parameter, at.file)
                self.report.notes.error("repeated-result", fault)
        return [several[0] for several in by_parameter.values() if len(several) == 1]


def contaminant_of(said: str | None) -> str | None:
    """The parameter that the option names, by its code or its name."""
    return said if said is None or parameter_of(said) else _NAMES.get(said, said)


_NAMES = {"f": "fluoride", "no3": "nitrate", "fe": "iron", "as": "arsenic", "u": "uranium"}


def _both(before: list[Any], now: list[Any]) -> list[Any]:
    """The results of two files about one sample: each parameter once, as the later one says."""
    by_parameter = {one["parameter"]: one for one in cast("list[Record]", [*before, *now])}
    return list(by_parameter.values())


def _one_of_each(found: Sequence[Numbered]) -> list[Numbered]:
    """One sample a number, with the results of all its rows."""
    kept: dict[str, Numbered] = {}
    for one in found:
        if first := kept.get(one.number):
            results = _both(first.values["results"], one.values["results"])
            one = Numbered(one.number, first.values | one.values | {"results": results}, first.origin)
        kept[one.number] = one
    return list(kept.values())
