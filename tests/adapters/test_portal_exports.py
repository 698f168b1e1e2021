"""Exports of IMIS and WQMIS as the portals write them: what is kept, exactly, and what is reported instead."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_door import MemoryDoor, catalogue

from jjm.adapters import RefreshReport, adapters
from jjm.adapters.report_layouts import LAYOUTS
from jjm.adapters.tables import day, lakh, number
from jjm.adapters.wqmis_cells import reading, readings
from jjm.kit import Problem

Folder = Callable[[str, Mapping[str, str]], Path]


@pytest.fixture
def door() -> MemoryDoor:
    """A node that knows two districts of one name in two States, and their villages."""
    return MemoryDoor(
        district=[
            {"id": "DIS-345", "code": "345", "name": "Angul", "state": "STA-21"},
            {"id": "DIS-346", "code": "346", "name": "Angul", "state": "STA-18"},
        ],
        block=[
            {"id": "BLK-1", "code": "1", "name": "Athmallik", "districts": ["DIS-345"]},
            {"id": "BLK-2", "code": "2", "name": "Kishorenagar", "districts": ["DIS-345"]},
        ],
        village=[
            {"id": "VIL-101", "code": "101", "name": "Rampur", "blocks": ["BLK-1"]},
            {"id": "VIL-102", "code": "102", "name": "Sundarpur", "blocks": ["BLK-1"]},
            {"id": "VIL-103", "code": "103", "name": "Sundarpur", "blocks": ["BLK-2"]},
        ],
    )


async def take(name: str, door: MemoryDoor, folder: Path, **options: str) -> RefreshReport:
    return await adapters()[name].read(folder, door, options)


def found(report: RefreshReport, kind: str) -> list[tuple[int | None, object]]:
    return [(note.fault.line, note.fault.value) for note in report.notes.notes if note.kind == kind]


def html(*rows: str, title: str = "") -> str:
    """A report as the portal's "export to Excel" writes it: a page that says it is a workbook."""
    head = f'<tr><td colspan="9"><b>{title}</b></td></tr>' if title else ""
    body = "\n".join(rows)
    return f'<html><head><meta charset="utf-8"></head><body><table border="1">{head}\n{body}</table></body></html>'


