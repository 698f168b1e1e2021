"""Works walk from the plan to the handover as the people whose work it is; each shortcut is refused with its reason."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from people_kit import House, Somebody, house, role
from photos import photo_at

from jjm.solutions.progress.works.rules import progress_of

pytestmark = pytest.mark.long

COMPONENTS = [
    {"component": "source", "planned": 1, "weight": 20},
    {"component": "network", "planned": 12_000, "weight": 50, "measure": "m"},
    {"component": "fhtc", "planned": 200, "weight": 30},
]
AT = {"type": "Point", "coordinates": [85.1, 20.3]}
RESOLUTION = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x08mdat"


def _built(*achieved: float) -> list[dict[str, Any]]:
    return [{**c, "achieved": n} for c, n in zip(COMPONENTS, achieved, strict=True)]


class Site:
    """A scheme in a village, and the people who build it and take it over."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.engineer = self.inspector = self.officer = self.state = self.head = Somebody("")
        self.scheme = ""

    async def people(self) -> None:
        """One of each."""
        unit, district = f"department_unit/{self.house.unit}", "district/901"
        self.engineer = await self.house.somebody(None, "district/901", role("engineer", unit))
        self.inspector = await self.house.somebody(None, district, role("third_party_inspector", district))
        self.officer = await self.house.somebody(None, district, role("district_officer", district))
        self.state = await self.house.somebody(None, "state/21", role("state_admin", "state/21"))
        body = "local_body/901300"
        self.head = await self.house.somebody(None, body, role("panchayat_head", body))

    async def made(self, plural: str, **body: Any) -> str:
        """A record that the keeper made."""
        return (await self.house.call(None, "POST", f"/{plural}", body, 201))["id"]

    async def begun(self, by: Somebody, workflow: str, action: str, status: int = 201, /, **data: Any) -> Any:
        """A case begun."""
        return await self.house.call(
            by, "POST", "/cases", {"workflow": workflow, "action": action, "data": data}, status
        )

    async def adds(self, by: Somebody, case: dict[str, Any], kind: str, content: bytes, status: int = 201) -> Any:
        """A document added to a case."""
        path = f"/api/v1/cases/{case['id']}/documents"
        sent = await self.house.anybody.post(path, params={"kind": kind}, content=content, headers=by.auth)
        assert sent.status_code == status, sent.text
        return sent.json()

    async def kept(self, plural: str, id: str) -> dict[str, Any]:
        """A record as it is today."""
        return await self.house.call(None, "GET", f"/{plural}/{id}")

    async def under_way(self) -> dict[str, Any]:
        """A work in progress."""
        plan = {"title": "Katada in-village works", "scheme": self.scheme, "villages": ["VIL-901400"]}
        work = await self.begun(self.engineer, "work", "PLAN", **plan)
        await self.do(self.engineer, work, "DETAIL", data={"components": COMPONENTS, "connections_planned": 200})
        order = {"level": "slssc", "district": "DIS-901", "sanctioned_on": "2026-05-02", "amount": 9}
        right = await self.made("sanctions", number="SLSSC/9", scheme=self.scheme, **order)
        await self.do(self.state, work, "SANCTION", data={"sanction": right})
        await self.do(self.state, work, "APPROVE")
        firm = await self.made("organisations", name="Nirman", kind="contractor", state="STA-21")
        about = {"kind": "work", "organisation": firm, "districts": ["DIS-901"]}
        contract = await self.made("contracts", number="WO/9", schemes=[self.scheme], **about)
        await self.do(self.engineer, work, "AWARD", data={"contract": contract})
        return await self.do(self.engineer, work, "BEGIN")

    async def do(self, by: Somebody, case: dict[str, Any], action: str, status: int = 200, **more: Any) -> Any:
        """An action in a case."""
        path = f"/cases/{case['id']}:transition"
        return await self.house.call(by, "POST", path, {"action": action} | more, status)


