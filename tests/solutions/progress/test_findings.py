"""Findings: what records say that cannot be right, from the portals' own numbers to schemes and contracts."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncGenerator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import nodes
import pytest
import pytest_asyncio
from databases import Postgres
from hypothesis import given
from hypothesis import strategies as st
from memory_door import SHARED, MemoryDoor
from reports_kit import made
from shipped import shipped

from jjm.adapters import adapters
from jjm.app.node import Node
from jjm.solutions.progress.findings import rules

FIGURES = shipped().codelists["reported-figure"]


def _report(report: str, as_on: str, state: str = "STA-28", **figures: float) -> dict[str, Any]:
    told = [{"figure": name, "value": value} for name, value in figures.items()]
    return {"id": f"RPF-{state}-{report}-{as_on}", "about": state, "report": report, "as_on": as_on, "figures": told}


def _of(*records: Mapping[str, Any]) -> dict[str, str]:
    return {f.code: f.severity for f in rules.of_reports(records, FIGURES)}


def test_more_tagged_than_there_is_is_a_finding_and_stays_as_stated() -> None:
    found = rules.of_reports([_report("cs1_b_i", "2026-11-01", plants=130, plants_geotagged=202)], FIGURES)
    assert [(f.code, f.severity) for f in found] == [("geotagged_above_total", "fault")]
    assert (found[0].figures["plants_geotagged"], found[0].figures["plants"]) == (202, 130)


def test_what_rounding_explains_is_a_notice() -> None:
    rounded = _report("j3", "2026-04-01", households=133_000, households_balance=134_000)
    assert _of(rounded) == {"part_above_whole": "notice"}
    assert _of(_report("j3", "2026-04-01", households=133_000, households_balance=134_001)) == {
        "part_above_whole": "fault"
    }


@pytest.mark.parametrize(
    ("other", "as_on", "found"),
    [
        (16_002, "2026-11-01", {}),
        (15_999, "2026-11-01", {"reports_differ": "notice"}),
        (15_999, "2026-04-01", {"reports_differ": "fault"}),
        (15_998, "2026-11-01", {"reports_differ": "fault"}),
    ],
)
def test_villages_of_two_reports_may_differ_by_three_on_different_days(
    other: int, as_on: str, found: dict[str, str]
) -> None:
    assert _of(_report("j3", "2026-04-01", villages=16_002), _report("l5", as_on, villages=other)) == found


def test_differences_are_told_in_the_order_of_the_first_report() -> None:
    names = list(FIGURES.codes)
    one = _report("j3", "2026-04-01", **dict.fromkeys(names, 10**6))
    other = _report("l5", "2026-04-01", **dict.fromkeys(reversed(names), 10**9))
    found = [f for f in rules.of_reports([one, other], FIGURES) if f.code == "reports_differ"]
    assert [next(iter(f.figures)) for f in found] == [f"{name} (j3)" for name in names]


def test_an_older_edition_of_a_report_is_not_held_against_a_newer() -> None:
    old = _report("cs1_b_i", "2025-11-01", plants=1, plants_geotagged=9)
    assert _of(old, _report("cs1_b_i", "2026-11-01", plants=9, plants_geotagged=9)) == {}


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_scheme_is_at_fault_exactly_where_more_was_achieved_than_planned(planned: int, achieved: int) -> None:
    scheme = {
        "id": "SCH-21-1-A",
        "villages": ["VIL-1"],
        "connections_planned": planned,
        "connections_achieved": achieved,
    }
    assert bool(rules.of_scheme(scheme)) == (achieved > planned)


@pytest.mark.parametrize(
    ("stages", "recorded", "severity"),
    [
        (("IN_PROGRESS",), 59, "notice"),  # the register is still being filled
        (("COMPLETE", "HANDED_OVER"), 119, "fault"),
        (("COMPLETE", "IN_PROGRESS"), 119, "notice"),
        (("COMPLETE", "DROPPED"), 59, "fault"),
        (("COMPLETE",), 60, None),
        (("COMPLETE",), 300, None),  # taps that the scheme had before
        (("COMPLETE",), 0, None),  # no register of taps is kept here
    ],
)
def test_connections_that_are_reported_are_held_against_the_taps_recorded(
    stages: tuple[str, ...], recorded: int, severity: str | None
) -> None:
    scheme = {"id": "SCH-21-1-A", "villages": ["VIL-1"]}
    found = rules.of_taps(scheme, [{"stage": one, "connections_achieved": 60} for one in stages], recorded)
    assert [f.severity for f in found] == ([severity] if severity else [])


def test_what_nobody_stated_is_no_fault() -> None:
    assert rules.of_scheme({"id": "SCH-21-1-A", "connections_achieved": 5, "expenditure_state": 7}) == []
    assert rules.of_village({"id": "FIG", "village": "VIL-1", "households_with_tap": 9}) == []


def test_both_shares_together_are_held_against_the_cost() -> None:
    scheme = {"id": "SCH-21-1-A", "estimated_cost": 100, "expenditure_central": 60, "expenditure_state": 41}
    assert [f.figures["expenditure"] for f in rules.of_scheme(scheme)] == [101]
    assert rules.of_scheme(scheme | {"expenditure_state": 40}) == []


def test_a_guarantee_holds_on_its_last_day_and_is_not_asked_for_after_the_work() -> None:
    contract = {
        "id": "CON-1",
        "districts": ["DIS-1"],
        "guarantees": [{"kind": "bank_guarantee", "valid_upto": "2026-03-31"}],
    }
    assert rules.of_contract(contract, date(2026, 3, 31)) == []
    assert [f.code for f in rules.of_contract(contract, date(2026, 4, 1))] == ["guarantee_expired"]
    assert rules.of_contract(contract | {"completed_on": "2026-02-01"}, date(2026, 4, 1)) == []


async def test_the_real_reports_show_their_known_faults() -> None:
    folder = SHARED / "portal-reports"
    if not folder.is_dir():
        pytest.skip("the real data is not here: ../shared/data/portal-reports")
    door = MemoryDoor()
    await adapters()["imis"].read(folder, door, {"as_on": "2026-11-01"})
    await adapters()["wqmis"].read(folder, door, {"as_on": "2026-11-02"})
    by_state: dict[str, list[dict[str, Any]]] = {}
    for record in door.records["reported_figures"].values():
        by_state.setdefault(record["about"], []).append(record)
    names = {s["id"]: s["name"] for s in door.records["state"].values()}
    found = [f for records in by_state.values() for f in rules.of_reports(records, FIGURES)]
    tagged = {names[f.place] for f in found if f.code == "geotagged_above_total"}
    assert tagged == {"Andhra Pradesh", "Gujarat", "Karnataka", "Kerala", "Madhya Pradesh"}
    differing = {names[f.place]: f.severity for f in found if f.code == "reports_differ"}
    assert differing == {"Andhra Pradesh": "notice", "Jammu and Kashmir": "fault", "Meghalaya": "notice"}


@pytest_asyncio.fixture(scope="module")
async def node(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    folder: Path = tmp_path_factory.mktemp("findings") / "node"
    async with postgres.fresh() as url, nodes.started(folder, url) as started:
        async with nodes.caller(started, "admin") as admin:
            await made(admin, "districts", code="901", name="Kamrup", state="STA-18")
            await made(admin, "subdistricts", code="9011", name="Hajo", district="DIS-901")
            for code, taps in (("990001", 60), ("990002", 50)):
                await made(admin, "villages", code=code, name=f"Gaon {code}", subdistrict="SDT-9011")
                about = {"village": f"VIL-{code}", "figure_source": "imis", "year": 2024, "households": 50}
                await made(admin, "village_figures", **about, households_with_tap=taps)
            kept = _report("cs1_b_i", "2026-11-01", "STA-18", plants=3, plants_geotagged=5)
            del kept["id"]
            await made(admin, "reported_figures", **kept)
            about = {
                "name": "Hajo PWS",
                "kind": "SVS",
                "status": "in_progress",
                "nature": "mini",
                "villages": ["VIL-990001"],
            }
            await made(admin, "schemes", **about, connections_planned=40, connections_achieved=41)
        yield started


@pytest_asyncio.fixture(scope="module")
async def visitor(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with nodes.caller(node) as client:
        yield client


async def test_the_findings_of_a_state_name_who_must_act(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/progress/findings", params={"within": "state/18"})
    assert answer.status_code == 200, answer.text
    found = {one["code"]: one for one in answer.json()["items"]}
    assert set(found) == {"geotagged_above_total", "achieved_above_planned", "taps_above_households"}
    assert found["taps_above_households"]["acts"] == {"role": "district_officer", "place": "VIL-990001"}
    assert found["achieved_above_planned"]["figures"] == {"connections_planned": 40, "connections_achieved": 41}
    assert all(one["title"]["hi"] and one["remedy"]["en"] for one in found.values())
    elsewhere = await visitor.get("/api/v1/progress/findings", params={"within": "state/10"})
    assert elsewhere.json()["items"] == []


async def test_findings_come_page_by_page_without_loss(visitor: httpx.AsyncClient) -> None:
    seen: list[str] = []
    path: str | None = "/api/v1/progress/findings?limit=1"
    while path:
        body = (await visitor.get(path)).json()
        seen += [one["code"] for one in body["items"]]
        path = body["next"]
    assert sorted(seen) == ["achieved_above_planned", "geotagged_above_total", "taps_above_households"]


async def test_findings_of_a_day_before_are_those_of_then(visitor: httpx.AsyncClient) -> None:
    body = (await visitor.get("/api/v1/progress/findings", params={"valid_at": "2019-01-01"})).json()
    assert body == {"items": [], "next": None}


async def test_fields_can_be_compared_with_each_other_in_any_list(visitor: httpx.AsyncClient) -> None:
    query = {"filter": "households_with_tap > households"}
    answer = await visitor.get("/api/v1/village_figures", params=query)
    assert [r["village"] for r in answer.json()["items"]] == ["VIL-990001"]
    refused = await visitor.get("/api/v1/village_figures", params={"filter": "households > figure_source"})
    assert refused.status_code == 400 and "different kinds" in refused.text
    for part, expected in (("households * 1.2", []), ("households * 1.1", ["VIL-990001"])):
        answer = await visitor.get("/api/v1/village_figures", params={"filter": f"households_with_tap > {part}"})
        assert [r["village"] for r in answer.json()["items"]] == expected, part
    for wrong in (
        "households_with_tap > figure_source * 2",
        "figure_source > households * 2",
        "year > households * year",
    ):
        answer = await visitor.get("/api/v1/village_figures", params={"filter": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-filter"), wrong


async def test_the_page_of_findings_says_who_must_act_in_both_languages(visitor: httpx.AsyncClient) -> None:
    page = {"accept": "text/html"}
    text = (await visitor.get("/findings?within=state/18&lang=en", headers=page)).text
    for words in ("More connections than were planned", "District officer, Gaon 990001", "41", "What mends it"):
        assert words in text, words
    assert "/types/schemes/SCH-" in text and "/api/v1/progress/findings.csv?within=state%2F18" in text
    hindi = (await visitor.get("/findings?within=village/990001&lang=hi", headers=page)).text
    assert "परिवारों से अधिक नल" in hindi and "More taps" not in hindi and "कैसे सुधरेगा" in hindi
    assert "Geotagged" not in hindi, "figures of the State are told of the State"
    everywhere = (await visitor.get("/findings?lang=en", headers=page)).text
    assert "within=state%2F18" in everywhere and "Water treatment plants with a recorded place" in everywhere
    assert "/findings?within=state%2F18" in (await visitor.get("/areas/state/18?lang=en", headers=page)).text
    assert "/findings" in (await visitor.get("/reports", headers=page)).text
    assert (await visitor.get("/findings?cursor=bm9uZQ", headers=page)).status_code == 400


async def test_findings_as_csv_name_places_and_hold_all(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/progress/findings.csv", params={"within": "state/18", "lang": "hi"})
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {line["कोड"] for line in lines} == {
        "geotagged_above_total", "achieved_above_planned", "taps_above_households",
    }  # fmt: skip
    taps = next(line for line in lines if line["कोड"] == "taps_above_households")
    assert taps["स्थान का नाम"] == "Gaon 990001" and taps["किसे कार्य करना है"]
    assert (await visitor.get("/api/v1/progress/findings.csv?within=state/none")).status_code == 404
