"""The reports by State that are known: their columns in the spellings seen, and which figures are a part of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jjm.adapters.tables import Column, Columns, count, lakh, number

_SERIAL = ("S.No.", "Sl No", "Sr No", "group", "Region")


@dataclass(frozen=True, slots=True)
class Layout:
    """A report: how it is called, its columns, and which figures are a part of which others."""

    report: str
    portal: str
    columns: Columns
    parts: Mapping[str, str]

    @property
    def rounded(self) -> frozenset[str]:
        """The figures that it states in lakh."""
        return frozenset(column.field for column in self.columns.columns if column.read is lakh)

    @property
    def shares(self) -> frozenset[str]:
        """The figures that are shares, which do not add up."""
        return frozenset(column.field for column in self.columns.columns if column.read is number)


def _columns(*columns: Column) -> Columns:
    state = Column("state", ("State", "State/UT", "State Name", "State/ UT"), required=True, needed=True)
    return Columns(state, *columns, ignored=_SERIAL)


def _count(field: str, *headers: str, required: bool = False) -> Column:
    return Column(field, headers, count, required=required, strict=False)


def _lakh(field: str, *headers: str, required: bool = False) -> Column:
    return Column(field, headers, lakh, required=required, strict=False)


def _share(field: str, *headers: str) -> Column:
    return Column(field, headers, number, strict=False)


_PWS = ("PWS villages", "Villages with PWS", "In villages with PWS")


def _pws(*headers: str) -> tuple[str, ...]:
    return tuple(f"{of} {header}" for of in _PWS for header in headers)


J3 = Layout(
    "j3",
    "imis",
    _columns(
        _count("villages", "Total villages", "Total no. of villages", "villages"),
        _lakh("households", "households_lakh", "Total households (lakh)", "Total households (in lakh)", required=True),
        _lakh(
            "households_balance", "balance_hh_connections_lakh", "Balance household connections (lakh)",
            "Balance connections (lakh)", "Balance House Connectons (lakh)", "Balance connections (in lakh)",
            required=True,
        ),
        _share("households_balance_share", "balance_pct", "Balance %", "% Balance", "Balance (%)"),
        _count("pws_villages", "pws_villages", *_pws("Number", "No. of villages", "Villages")),
        _lakh("pws_households", "pws_households_lakh", *_pws("Households (lakh)", "House Holds (lakh)")),
        _lakh(
            "pws_connections", "pws_hh_connections_lakh",
            *_pws("Tap connections (lakh)", "House connections (lakh)", "House Connectons (lakh)", "Taps (lakh)"),
        ),
        _lakh("pws_balance", "pws_balance_lakh", *_pws("Balance (lakh)", "Balance connections (lakh)")),
        _share("pws_balance_share", "balance_share_pct", *_pws("Balance %", "% Balance")),
    ),
    {"households_balance": "households", "pws_villages": "villages", "pws_households": "households"},
)  # fmt: skip

CS1 = Layout(
    "cs1_b_i",
    "wqmis",
    _columns(
        _count("districts", "total_districts", "Total districts"),
        _count("nabl_state_laboratories", "nabl_state_referral_labs", "NABL state referral labs"),
        _count("nabl_district_laboratories", "nabl_district_regional_labs", "NABL district/regional labs"),
        _count("districts_with_nabl", "districts_with_access_to_nabl", "Districts with access to NABL labs"),
        _count("plants", "total_wtp", "Total WTP", "Total WTPs"),
        _count("plants_geotagged", "wtp_geotagged", "WTP geotagged", "Geo-tagged WTPs"),
        _count("plants_with_laboratory", "wtp_inhouse_lab", "WTPs with in-house lab"),
        _count("plants_with_nabl", "wtp_inhouse_nabl_lab", "WTPs with in-house NABL lab"),
        _count("plants_linked_to_nabl", "wtp_no_lab_linked_to_nabl", "WTPs without lab linked to NABL lab"),
        _count("sources", "total_sources", "Total sources", "Total drinking water sources", required=True),
        _count(
            "sources_chemical", "sources_tested_chemical", "Sources tested chemical",
            "Sources tested for chemical parameters", required=True,
        ),
        _count(
            "sources_bacteriological", "sources_tested_bacteriological", "Sources tested bacteriological",
            "Sources tested for Bacteriologial parameters", "Sources tested for bacteriological parameters",
        ),
    ),
    {
        "districts_with_nabl": "districts", "plants_geotagged": "plants", "plants_with_laboratory": "plants",
        "plants_with_nabl": "plants_with_laboratory", "sources_chemical": "sources",
        "sources_bacteriological": "sources",
    },
)  # fmt: skip

L5 = Layout(
    "l5",
    "wqmis",
    _columns(
        _count("villages", "total_villages", "Total villages", "Total no. of villages", "No. Villges", required=True),
        _count("villages_laboratory", "villages_lab_tested", "Villages tested in lab", "Lab villages", required=True),
        _count("villages_laboratory_chemical", "villages_lab_chemical", "Lab chemical", "Villages lab chemical"),
        _count(
            "villages_laboratory_bacteriological", "villages_lab_bacteriological", "Lab bacteriological",
            "Lab Bacteriologial", "Villages lab bacteriological",
        ),
        _count("villages_kit_chemical", "villages_ftk_chemical", "FTK chemical", "Villages FTK chemical"),
    ),
    {
        "villages_laboratory": "villages", "villages_kit_chemical": "villages",
        "villages_laboratory_chemical": "villages_laboratory",
        "villages_laboratory_bacteriological": "villages_laboratory",
    },
)  # fmt: skip

LAYOUTS = (J3, CS1, L5)