@pytest_asyncio.fixture
async def site(tmp_path: Path, database_url: str) -> AsyncGenerator[Site, None]:
    async with house(tmp_path / "node", database_url) as opened:
        found = Site(opened)
        await found.people()
        village = {"villages": ["VIL-901400"], "department_unit": opened.unit}
        found.scheme = await found.made("schemes", name="Katada PWS", kind="SVS", status="planned", **village)
        yield found


def _said(refused: dict[str, Any]) -> str:
    return " ".join(e["message"] for e in refused["errors"])


async def test_a_work_goes_from_the_plan_to_the_handover_and_takes_no_shortcut(site: Site) -> None:
    plan = {"title": "Katada in-village works", "scheme": site.scheme, "villages": ["VIL-901400"]}
    unit = {"department_unit": site.house.unit}
    refused = await site.begun(site.engineer, "work", "PLAN", 422, **plan, physical_progress=90)
    assert "physical_progress" in _said(refused), "progress is never typed"
    work = await site.begun(site.engineer, "work", "PLAN", **plan, **unit)
    detailed = {"components": COMPONENTS, "connections_planned": 200}
    await site.do(site.engineer, work, "DETAIL", 422, data=detailed | {"components": [*COMPONENTS, COMPONENTS[0]]})
    refused = await site.do(site.engineer, work, "DETAIL", 422, data=detailed | {"connections_planned": 210})
    assert "210 connections are planned, and 200 as `fhtc`" in _said(refused)
    told = await site.do(site.engineer, work, "DETAIL", data=detailed)
    assert told["record"]["physical_progress"] == 0

    order = {"level": "slssc", "district": "DIS-901", "sanctioned_on": "2026-05-02", "amount": 4_567_890.25}
    other = await site.made("schemes", name="Another", kind="SVS", status="planned", villages=["VIL-901400"])
    wrong = await site.made("sanctions", number="SLSSC/1", scheme=other, **order)
    right = await site.made("sanctions", number="SLSSC/2", scheme=site.scheme, **order)
    await site.do(site.engineer, work, "SANCTION", 403, data={"sanction": right})
    assert "another scheme" in _said(await site.do(site.state, work, "SANCTION", 422, data={"sanction": wrong}))
    await site.do(site.state, work, "SANCTION", data={"sanction": right})
    assert (await site.kept("schemes", site.scheme))["status"] == "sanctioned"
    extension = await site.begun(site.engineer, "work", "PLAN", **plan | {"title": "A second tank"}, **unit)
    await site.do(site.state, work, "APPROVE")
    firm = await site.made("organisations", name="Nirman", kind="contractor", state="STA-21")
    about = {"kind": "work", "organisation": firm, "districts": ["DIS-901"]}
    contract = await site.made("contracts", number="WO/7", schemes=[site.scheme], **about)
    await site.do(site.engineer, work, "AWARD", data={"contract": contract})
    await site.do(site.engineer, work, "BEGIN")

    told = await site.do(site.engineer, work, "MEASURE", data={"components": _built(1, 6_000, 50)})
    assert told["record"]["physical_progress"] == 20 + 25 + 7.5
    assert told["record"]["connections_achieved"] == 50, "connections follow from their component"
    typed = {"components": _built(1, 6_000, 50), "connections_achieved": 190}
    refused = await site.do(site.engineer, work, "MEASURE", 422, data=typed)
    assert "`connections_achieved` does not belong to MEASURE" in _said(refused), "nor are they typed beside it"
    easier = [{**c, "planned": 1} for c in _built(1, 6_000, 50)]
    refused = await site.do(site.engineer, work, "MEASURE", 422, data={"components": easier})
    assert "the plan of `fhtc` is changed" in _said(refused)
    refused = await site.do(site.engineer, work, "COMPLETE", 422, data={"completed_on": "2026-11-20"})
    assert "physical progress is 52.5 %" in _said(refused)
    told = await site.do(site.engineer, work, "MEASURE", data={"components": _built(1, 12_500, 200)})
    assert told["record"]["physical_progress"] == 100, "more than planned counts as planned"
    fewer = {"components": _built(1, 12_500, 200), "connections_planned": 150}
    assert "the plan of `connections`" in _said(await site.do(site.engineer, work, "MEASURE", 422, data=fewer))
    refused = await site.do(site.engineer, work, "COMPLETE", 422, data={"completed_on": "2026-11-20"})
    assert "`network` is measured and not accepted" in _said(refused), "nobody completes on their own word"
    for component, quantity in (("source", 1), ("network", 12_500), ("fhtc", 200)):
        entry = {"work": work["id"], "village": "VIL-901400", "component": component, "quantity": quantity}
        at = {"reached_on": "2026-11-19", "location": AT, "client_key": f"7f3c-device-12-{component}"}
        await _accepted(site, entry | at)
    await site.do(site.engineer, work, "COMPLETE", data={"completed_on": "2026-11-20"})
    early = await site.do(site.engineer, work, "COMMISSION", 422, data={"commissioned_on": "2026-11-19"})
    assert "before `completed_on`" in _said(early)
    assert (await site.kept("schemes", site.scheme))["status"] == "in_progress", "another work of it is not complete"
    await site.do(site.state, extension, "DROP", data={"drop_reason": "The tank is large enough"})
    scheme = await site.kept("schemes", site.scheme)
    assert (scheme["status"], scheme["completion_date"]) == ("physically_complete", "2026-11-20")
    await site.do(site.officer, work, "REOPEN", comment="A valve is missing")
    scheme = await site.kept("schemes", site.scheme)
    assert scheme["status"] == "in_progress" and "completion_date" not in scheme
    third = await site.begun(site.engineer, "work", "PLAN", **plan | {"title": "A third tank"}, **unit)
    await site.do(site.engineer, work, "COMPLETE", data={"completed_on": "2026-11-20"})
    await site.do(site.engineer, work, "COMMISSION", data={"commissioned_on": "2026-11-28"})

    about = {"scheme": site.scheme, "villages": ["VIL-901400"], "to": "LOB-901300", "work": work["id"]}
    refused = await site.begun(site.engineer, "handover", "PREPARE", 422, **about | {"scheme": other})
    assert "the work is of another scheme" in _said(refused)
    given = await site.begun(site.engineer, "handover", "PREPARE", **about)
    unbuilt = await site.begun(site.engineer, "handover", "PREPARE", **about | {"scheme": other, "work": None})
    linked: dict[str, Any] = {"links": [{"kind": "handover", "id": given["id"]}]}
    assert "no handover" in _said(await site.do(site.engineer, work, "HAND_OVER", 422, **linked))
    items = ["trial_run", "community_took_part", "upkeep_arranged", "operator_named", "assets_listed"]
    answers = [{"item": item, "is_met": item != "operator_named"} for item in items]
    refused = await site.do(site.engineer, given, "CHECK", 422, data={"checklist": answers[:-1]})
    assert "`assets_listed` is not answered" in _said(refused)
    await site.do(site.engineer, given, "CHECK", data={"checklist": answers})
    day: dict[str, Any] = {"data": {"handed_over_on": "2026-11-30"}}
    await site.do(site.engineer, given, "TAKE_OVER", 403, **day)
    assert "`operator_named` is not met" in _said(await site.do(site.head, given, "TAKE_OVER", 422, **day))
    await site.do(site.head, given, "SEND_BACK", comment="Who runs the pump?")
    await site.do(site.engineer, given, "CHECK", data={"checklist": [a | {"is_met": True} for a in answers]})
    await site.do(site.engineer, unbuilt, "CHECK", data={"checklist": [a | {"is_met": True} for a in answers]})
    refused = await site.do(site.head, unbuilt, "TAKE_OVER", 422, **day)
    assert "the scheme stands at planned" in _said(refused), "whether or not its work is named"
    refused = await site.do(site.head, given, "TAKE_OVER", 422, **day)
    assert "the scheme stands at in_progress" in _said(refused), "its own work is commissioned, and another is not"
    await site.do(site.state, third, "DROP", data={"drop_reason": "No money"})
    scheme = await site.kept("schemes", site.scheme)
    assert (scheme["status"], scheme["commissioned_on"]) == ("commissioned", "2026-11-28")
    assert (scheme["_meta"]["source"], scheme["_meta"]["actor"]) == (third["id"], site.state.id)
    await site.do(site.head, given, "TAKE_OVER", **day)
    scheme = await site.kept("schemes", site.scheme)
    assert (scheme["status"], scheme["handed_over_on"], scheme["handed_over_to"], scheme["handover"]) == (
        "handed_over", "2026-11-30", "LOB-901300", given["id"],
    )  # fmt: skip
    assert scheme["_meta"]["source"] == given["id"], "the version names the case that made it"
    assert scheme["_meta"]["actor"] == site.head.id, "by whom it was taken over"
    assert (await site.kept("works", work["id"]))["stage"] == "HANDED_OVER", "the work goes with its scheme"
    found = await _findings(site)
    assert [f["code"] for f in found] == ["achieved_above_planned"], "what is above the plan is found, not refused"