def row(*cells: str, tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


SCHEME_HEAD = row(
    "S.No.", "State", "District", "Block", "Village", "Scheme Id", "Sceme Name", "Type", "Category", "Work order date",
    "Estimated cost (Rs lakh)", "Reported expenditure (Rs lakh)", "Status", tag="th",
)  # fmt: skip


def scheme(id: str, village: str, cost: str, *, block: str = "Athmallik", status: str = "Ongoing", n: str = "1") -> str:
    name = f"PWS to Rampur &amp; others {id}"
    date = "05/11/2021 10:30:00"
    return row(n, "ODISHA", "Angul", block, village, id, name, "MVS", "NA", date, cost, "12.50", status)


async def test_schemes_of_a_page_called_xls_are_taken_with_lakh_as_rupees(door: MemoryDoor, folder: Folder) -> None:
    page = html(
        SCHEME_HEAD,
        row(*(str(n) for n in range(1, 14))),
        scheme("20014829", "Rampur", "1,234.56789"),
        scheme("20014829", "Sundarpur", "1,234.56789", n="2"),
        scheme("8153355", "Sundarpur", "0.07", block="Kishorenagar", status="Physically Completed", n="3"),
        title="List of schemes as on 12/09/2026",
    )
    made = folder("imis", {"schemes.xls": page})
    report = await take("imis", door, made)
    first, second = door.records["scheme"].values()
    assert first["estimated_cost"] == 123456789
    assert (first["villages"], first["work_order_date"]) == (["VIL-101", "VIL-102"], "2021-11-05")
    assert (first["kind"], first["status"], first["name"]) == ("MVS", "in_progress", "PWS to Rampur & others 20014829")
    assert first["external_ids"] == [{"system": "imis", "value": "20014829"}]
    assert (second["villages"], second["status"], second["estimated_cost"]) == (
        ["VIL-103"],
        "physically_complete",
        7000,
    )
    assert report.as_on.isoformat() == "2026-09-12"
    assert len(found(report, "not-kept")) == 3, "expenditure without its shares cannot be kept, and is told"
    again = await take("imis", door, made)
    assert (again.changed, again.unchanged["scheme"]) == (0, 2)


async def test_details_of_a_scheme_fill_in_what_the_list_did_not_say(door: MemoryDoor, folder: Folder) -> None:
    listed = html(SCHEME_HEAD, scheme("20014829", "Rampur", "10"), title="as on 12/09/2026")
    await take("imis", door, folder("imis", {"schemes.xls": listed}))
    details = (
        "scheme_code,scheme_name,agency,sanction_year,completion_date,physical_progress,total expenditure,"
        "central expenditure,state expenditure,service level\n"
        "20014829,PWS to Rampur & others 20014829,RWSS,2021-22,NA,61.5,3.5,2.25,1.25,55\n"
        "999,Unheard of,RWSS,2021-22,NA,1,1,1,0,55\n"
    )
    report = await take("imis", door, folder("details", {"d.csv": details}), as_on="2026-10-01")
    (known,) = door.records["scheme"].values()
    assert (known["expenditure_central"], known["expenditure_state"]) == (225000, 125000)
    assert (known["sanction_year"], known["service_level"], known["physical_progress"]) == (2021, 55, 61.5)
    assert known["villages"] == ["VIL-101"]
    assert found(report, "incomplete") == [(3, "999")]


async def test_a_further_file_adds_villages_to_a_scheme_and_takes_none_away(door: MemoryDoor, folder: Folder) -> None:
    for village in ("Rampur", "Sundarpur"):
        page = html(SCHEME_HEAD, scheme("20014829", village, "10"))
        await take("imis", door, folder(village, {"schemes.xls": page}), as_on="2026-09-12")
    (known,) = door.records["scheme"].values()
    assert known["villages"] == ["VIL-101", "VIL-102"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"village": "Nowhere"}, "unknown-village"),
        ({"village": "Sundarpur", "block": ""}, "unknown-village"),
        ({"id": "", "village": "Rampur"}, "no-scheme-id"),
        ({"village": "Rampur", "status": "Under the moon"}, "incomplete"),
    ],
)
async def test_what_cannot_be_placed_or_understood_is_reported_and_not_taken(
    door: MemoryDoor, folder: Folder, cells: dict[str, str], kind: str
) -> None:
    wrong = scheme(**{"id": "7", "cost": "1", "n": "2", **cells})
    page = html(SCHEME_HEAD, scheme("20014829", "Rampur", "10"), wrong)
    report = await take("imis", door, folder("imis", {"s.xls": page}), as_on="2026-09-12")
    assert len(door.records["scheme"]) == 1
    assert report.notes.count(kind) == 1


async def test_rows_of_one_scheme_that_contradict_each_other_are_not_taken(door: MemoryDoor, folder: Folder) -> None:
    page = html(SCHEME_HEAD, scheme("7", "Rampur", "10"), scheme("7", "Sundarpur", "11"))
    report = await take("imis", door, folder("imis", {"s.xls": page}), as_on="2026-09-12")
    assert door.records.get("scheme", {}) == {}
    assert report.notes.count("contradicting-rows") == 1


async def test_habitations_add_up_to_the_figures_of_their_village(door: MemoryDoor, folder: Folder) -> None:
    head = "State,District,Block,Gram Panchayat,Village Id,Village,Habitation Name,Habitation Id,House Holds"
    head += ",House Connectons"
    rows = [
        'Odisha,Angul,Athmallik,GP1,55,Rampur,Tala Sahi,0000000000000011,"1,040",40',
        "Odisha,Angul,Athmallik,GP1,55,Rampur,Upara Sahi,0000000000000012,60,61",
        "Odisha,Angul,Athmallik,GP1,56,Sundarpur,Sahi,0000000000000013,10,1",
        "Odisha,Angul,Athmallik,GP1,56,Sundarpur,Other Sahi,0000000000000014,many,1",
    ]
    made = folder("imis", {"fhtc.csv": "\n".join(["Reported Till 12/09/2026", head, *rows]) + "\n"})
    report = await take("imis", door, made)
    assert {h["name"]: h["households"] for h in door.records["habitation"].values()} == {
        "Tala Sahi": 1040, "Upara Sahi": 60, "Sahi": 10,
    }  # fmt: skip
    figure = door.records["village_figure"]["FIG-VIL-101-imis-2026"]
    assert (figure["habitations"], figure["households"], figure["households_with_tap"]) == (2, 1100, 101)
    assert (figure["as_on"], figure["year"]) == ("2026-09-12", 2026)
    assert found(report, "more-taps-than-households") == [(4, 61)]
    assert (await take("imis", door, made)).changed == 0


