"""The Local Government Directory: its lists in any of their headers, as a first load or as a refresh, which are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jjm.adapters.folder import check_options, day_of, tables_in
from jjm.adapters.lgd_files import LISTINGS
from jjm.adapters.lgd_gather import gather
from jjm.adapters.lgd_refresh import Refresh
from jjm.adapters.model import Adapter, Door, Option
from jjm.adapters.refresh import RefreshReport
from jjm.kit import Fault, Problem, SystemClock


class _Lgd:
    """Lists are told apart by their headers; what the node holds and the lists leave out is reported, never removed."""

    name = "lgd"
    title = "Lists of the Local Government Directory: States, districts, blocks, local bodies, villages, mappings"
    options: Sequence[Option] = (
        Option("as_on", "day the lists were true, YYYY-MM-DD; else read from the folder's name"),
    )

    async def read(self, folder: Path, door: Door, options: Mapping[str, str]) -> RefreshReport:
        """Bring the node to what the lists say, from the top of the tree down. Raises Problem `no-lists`."""
        check_options(options, self.options)
        paths = tables_in(folder)
        as_on, known_by = day_of(folder, options, SystemClock().today())
        report = RefreshReport(self.name, folder.name, as_on, known_by)
        gathered = gather(paths, report)
        if not gathered:
            raise _no_lists(folder, [note.fault for note in report.notes.notes])
        refresh = Refresh(door, report, as_on)
        for listing in LISTINGS:
            if listing.type in gathered:
                await refresh.take(gathered[listing.type])
        return report


def _no_lists(folder: Path, faults: Sequence[Fault]) -> Problem:
    detail = f"No file of {folder.name} is a list of the directory. Give the folder of the downloaded lists."
    return Problem("no-lists", 422, "There is nothing to import", detail, faults)


ADAPTER: Adapter = _Lgd()
