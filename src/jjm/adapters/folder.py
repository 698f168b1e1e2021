"""A folder as somebody sent it: which files in it are tables, and on which day they were true."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from jjm.adapters.model import Option
from jjm.kit import Fault, Problem, bad_request

_SUFFIXES = frozenset([".csv", ".tsv", ".psv", ".txt", ".xls", ".xlsx", ".ods", ".htm", ".html"])
_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:[-_](\d{2})(?:[-_](\d{2}))?)?(?!\d)")


def tables_in(folder: Path) -> Sequence[Path]:
    """The files that may be tables, by name; a path to one file gives that file.

    Raises Problem `no-tables` where there is none.
    """
    found = [folder] if folder.is_file() else sorted(p for p in folder.glob("*") if p.is_file() and _may_be_table(p))
    if not found:
        detail = f"{folder} holds no table (CSV, TSV, XLS, XLSX, ODS or HTML, also with .gz). Check the path."
        raise Problem("no-tables", 404, "There is nothing to import", detail)
    return found


def day_of(folder: Path, options: Mapping[str, str], today: date) -> tuple[date, str]:
    """The day the folder's content was true, and how it is known: from the option `as_on`, else from its name.

    `lgd-2022` stands for 2022-01-01, `lgd-2026-05-25` for that day. Raises Problem `unknown-day`, and `bad-option` for
    a day that is none or has not come yet.
    """
    if said := options.get("as_on"):
        return day_said(said, today), "said by the option as_on"
    if match := _DAY.search(folder.resolve().name):
        said = "-".join((match[1], match[2] or "01", match[3] or "01"))
        return day_said(said, today), f"read from the name {folder.resolve().name}"
    remedy = "Say it with the option as_on=YYYY-MM-DD, or name the folder after the day."
    raise bad_request("unknown-day", f"On which day was {folder.name} true? {remedy}", Fault("No day is known", remedy))


def day_said(said: str, today: date) -> date:
    """The day as it was said. Raises Problem `bad-option` for one that is none or has not come yet."""
    try:
        found = date.fromisoformat(said)
        what = f"{said} has not come yet" if found > today else None
    except ValueError:
        found, what = today, f"{said} is not a day"
    if what is not None:
        remedy = "Give the day the lists were true with the option as_on, such as as_on=2026-05-25."
        raise bad_request("bad-option", f"{what}. {remedy}", Fault(what, remedy, pointer="/as_on", value=said))
    return found


def check_options(given: Mapping[str, str], known: Sequence[Option]) -> None:
    """Refuse an option that the adapter does not know, and one that is missing. Raises Problem `bad-option`."""
    names = [option.name for option in known]
    faults = [
        Fault(f"There is no option {n}", f"Known are: {', '.join(names)}.", value=n) for n in given if n not in names
    ]
    faults += [Fault(f"The option {o.name} is missing", o.meaning) for o in known if o.required and o.name not in given]
    if faults:
        raise bad_request("bad-option", faults[0].message + ". " + faults[0].remedy, *faults)


def _may_be_table(path: Path) -> bool:
    if path.name.startswith((".", "~")):  # what editors and archives leave beside a file
        return False
    suffixes = [s.lower() for s in path.suffixes]
    return bool(suffixes) and (suffixes[-1] in _SUFFIXES or (suffixes[-1] == ".gz" and suffixes[-2:-1] != [".tar"]))