L2_HEAD = row(
    "S.No.", "State", "District", "Block", "Village", "Chemical parameters", "Bacteriologial parameters",
    "Sample tested date", tag="th",
)  # fmt: skip


async def test_a_list_of_samples_is_taken_result_by_result(door: MemoryDoor, folder: Folder) -> None:
    chemical = "Fluoride (as F) (mg/l) : 1.62, Nitrate (as NO3) (mg/l) : &lt;0.5<br>pH : 7.1"
    chemical += " Total arsenic (as As) (ug/l) : 12"
    bacteria = "E. coli (CFU/100 ml) : Absent, Coliform : 4.000 (CFU/100 ml), Iron : 1; Iron : 2"
    doubtful = "Unobtainium (mg/l) : 3, Iron (furlong) : 2, TDS (mg/l) : 480"
    place = ("Odisha", "ANGUL", "Athmallik", "Rampur")
    page = html(
        L2_HEAD,
        row("1", *place, chemical, bacteria, "03/09/2026"),
        row("2", *place, doubtful, "NA", "03/09/2026"),
        title="Report L2 as on 12/09/2026",
    )
    made = folder("wqmis", {"L2.xls": page})
    report = await take("wqmis", door, made)
    first, second = door.records["water_quality_test"].values()
    assert (first["village"], first["tested_on"], first["method"]) == ("VIL-101", "2026-09-03", "laboratory")
    assert first["results"] == [
        {"parameter": "f", "value": 1.62},
        {"parameter": "no3", "below": 0.5},
        {"parameter": "ph", "value": 7.1},
        {"parameter": "as", "value": 0.012},
        {"parameter": "ecoli", "value": 0.0},
        {"parameter": "tc", "value": 4.0},
    ]
    assert "contaminated" not in first, "nothing was said of it, and nothing is judged"
    assert second["results"] == [{"parameter": "tds", "value": 480.0}]
    assert [value for _, value in found(report, "unknown-result")] == ["Unobtainium (mg/l)", "Iron (furlong)"]
    assert [value for _, value in found(report, "repeated-result")] == ["fe"]
    assert (await take("wqmis", door, made)).changed == 0


async def test_contaminants_of_one_sample_come_together(door: MemoryDoor, folder: Folder) -> None:
    door.records["scheme"] = {
        "SCH-1": {"id": "SCH-1", "external_ids": [{"system": "imis", "value": "20014829"}], "villages": ["VIL-101"]}
    }
    head = "SampleId,sample_sourceName,Parametervalue,Acceptablelimit,Permissiblelimit,labname,"
    head += "s_report_approval_action_time\n"
    place = '"Location : near school [ Source type : Government Handpump ] '
    place += '[ schemeId : 20014829, scheme name : X, Type : PWS ]"'
    for parameter, value in (("fluoride", "1.900 (mg/l)"), ("no3", "62")):
        table = head + f"S-77,{place},{value},1.0,1.5,District Lab,04/09/2026 17:11:00\n"
        made = folder(parameter, {"samples.csv": table})
        await take("wqmis", door, made, as_on="2026-09-12", village="101", parameter=parameter)
    (sample,) = door.records["water_quality_test"].values()
    assert sample["results"] == [{"parameter": "f", "value": 1.9}, {"parameter": "no3", "value": 62.0}]
    assert (sample["contaminated"], sample["scheme"], sample["point_kind"]) == (True, "SCH-1", "handpump")
    assert (sample["reported_on"], sample["laboratory_name"]) == ("2026-09-04", "District Lab")


