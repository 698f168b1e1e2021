"""The lists of the Local Government Directory: which headers each goes by, and which record a row of it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from jjm.adapters.model import Record
from jjm.adapters.names import squeezed
from jjm.adapters.tables import Column, Columns, census, code, count, text

URBAN_TYPES = frozenset(["4", "5", "6", "7", "8", "21", "24", "25"])


def _kind(cell: str) -> str | None:
    return {"S": "state", "STATE": "state", "U": "ut", "UT": "ut"}.get((text(cell) or "").upper())


def _body(cell: str) -> str | None:
    return {"Department": "state_department"}.get(text(cell) or "", "other")


def _pin(cell: str) -> str | None:
    value = code(cell)
    if value is not None and len(value) != 6:
        raise ValueError("a PIN code has six digits")
    return value


def _code(*headers: str) -> Column:
    return Column("code", headers, code, required=True, needed=True)


def _name(*headers: str) -> Column:
    return Column("name", headers, required=True)


def _in(field: str, *headers: str, required: bool = False) -> Column:
    return Column(field, headers, code, required=required, strict=False)


def _census(year: int, of: str) -> Column:
    headers = (f"Census {year} Code", f"{of} Census {year} Code", f"{of} Census{year} Code", f"{of} Census{year}")
    return Column(f"census_{year}", headers, census, strict=False)


def _local(*headers: str) -> Column:
    return Column("name_local", headers)


def _version(*headers: str) -> Column:
    return Column("lgd_version", headers, count, strict=False)


_STATE = _in("_state", "State Code", "State LGD Code")
_DISTRICT = ("District Code", "District LGD Code")
_SUBDISTRICT = ("Sub-district Code", "Sub-district LGD Code")
_NAMES_OF_PARENTS = (
    "State Name",
    "State Name (In English)",
    "District Name",
    "District Name (In English)",
    "Sub-district Name",
)
_COUNTS = ("district_count", "subdistrict_count", "village_count")
_IGNORED = ("S.No.", "Sl No", *_NAMES_OF_PARENTS, *_COUNTS)


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of the directory: the type its rows are, and how columns become the fields of a record.

    `refs` are fields that hold one code of another type, `many` those that gather codes over several rows of the same
    code (both with the prefix of the ids they become); `parents` gives the type each points to. `needs` are fields
    without which there is no record, `once` those that count for a new record only. `external` names the system of
    codes where records have ids of their own.
    """

    title: str
    type: str
    prefix: str
    columns: Columns
    refs: Mapping[str, str] = field(default_factory=dict[str, str])
    many: Mapping[str, str] = field(default_factory=dict[str, str])
    parents: Mapping[str, str] = field(default_factory=dict[str, str])
    needs: Sequence[str] = ()
    once: Sequence[str] = ()
    external: str | None = None
    finish: Callable[[Record], Record] = lambda record: record

    def key(self, values: Mapping[str, object]) -> str:
        """What the row is known by among all of its type: the id, where ids follow from codes."""
        return f"{self.prefix}-{values['code']}"

    @property
    def fields(self) -> list[str]:
        """The fields of a record that the list may tell of."""
        found = [c.field for c in self.columns.columns if not c.field.startswith("_")]
        if self.external is not None:
            return ["external_ids", *(name for name in found if name != "code")]
        return [*found, "urban"] if self.type == "local_body" else found

    def record(self, values: Mapping[str, object]) -> Record:
        """The record a row stands for, without fields that are blank; fields with `_` before them are not of it."""
        record: Record = {"id": self.key(values)}
        for name, value in values.items():
            if value is not None:
                record[name] = self._value(name, value)
        local, english = record.get("name_local"), record.get("name")
        if isinstance(local, str) and isinstance(english, str) and squeezed(local) == squeezed(english):
            del record["name_local"]
        if self.external is not None:
            del record["id"]
            record["external_ids"] = [{"system": self.external, "value": record.pop("code")}]
        return self.finish(record)

    def _value(self, name: str, value: object) -> object:
        if name in self.many:
            return [f"{self.many[name]}{value}"]
        return f"{self.refs[name]}{value}" if name in self.refs else value


def _local_body(record: Record) -> Record:
    higher = record.pop("_higher", None)
    if higher is not None:
        record.setdefault("parent", higher)
    if kind := record.get("local_body_type"):
        record["urban"] = kind in URBAN_TYPES
    return record