async def test_the_money_of_a_scheme_is_exact_and_held_against_its_sanctions(site: Site) -> None:
    about = {"scheme": site.scheme, "district": "DIS-901"}
    order = {"level": "slssc", "sanctioned_on": "2026-05-02", **about}
    first = await site.made("sanctions", number="S/1", amount=100.1, **order)
    entry = {"head": "WORK", "paid_on": "2026-08-01", **about}
    for number, (share, amount) in enumerate((("centre", 70.07), ("centre", 0.03), ("state", 30.0))):
        paid = {"voucher": f"V/{number}", "share": share, "amount": amount, **entry}
        await site.house.call(site.engineer, "POST", "/expenditures", paid, 201)
    assert await _findings(site) == [], "70.07 + 0.03 + 30.00 is 100.10, to the paisa"
    await site.made("expenditures", voucher="V/9", share="state", amount=0.01, **entry)
    (found,) = await _findings(site)
    assert found["code"] == "expenditure_above_sanction"
    assert found["figures"] == {"sanctioned": 100.1, "paid": 100.11}
    assert found["acts"]["role"] == "engineer"
    await site.made("sanctions", number="S/2", amount=200, replaces=first, **order)
    assert await _findings(site) == [], "a revised sanction takes the place of the first"
    wrong = {"voucher": "V/10", "share": "state", "amount": 1.005, **entry}
    refused = await site.house.call(site.engineer, "POST", "/expenditures", wrong, 422)
    assert refused["errors"][0]["pointer"] == "/amount"
    head = {"voucher": "V/11", "share": "state", "amount": 1, **entry}
    await site.house.call(site.head, "POST", "/expenditures", head, 403)


