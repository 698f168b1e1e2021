"""Exports of the water quality system WQMIS: samples with their results, and its reports by State."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jjm.adapters import wqmis_samples
from jjm.adapters.exports import Exports, Kind
from jjm.adapters.model import Adapter, Door, Option
from jjm.adapters.places import OPTION, Villages
from jjm.adapters.refresh import RefreshReport

_LISTED, _CONTAMINATED = "laboratory samples", "contaminated samples"
_KINDS = (Kind(_LISTED, wqmis_samples.LISTED), Kind(_CONTAMINATED, wqmis_samples.CONTAMINATED))


class _Wqmis:
    """Tables are told apart by their headings. A sample that a report leaves out stays, and nothing is judged again."""

    name = "wqmis"
    title = "WQMIS exports: samples with their results (L2), samples by contaminant, reports L5 and CS1 (B)(i)"
    options: Sequence[Option] = (
        Option("as_on", "day the export was true, YYYY-MM-DD; else read from its title or headings"),
        OPTION,
        Option("parameter", "what a list of contaminated samples is about, such as fluoride, where no column says it"),
    )

    async def read(self, folder: Path, door: Door, options: Mapping[str, str]) -> RefreshReport:
        """Take in the exports of a folder. Raises Problem `no-reports` where none of its tables is one."""
        exports = Exports.of(self, folder, options, _KINDS)
        listed, bad = exports.rows[_LISTED], exports.rows[_CONTAMINATED]
        if listed or bad:
            villages = await Villages.on(door, options)
            contaminant = wqmis_samples.contaminant_of(options.get("parameter"))
            samples = wqmis_samples.Samples(exports.report, villages, contaminant, f"wqmis {folder.name}")
            await samples.take(listed, bad, door)
        await exports.take_reports(door)
        return exports.report


ADAPTER: Adapter = _Wqmis()