async def test_a_report_with_a_heading_of_two_rows_is_read_like_the_transcribed_one(
    door: MemoryDoor, folder: Folder
) -> None:
    page = html(
        "<tr><th rowspan=2>S.No</th><th rowspan=2>State</th><th rowspan=2>Total villages as on 01/04/2026</th>"
        "<th rowspan=2>Total households (lakh)</th><th rowspan=2>Balance House Connectons (lakh)</th>"
        "<th rowspan=2>Balance %</th><th colspan=5>PWS villages</th></tr>",
        row("Number", "Households (lakh)", "House Connectons (lakh)", "Balance (lakh)", "Balance %", tag="th"),
        row(*(f"({n})" for n in range(1, 12))),
        row("1", "Assam", "24,486", "72.24", "13.14", "18.19", "23961", "71.88", "59.11", "12.78", "97.26"),
        row("", "Sub-Total", "24,486", "72.24", "13.14", "18.19", "23961", "71.88", "59.11", "12.78", "97.26"),
        row("2", "Sikkim", "400", "1.33", "0.10", "7.52", "400", "1.33", "1.22", "0.10", "100.00"),
        row("", "Total", "24,986", "73.57", "13.24", "18.0", "24361", "73.21", "60.33", "12.88", "97.3"),
        title="Report J3",
    )
    report = await take("imis", door, folder("imis", {"J3.xls": page}))
    figures = door.records["reported_figures"]
    assert set(figures) == {"RPF-STA-18-j3-2026-04-01", "RPF-STA-11-j3-2026-04-01"}
    told = {f["figure"]: f["value"] for f in figures["RPF-STA-18-j3-2026-04-01"]["figures"]}
    assert (told["households"], told["pws_connections"], told["villages"]) == (7224000, 5911000, 24486)
    assert found(report, "total-differs") == [(8, 24986)], "100 villages are missing; lakh differ by rounding only"


async def test_what_is_of_another_portal_or_unknown_is_told_and_a_folder_without_any_is_refused(
    door: MemoryDoor, folder: Folder
) -> None:
    l5 = "state,total_villages,villages_lab_tested\nAssam,10,20\nAtlantis,1,1\n"
    made = folder("mixed", {"l5.csv": l5, "other.csv": "a,b\n1,2\n"})
    with pytest.raises(Problem, match="known here") as nothing:
        await take("imis", door, made, as_on="2026-09-12")
    assert nothing.value.code == "no-reports"
    assert any("jjm import wqmis" in fault.remedy for fault in nothing.value.faults)
    with pytest.raises(Problem, match="as_on"):
        await take("wqmis", door, made)
    report = await take("wqmis", door, made, as_on="2026-09-12")
    assert set(door.records["reported_figures"]) == {"RPF-STA-18-l5-2026-09-12"}
    assert found(report, "part-exceeds-whole") == [(2, 20)], "flagged, not put right"
    assert found(report, "unknown-state") == [(3, "Atlantis")]
    assert report.notes.count("unknown-report") == 1


@pytest.mark.parametrize(("adapter", "reports"), [("imis", {"j3": 15}), ("wqmis", {"l5": 23, "cs1_b_i": 18})])
async def test_the_transcribed_reports_are_taken_as_they_are(
    real: Callable[[str], Path], adapter: str, reports: dict[str, int]
) -> None:
    door, folder = MemoryDoor(), real("portal-reports")
    report = await take(adapter, door, folder, **({"as_on": "2026-11-01"} if adapter == "wqmis" else {}))
    held = door.records["reported_figures"]
    assert {r: sum(x["report"] == r for x in held.values()) for r in reports} == reports
    files = {"j3": "*J3*", "l5": "*L5*", "cs1_b_i": "*CS1*"}
    for name in reports:
        (path,) = folder.glob(files[name])
        layout = next(layout for layout in LAYOUTS if layout.report == name)
        with path.open(encoding="utf-8", newline="") as file:
            raw = {line["state"]: line for line in csv.DictReader(file)}
        kept = [x for x in held.values() if x["report"] == name]
        cells = sum(bool(line[key]) for line in raw.values() for key in line if key not in ("state", "group"))
        totals = [line for state, line in raw.items() if state == "Total"]
        cells -= sum(bool(cell) for line in totals for key, cell in line.items() if key != "state")
        assert sum(len(x["figures"]) for x in kept) == cells, f"{layout.report}: every figure is kept"
    if adapter == "wqmis":
        with next(folder.glob("*CS1*")).open(encoding="utf-8", newline="") as file:
            plants = [(int(x["wtp_geotagged"]), int(x["total_wtp"])) for x in csv.DictReader(file)]
        geotagged = [note for note in report.notes.notes if note.fault.column == "plants_geotagged"]
        assert len([n for n in geotagged if n.kind == "part-exceeds-whole"]) == sum(a > b for a, b in plants) == 5
    assert (await take(adapter, door, folder, as_on=report.as_on.isoformat())).changed == 0