LISTINGS = (
    Listing(
        "States",
        "state",
        "STA",
        Columns(
            _code("State Code", "State LGD Code"),
            _name("State Name (In English)", "State Name"),
            _local("State Name (In Local)", "State Name (In Local language)", "State Name#2"),
            _version("State Version"),
            _census(2001, "State"),
            _census(2011, "State"),
            Column("kind", ("State or UT",), _kind),
            ignored=_IGNORED,
        ),
        needs=("iso",),
    ),
    Listing(
        "districts",
        "district",
        "DIS",
        Columns(
            _code(*_DISTRICT),
            _name("District Name (In English)", "District Name"),
            _local("District Name (In Local)", "District Name#2"),
            Column("state", ("State Code", "State LGD Code"), code, required=True),
            _version("District Version"),
            _census(2001, "District"),
            _census(2011, "District"),
            ignored=_IGNORED,
        ),
        refs={"state": "STA-"},
        parents={"state": "state"},
        needs=("name", "state"),
    ),
    Listing(
        "sub-districts",
        "subdistrict",
        "SDT",
        Columns(
            _code(*_SUBDISTRICT),
            _name("Sub-district Name (In English)", "Sub-district Name"),
            _local("Sub-district Name (In Local)", "Sub-district Name#2"),
            Column("district", _DISTRICT, code, required=True),
            _STATE,
            _version("Sub-district Version"),
            _census(2001, "Sub-district"),
            _census(2011, "Sub-district"),
            ignored=_IGNORED,
        ),
        refs={"district": "DIS-", "_state": "STA-"},
        parents={"district": "district"},
        needs=("name", "district"),
    ),
    Listing(
        "development blocks",
        "block",
        "BLK",
        Columns(
            _code("Block Code", "Block LGD Code"),
            _name("Block Name (In English)", "Block Name"),
            _local("Block Name (In Local)", "Block Name#2"),
            Column("districts", _DISTRICT, code, required=True),
            _STATE,
            _version("Block Version"),
            ignored=_IGNORED,
        ),
        refs={"_state": "STA-"},
        many={"districts": "DIS-"},
        parents={"districts": "district"},
        needs=("name", "districts"),
    ),
    Listing(
        "local bodies",
        "local_body",
        "LOB",
        Columns(
            _code("Local Body Code", "Local Body LGD Code"),
            _name("Local Body Name (In English)", "Local Body Name"),
            _local("Local Body Name (In Local)", "Local Body Name#2"),
            Column("state", ("State Code", "State LGD Code"), code, required=True),
            Column("local_body_type", ("Local Body Type Code",), code, strict=False),
            _in("parent", "Parent Local Body Code", "Intermediate/Block Panchayat Code", "Block Panchayat Code"),
            _in("_higher", "District Panchayat Code"),
            _version("Local Body Version"),
            _census(2011, "Local Body"),
            ignored=(*_IGNORED, "Local Body Type Name", "Census 2001 Code"),
        ),
        refs={"state": "STA-", "parent": "LOB-", "_higher": "LOB-"},
        parents={"state": "state", "parent": "local_body"},
        needs=("state",),
        finish=_local_body,
    ),
    Listing(
        "villages",
        "village",
        "VIL",
        Columns(
            _code("Village Code", "Village LGD Code"),
            _name("Village Name (In English)", "Village Name"),
            _local("Village Name (In Local)", "Local Language Name", "Village Name#2"),
            _in("subdistrict", *_SUBDISTRICT),
            _in("local_bodies", "Local Body Code", "Gram Panchayat Code", "GP Code"),
            _in("blocks", "Block Code", "Block LGD Code"),
            Column("pincodes", ("Pincode", "PIN Code"), _pin, strict=False),
            _STATE,
            _version("Village Version"),
            _census(2001, "Village"),
            _census(2011, "Village"),
            ignored=(*_IGNORED, *_DISTRICT, "Local Body Name", "Block Name", "Hierarchy"),
        ),
        refs={"subdistrict": "SDT-", "_state": "STA-"},
        many={"local_bodies": "LOB-", "blocks": "BLK-", "pincodes": ""},
        parents={"subdistrict": "subdistrict", "local_bodies": "local_body", "blocks": "block"},
    ),
    Listing(
        "organisations of the States",
        "organisation",
        "ORG",
        Columns(
            _code("Organization Code"),
            _name("Organization Name"),
            Column("kind", ("Organization Type",), _body),
            Column("state", ("State Code",), code, required=True),
            _in("parent", "Parent Organization Code"),
            ignored=(*_IGNORED, "Parent Organization Name", "Parent Organization Type"),
        ),
        refs={"state": "STA-", "parent": "ORG-"},
        parents={"state": "state", "parent": "organisation"},
        needs=("name",),
        once=("kind",),
        external="lgd-organisation",
    ),
)

BY_TYPE = {listing.type: listing for listing in LISTINGS}


def listing_of(headers: Sequence[str]) -> Listing | None:
    """The list these headers look like most; None where they look like none. It may still lack a column it needs."""
    known, _, best = max((one.columns.known(headers), n, one) for n, one in enumerate(LISTINGS))
    return best if known > 2 or best.columns.fits(headers) else None