async def _findings(site: Site) -> list[dict[str, Any]]:
    return (await site.house.call(None, "GET", "/progress/findings?within=district/901"))["items"]


async def test_a_report_of_progress_is_inspected_and_accepted_by_others_and_then_counts_once(site: Site) -> None:
    work = await site.under_way()
    entry: dict[str, Any] = {
        "work": work["id"], "village": "VIL-901400", "component": "network", "reached_on": "2026-11-25",
        "quantity": 6_000, "location": AT, "captured_at": "2026-11-25T05:00:00Z",
        "client_key": "7f3c-device-12-0001",
    }  # fmt: skip
    body = {"workflow": "progress-report", "action": "REPORT", "data": entry}
    headers = site.engineer.auth | {"idempotency-key": entry["client_key"]}
    answers = [await site.house.anybody.post("/api/v1/cases", json=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"], "sent again after a lost answer, it is the same one"
    again = await site.begun(site.engineer, "progress-report", "REPORT", 409, **entry)
    assert again["code"] == "value-taken"
    for wrong, words in (
        ({"reached_on": "2026-12-01"}, "has not come yet"),
        ({"component": "ugr"}, "`ugr` is not planned in this work"),
        ({"location": None}, "`location` is missing"),
    ):
        other = entry | wrong | {"client_key": "7f3c-device-12-0002"}
        assert words in _said(await site.begun(site.engineer, "progress-report", "REPORT", 422, **other))

    report = answers[0].json()
    found = {"inspected_quantity": 5_900, "inspected_on": "2026-11-27"}
    assert "no document `photo`" in _said(await site.do(site.inspector, report, "INSPECT", 422, data=found))
    for status in (201, 200):
        photo = await site.adds(site.engineer, report, "photo", photo_at(20.3, 85.1), status)
    assert photo["position"] == pytest.approx([85.1, 20.3]), "sent twice it is one photo, and its position is kept"
    await site.do(site.engineer, report, "INSPECT", 403, data=found)
    await site.do(site.inspector, report, "INSPECT", data=found)
    assert "6000 were reported and 5900 found" in _said(await site.do(site.officer, report, "ACCEPT", 422))
    await site.do(site.officer, report, "REFUSE", comment="Only 5,900 m are laid")
    assert (await site.kept("works", work["id"]))["physical_progress"] == 0, "what is refused counts nowhere"

    right = await _accepted(site, entry | {"quantity": 5_900, "client_key": "7f3c-device-12-0003"})
    told = await site.kept("works", work["id"])
    network = told["components"][1]
    assert (network["achieved"], network["reached_on"], network["report"]) == (5_900, "2026-11-25", right)
    assert told["physical_progress"] == 24.58, "50 × 5,900 ÷ 12,000, rounded down"
    older = entry | {"quantity": 4_000, "reached_on": "2026-11-20", "client_key": "7f3c-device-12-0004"}
    await _accepted(site, older)
    assert (await site.kept("works", work["id"]))["components"][1] == network, "an older report takes nothing back"
    taps = entry | {"component": "fhtc", "quantity": 50, "client_key": "7f3c-device-12-0005"}
    await _accepted(site, taps)
    assert (await site.kept("works", work["id"]))["connections_achieved"] == 50
    steps = (await site.house.call(site.officer, "GET", f"/cases/{work['id']}/steps"))["items"]
    assert [s["action"] for s in steps if s["actor"] == "node"] == ["COUNT", "COUNT"]

    path = f"/progress/works/{work['id']}/milestones"
    told = (await site.house.call(site.officer, "GET", f"{path}?limit=3"))["items"]
    first = next(one for one in told if one["id"] == report["id"])
    assert (first["status"], first["location"], first["reported_by"]) == ("REFUSED", AT, site.engineer.id)
    assert first["photos"][0]["position"] == pytest.approx([85.1, 20.3]) and first["accepted_by"] is None
    public = (await site.house.anybody.get(f"/api/v1{path}")).json()["items"]
    assert len(public) == 4 and {one["component"] for one in public} == {"network", "fhtc"}
    assert all(one["photos"] == [] and one["reported_by"] is None for one in public), "persons are told to known ones"

    forged = [{**c, "report": right, "reached_on": "2026-11-30"} for c in _built(1, 5_900, 60)]
    told = await site.do(site.engineer, work, "MEASURE", data={"components": forged})
    source, network, taps = told["record"]["components"]
    assert network["report"] == right and network["reached_on"] == "2026-11-25"
    assert "report" not in source and "report" not in taps, "what is only measured names no accepted report"
    assert told["record"]["connections_achieved"] == 60
    assert await _findings(site) == [], "where no tap is recorded, no register is kept"
    home = {"household": await site.made("households", village="VIL-901400"), "village": "VIL-901400"}
    await site.made("tap_connections", **home, scheme=site.scheme, status="functional")
    await site.made("tap_connections", **home, scheme=site.scheme, status="disconnected")
    (finding,) = await _findings(site)
    assert (finding["code"], finding["severity"], finding["record"]) == ("taps_not_recorded", "notice", site.scheme)
    assert finding["figures"] == {"taps_reported": 60, "taps_recorded": 1}
    assert finding["acts"] == {"role": "engineer", "place": "VIL-901400"}
    page = await site.house.anybody.get(f"/works/{work['id']}/milestones", headers={"accept": "text/html"})
    assert 'Taps recorded on the scheme, by household</dt><dd><span lang="en">1<' in page.text


async def _accepted(site: Site, entry: dict[str, Any]) -> str:
    report = await site.begun(site.engineer, "progress-report", "REPORT", **entry)
    await site.adds(site.engineer, report, "photo", photo_at(20.3, 85.1))
    found = {"inspected_quantity": entry["quantity"], "inspected_on": "2026-11-27"}
    await site.do(site.inspector, report, "INSPECT", data=found)
    await site.do(site.officer, report, "ACCEPT")
    return report["id"]


async def test_har_ghar_jal_is_certified_by_a_resolution_and_a_video_and_stands_in_the_figures(site: Site) -> None:
    report: dict[str, Any] = {
        "village": "VIL-901400",
        "households": 210,
        "households_with_tap": 209,
        "reported_on": "2026-11-10",
    }
    refused = await site.begun(site.engineer, "har-ghar-jal", "REPORT", 422, **report)
    assert "209 of 210" in _said(refused)
    case = await site.begun(site.engineer, "har-ghar-jal", "REPORT", **report | {"households_with_tap": 210})
    figure = await site.kept("village_figures", "FIG-VIL-901400-har_ghar_jal-2026")
    assert (figure["har_ghar_jal"], figure["har_ghar_jal_case"]) == ("reported", case["id"])
    stated = {"village": "VIL-901400", "year": 2026, "households": 215}
    taps = {"as_on": "2026-11-25", "households_with_tap": 200}
    await site.made("village_figures", figure_source="imis", **stated, **taps)
    await site.made("village_figures", figure_source="census", **stated | {"year": 2011})
    family = await site.made("households", village="VIL-901400")
    await site.made("tap_connections", household=family, village="VIL-901400", status="functional")
    first, second = await _findings(site)
    assert (first["code"], first["severity"], first["record"]) == ("har_ghar_jal_differs", "fault", case["id"])
    assert (first["figures"]["households"], first["figures"]["homes_by_figures"]) == (210, 215)
    assert first["figures"]["taps_by_figures"] == 200, "what is typed is held against the village's own figures"
    assert (second["severity"], second["figures"]["taps_recorded"]) == ("notice", 1)
    page = await site.house.anybody.get("/findings?within=district/901", headers={"accept": "text/html"})
    assert "<dt>Financial year</dt><dd>2026-27</dd>" in page.text
    said = {
        "resolution_number": "GS/4",
        "resolved_on": "2026-11-20",
        "upkeep": "By the committee, with a pump operator",
    }
    refused = await site.do(site.head, case, "CERTIFY", 422, data=said)
    assert "no document `resolution`" in _said(refused) and "no document `video`" in _said(refused)
    await site.do(site.engineer, case, "CERTIFY", 403, data=said)
    for kind, content in (("resolution", RESOLUTION), ("video", VIDEO)):
        await site.adds(site.head, case, kind, content)
    told = await site.do(site.head, case, "CERTIFY", data=said)
    assert told["state"] == "CERTIFIED"
    figure = await site.kept("village_figures", figure["id"])
    assert (figure["har_ghar_jal"], figure["har_ghar_jal_certified_on"]) == ("certified", "2026-11-20")
    assert figure["_meta"]["version"] == 2 and figure["_meta"]["source"] == case["id"]
    site.house.later(minutes=1)
    j8 = (await site.house.call(None, "GET", "/reports/j8?within=district/901&valid_at=2026-11-30"))["total"]["values"]
    assert (j8["reported"], j8["certified"]) == (1, 1), "the report counts what was certified"
    typed = {k: v for k, v in figure.items() if k != "_meta"} | {"har_ghar_jal_case": "HGJ-21-0-0"}
    path, match = f"/api/v1/village_figures/{figure['id']}", {"if-match": '"2"'}
    forged = await site.house.keeper.put(path, json=typed, headers=match)
    assert forged.status_code in (409, 422), "evidence is not typed"


async def test_a_geotag_is_of_one_asset_and_approved_by_another_it_places_the_asset(site: Site) -> None:
    source = await site.made("water_sources", name="Katada well", kind="open_well", village="VIL-901400")
    tag: dict[str, Any] = {
        "village": "VIL-901400", "kind": "WS", "location": AT, "captured_at": "2026-11-29T04:00:00Z",
        "client_key": "device-9-44", "landmark": "Behind the school",
    }  # fmt: skip
    assert "which asset" in _said(await site.begun(site.engineer, "geotag", "TAG", 422, **tag))
    turned = tag | {"water_source": source, "location": {"type": "Point", "coordinates": [20.3, 85.1]}}
    assert "is not in India" in _said(await site.begun(site.engineer, "geotag", "TAG", 422, **turned))
    case = await site.begun(site.engineer, "geotag", "TAG", **tag, water_source=source)
    await site.do(site.engineer, case, "APPROVE", 422)
    assert "no document `photo`" in _said(await site.do(site.officer, case, "APPROVE", 422))
    await site.adds(site.engineer, case, "photo", photo_at(20.3, 85.1))
    assert "location" not in await site.kept("water_sources", source), "what waits for approval is not there yet"
    told = await site.do(site.officer, case, "APPROVE")
    assert told["record"]["status"] == "APPROVED"
    asset = await site.kept("water_sources", source)
    assert (asset["location"], asset["geotag"], asset["geotagged_on"]) == (AT, case["id"], "2026-11-29")
    assert asset["landmark"] == "Behind the school" and asset["_meta"]["actor"] == site.officer.id
    before = tag | {"captured_at": "2026-10-01T04:00:00Z", "client_key": "device-9-45", "water_source": source}
    late = await site.begun(site.engineer, "geotag", "TAG", **before)
    await site.adds(site.engineer, late, "photo", photo_at(20.4, 85.1))
    await site.do(site.officer, late, "APPROVE")
    assert (await site.kept("water_sources", source))["geotag"] == case["id"], "a tag of an earlier day moves nothing"
    board = tag | {"kind": "SIB", "scheme": site.scheme, "client_key": "device-9-46"}
    sign = await site.begun(site.engineer, "geotag", "TAG", **board)
    await site.adds(site.engineer, sign, "photo", photo_at(20.3, 85.1))
    await site.do(site.officer, sign, "APPROVE")
    assert (await site.kept("schemes", site.scheme))["board_geotag"] == sign["id"]


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 2000), st.integers(0, 100)), max_size=8))
def test_progress_is_a_share_that_is_whole_exactly_when_all_is_built(parts: list[tuple[int, int, int]]) -> None:
    components = [{"planned": p, "achieved": a, "weight": w} for p, a, w in parts]
    counted = [c for c in components if c["planned"] and c["weight"]]
    found = progress_of(components)
    if not counted:
        assert found is None
        return
    assert found is not None and 0 <= found <= 100
    if all(c["achieved"] >= c["planned"] for c in counted):
        assert found == 100
    more = [c | {"achieved": c["achieved"] + 1} for c in components]
    assert (progress_of(more) or 0) >= found


def test_what_is_almost_built_is_not_said_to_be() -> None:
    assert progress_of([{"planned": 10**6, "achieved": 10**6 - 1, "weight": 1}]) == 99.99