@given(whole=st.integers(0, 10**9), hundredths=st.integers(0, 99_999))
def test_lakh_become_rupees_exactly(whole: int, hundredths: int) -> None:
    text = f"{whole}.{hundredths:05}"
    assert lakh(text) == whole * 100_000 + hundredths
    assert isinstance(lakh(text), int)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,23,456.50", 123456.5), ("Rs. 12", 12), ("81.57 %", 81.57), ("NA", None), ("₹ 1,00,000/-", 100000), ("", None)],
)
def test_numbers_as_reports_write_them(cell: str, value: float | None) -> None:
    assert number(cell) == value


@pytest.mark.parametrize("cell", ["-5", "1.2.3", "12 lakh", "1e5"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="number"):
        number(cell)


def test_days_are_read_day_first() -> None:
    assert day("03/09/2026") == "2026-09-03"
    assert day("03-09-2026 10:11:12") == "2026-09-03"
    assert day("NA") is None
    for wrong in ("2026/09/03", "31/02/2026", "soon"):
        with pytest.raises(ValueError, match=r"day|range"):
            day(wrong)


@given(
    values=st.lists(
        st.tuples(st.sampled_from(["Fluoride (mg/l)", "pH", "E. coli (CFU/100 ml)", "TDS"]), st.floats(0, 9_999))
    )
)
def test_every_pair_of_a_cell_is_read(values: list[tuple[str, float]]) -> None:
    cell = ", ".join(f"{name} : {value:.3f}" for name, value in values)
    assert [(one.name, one.value, one.fault) for one in readings(cell)] == [
        (name, float(f"{value:.3f}"), None) for name, value in values
    ]


@pytest.mark.parametrize(
    ("name", "said", "parameter", "value"),
    [
        ("Nitrate (as NO3) (mg/l)", "45", "no3", 45.0),
        ("Nitrate (as N) (mg/l)", "14.007", "no3", 62.004),
        ("Nitrate (as N)", "14.007", "no3", 62.004),
        ("Calcium (as CaCO3) (mg/l)", "100.086", "ca", 40.078),
        ("Total hardness (as CaCO3) (mg/l)", "300", "th", 300.0),
        ("Chromium (as Cr)", "0.05", "cr", 0.05),
        ("Arsenic (ug/l)", "12", "as", 0.012),
        ("Malathion (ug/l)", "3", "malathion", 3.0),
        ("Malathion (mg/l)", "0.003", "malathion", 3.0),
        ("Ecoil", "50.000 (CFU/100 ml)", "ecoli", 50.0),
        ("E. coli or thermotolerant coliform (MPN/100ml)", "2", "ecoli", 2.0),
    ],
)
def test_units_and_what_a_value_is_counted_as(name: str, said: str, parameter: str, value: float) -> None:
    one = reading(name, said)
    assert (one.parameter, one.fault) == (parameter, None)
    assert one.value == pytest.approx(value)


@pytest.mark.parametrize("name", ["Total hardness (as Ca) (mg/l)", "Nitrate (as NO2)", "Turbidity (mg/l)"])
def test_what_cannot_be_converted_is_not_taken(name: str) -> None:
    assert reading(name, "3").fault
    assert reading(name, "3").value is None


def test_codes_that_adapters_give_are_in_the_codelists() -> None:
    lists = catalogue().codelists
    figures = {column.field for layout in LAYOUTS for column in layout.columns.columns} - {"state"}
    assert figures == set(lists["reported-figure"].codes)
    assert {layout.report for layout in LAYOUTS} == set(lists["portal-report"].codes)
    from jjm.adapters.imis_schemes import _CATEGORIES, _KINDS, _STATUSES
    from jjm.adapters.wqmis_cells import _PARAMETERS

    assert set(_PARAMETERS) == set(lists["water-quality-parameter"].codes)
    assert set(_STATUSES.values()) <= set(lists["scheme-status"].codes)
    assert set(_CATEGORIES.values()) <= set(lists["scheme-category"].codes)
    assert set(_KINDS.values()) <= set(lists["scheme-kind"].codes)
