"""Exports of the Mission's information system IMIS: schemes, habitations with taps, reports by State."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jjm.adapters import imis_habitations, imis_schemes
from jjm.adapters.exports import Exports, Kind
from jjm.adapters.model import Adapter, Door, Option
from jjm.adapters.places import OPTION, Villages
from jjm.adapters.refresh import RefreshReport

_SCHEMES, _HABITATIONS = "schemes", "habitations with taps"
_KINDS = (Kind(_HABITATIONS, imis_habitations.COLUMNS), Kind(_SCHEMES, imis_schemes.COLUMNS))


class _Imis:
    """Tables are told apart by their headings. What a report leaves out is left as it is; nothing is put right."""

    name = "imis"
    title = "IMIS exports: schemes of a village and their details, habitations with taps, report J3"
    options: Sequence[Option] = (
        Option("as_on", "day the export was true, YYYY-MM-DD; else read from its title, headings or financial year"),
        OPTION,
    )

    async def read(self, folder: Path, door: Door, options: Mapping[str, str]) -> RefreshReport:
        """Take in the exports of a folder. Raises Problem `no-reports` where none of its tables is one."""
        exports = Exports.of(self, folder, options, _KINDS)
        source = f"imis {folder.name}"
        if any(exports.rows.values()):
            villages = await Villages.on(door, options)
            habitations = imis_habitations.Habitations(exports.report, villages, source)
            await habitations.take(exports.rows[_HABITATIONS], door)
            schemes = imis_schemes.Schemes(exports.report, villages, source)
            await schemes.take(exports.rows[_SCHEMES], door)
        await exports.take_reports(door)
        return exports.report


ADAPTER: Adapter = _Imis()
