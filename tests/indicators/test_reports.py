"""Public reports: the columns people know, for any area and day, kept sums and counted ones alike."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import httpx
import nodes
from openpyxl import load_workbook
from reports_kit import made

from jjm.app.node import Node
from jjm.registry import AsOf, are_kept, tallied

BIHAR = {
    "villages": 3, "pws_villages": 1, "no_pws_villages": 1, "households": 160, "taps": 130, "balance": 30,
    "taps_share": 81.25, "pws_households": 110, "pws_taps": 110,
}  # fmt: skip
BANDS = ("none", "quarter", "half", "most", "all")


async def _told(client: httpx.AsyncClient, path: str, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/reports/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _of(told: dict[str, Any], code: str) -> dict[str, Any]:
    return next(row for row in told["items"] if row["area"]["code"] == code)


async def test_j1_tells_the_newest_figures_of_villages_and_what_is_missing(visitor: httpx.AsyncClient) -> None:
    told = await _told(visitor, "j1")
    assert told["by"] == "state" and _of(told, "10")["values"] == BIHAR
    assert _of(told, "10")["missing"] == 1, "a village without figures is no village without taps"
    assert _of(told, "1")["values"]["taps_share"] is None, "a share of nothing is not 0"
    assert told["total"]["values"]["households"] == 160 + 120_000
    assert told["report"]["verify"], "what is not known of the portal's columns is said"


async def test_a_report_goes_down_to_the_village(visitor: httpx.AsyncClient) -> None:
    told = await _told(visitor, "j1", within="state/10")
    assert told["by"] == "district" and told["total"]["values"] == BIHAR
    villages = await _told(visitor, "j1", within="district/211", by="village")
    assert [r["area"]["code"] for r in villages["items"]] == ["245001", "245002", "245003"]
    assert _of(villages, "245001")["values"]["taps"] == 110
    assert (_of(villages, "245003")["missing"], _of(villages, "245003")["values"]["households"]) == (1, 0)
    pages = await _told(visitor, "j1", within="district/211", by="village", limit=2)
    rest = (await visitor.get(pages["next"])).json()
    assert [r["area"]["code"] for r in rest["items"]] == ["245003"] and rest["next"] is None
    assert rest["total"]["values"] == BIHAR, "the total is of the area, not of the page"


async def test_j5_puts_each_village_into_the_band_of_its_coverage(visitor: httpx.AsyncClient) -> None:
    values = _of(await _told(visitor, "j5", valid_at="2026-01-01"), "10")["values"]
    bands = {name: (values[f"{name}_households"], values[f"{name}_connections"]) for name in BANDS}
    assert bands == {"none": (0, 0), "quarter": (50, 20), "half": (0, 0), "most": (0, 0), "all": (110, 110)}
    assert len(values) == 18, "six groups of three"
    then = _of(await _told(visitor, "j5", valid_at="2021-06-01"), "10")["values"]
    assert then["quarter_connections"] == 40, "of another day a village stands in the band of then"


async def test_a_report_of_a_day_in_the_past_is_that_of_then(visitor: httpx.AsyncClient) -> None:
    then = await _told(visitor, "j1", valid_at="2021-06-01")
    assert _of(then, "10")["values"]["taps"] == 40 and _of(then, "10")["missing"] == 2
    before = await _told(visitor, "j1", known_at="2019-01-01")
    assert before["total"]["values"]["households"] == 0
    assert (
        _of(await _told(visitor, "j1", within="district/211", by="village", valid_at="2021-06-01"), "245001")["values"][
            "taps"
        ]
        == 40
    )


async def test_kept_sums_are_those_that_are_counted_when_asked(node: Node) -> None:
    await nodes.summed(node)
    registry = node.registry
    now = AsOf(registry.clock.today(), registry.clock.now())
    async with node.database.read() as conn:
        assert await are_kept(registry, conn)
        for indicator in registry.catalogue.indicators.values():
            for level in registry.levels()[:4]:
                rows = await conn.fetch("select id from registry.area where type = $1", level.name)
                ids = [r["id"] for r in rows]
                kept = await tallied(registry, conn, indicator, level, ids)
                assert kept == await tallied(registry, conn, indicator, level, ids, now), (indicator.name, level.name)


async def test_a_change_is_in_the_report_once_the_ledger_was_read(
    node: Node, admin: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    id = await made(admin, "villages", code="990002", name="Naya", subdistrict="SDT-9011")
    figure = {"village": id, "figure_source": "imis", "year": 2025, "households": 10, "households_with_tap": 10}
    await made(admin, "village_figures", since="2025-04-01", **figure, piped_supply=True, har_ghar_jal="reported")
    await nodes.sequenced(node)
    await nodes.summed(node)
    assert _of(await _told(visitor, "j8"), "18")["values"] == {
        "villages": 2, "reported": 1, "reported_share": 50.0, "certified": 0, "certified_share": 0.0,
    }  # fmt: skip


async def test_j3_groups_states_as_the_portal_does(visitor: httpx.AsyncClient) -> None:
    told = await _told(visitor, "j3")
    assert {_of(told, "18")["group"], _of(told, "1")["group"], _of(told, "10")["group"]} == {
        "north_eastern", "ut", "others",
    }  # fmt: skip
    assert [s["group"] for s in told["subtotals"]] == ["north_eastern", "ut", "others"]
    assam = _of(told, "18")["values"]
    assert assam["pws_balance_share"] == 100.0, "of all that is still without, what lies in villages with supply"
    assert told["subtotals"][0]["values"]["households"] == assam["households"]


async def test_a_report_as_csv_holds_every_row_and_no_formula(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/reports/j3.csv", params={"within": "district/211", "by": "village"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["S.No.", "Code", "Name", "Total villages"] and "PWS villages: Number" in rows[0]
    assert [row[2] for row in rows[1:]] == ["'=Silao", "Gaon 245002", "Gaon 245003", "Total"]
    assert rows[-1][4] == "160", "values are in units, not in lakh"


async def test_a_report_as_spreadsheet_has_both_rows_of_headings(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/reports/j3.xlsx", params={"lang": "hi"})
    assert answer.status_code == 200
    rows = list(load_workbook(BytesIO(answer.content), read_only=True).active.iter_rows(values_only=True))
    assert rows[0][0] == "J3 राज्यवार नल कनेक्शन"
    above, below = rows[3], rows[4]
    assert above[below.index("संख्या")] == "नल जल आपूर्ति वाले गाँव"
    assert [row[2] for row in rows[-4:]] == [
        "उप-योग: पूर्वोत्तर", "उप-योग: केंद्र शासित प्रदेश", "उप-योग: अन्य", "योग",
    ]  # fmt: skip
    assert all(len(row) == len(below) for row in rows[5:])


async def test_what_cannot_be_told_is_refused_with_a_remedy(visitor: httpx.AsyncClient) -> None:
    for path, query, status, code in (
        ("j99", {}, 404, "report-unknown"),
        ("j99.csv", {}, 404, "report-unknown"),
        ("j1", {"within": "state/777"}, 404, "area-unknown"),
        ("j1.xlsx", {"within": "state/777"}, 404, "area-unknown"),
        ("j1", {"within": "state/10", "by": "state"}, 400, "bad-level"),
        ("j1", {"by": "habitation"}, 400, "bad-level"),
        ("j1", {"district": "211"}, 400, "unknown-parameter"),
    ):
        answer = await visitor.get(f"/api/v1/reports/{path}", params=query)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_tests_of_the_year_are_counted_and_those_of_another_are_not(
    node: Node, admin: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    today = node.registry.clock.today()
    for village, method, parameter, day in (
        ("245001", "laboratory", "f", today),
        ("245001", "laboratory", "ecoli", today),
        ("245002", "field_test_kit", "f", today),
        ("245002", "laboratory", "f", today - timedelta(days=730)),
    ):
        about = {"village": f"VIL-{village}", "method": method, "tested_on": day.isoformat()}
        await made(admin, "water_quality_tests", since=day.isoformat(), **about, results=[{"parameter": parameter}])
    values = _of(await _told(visitor, "l5"), "10")["values"]
    assert values == {
        "villages": 3, "villages_laboratory": 1, "villages_laboratory_chemical": 1,
        "villages_laboratory_bacteriological": 1, "villages_kit_chemical": 1, "villages_laboratory_share": 33.33,
    }  # fmt: skip
    assert _of(await _told(visitor, "l2"), "10")["values"] == {"samples": 2, "chemical": 1, "bacteriological": 1}


async def test_the_state_of_plants_sources_and_laboratories(
    admin: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    about = {"name": "Scheme", "kind": "SVS", "status": "in_progress", "villages": ["VIL-245001"]}
    scheme = await made(admin, "schemes", **about)
    plant = {"kind": "treatment_plant", "scheme": scheme, "village": "VIL-245001"}
    await made(admin, "scheme_components", **plant, location={"type": "Point", "coordinates": [85.4, 25.0]})
    await made(admin, "scheme_components", **plant)
    nabl = {"level": "district", "district": "DIS-211", "accreditation": "nabl"}
    for name, until in (("Zila", "2099-03-31"), ("Purana", "2020-03-31")):
        await made(admin, "laboratories", name=name, accredited_upto=until, **nabl)
    await made(admin, "laboratories", name="Nobody knows until when", **nabl)
    values = _of(await _told(visitor, "cs1-b-i"), "10")["values"]
    expected = {
        "districts": 1, "nabl_district_laboratories": 1, "districts_with_nabl": 1, "plants": 2, "plants_geotagged": 1,
    }  # fmt: skip
    assert {name: values[name] for name in expected} == expected
    rows = await _told(visitor, "cs1-b-i", within="state/10")
    assert rows["levels"] == ["district"], "a laboratory lies in a district, not in a village"


async def test_money_adds_up_to_the_paisa(node: Node, admin: httpx.AsyncClient, visitor: httpx.AsyncClient) -> None:
    about = {"name": "Another", "kind": "SVS", "status": "in_progress", "villages": ["VIL-245002"]}
    entry = {"scheme": await made(admin, "schemes", **about), "district": "DIS-211"}
    await made(admin, "fund_releases", number="R/1", share="centre", released_on="2025-05-01", amount=0.1, **entry)
    await made(admin, "fund_releases", number="R/2", share="state", released_on="2025-05-01", amount=0.2, **entry)
    paid = {"voucher": "V/1", "share": "state", "head": "WORK", "paid_on": "2025-06-01"}
    await made(admin, "expenditures", amount=0.29, **paid, **entry)
    await nodes.sequenced(node)
    await nodes.summed(node)
    values = _of(await _told(visitor, "money"), "10")["values"]
    assert (values["released"], values["paid"], values["balance"], values["paid_share"]) == (0.3, 0.29, 0.01, 96.67)
    assert (await _told(visitor, "money"))["total"]["values"]["balance"] == 0.01
