"""A laboratory sends the file of a run: samples are submitted wholly or told by line; a failed control holds all."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from page_structure import PageRead, faults_of
from remedy_world import RemedyWorld, remedy_world

from jjm.access import NODE
from jjm.app.asgi import application
from jjm.kit import IST
from jjm.solutions.quality import DEEDS
from jjm.solutions.quality.batches import checked_controls
from jjm.solutions.quality.batches.model import Line
from jjm.standards import default_folder, load
from jjm.workflow import Ask, Deed


@pytest_asyncio.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncGenerator[RemedyWorld, None]:
    """A village whose water is tested."""
    async with remedy_world(tmp_path / "node", database_url) as opened:
        yield opened


async def sent(world: RemedyWorld, number: str, text: str, status: int = 201) -> Any:
    """The file of a run, as the analyst sends it."""
    run = {"laboratory": world.ids["laboratory"], "number": number, "run_at": world.at(), "instrument": "ICP-1"}
    answer = await world.house.anybody.post(
        "/api/v1/quality/batches", params=run, content=text.encode(), headers=world.analyst.auth
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def under_test(world: RemedyWorld) -> str:
    """A sample that waits for its results."""
    sample = await world.sampled(("as", "fe"))
    told = {"laboratory": world.ids["laboratory"], "received_at": world.at(), "condition": "good"}
    await world.do(world.analyst, sample["id"], "RECEIVE", told)
    await world.do(world.analyst, sample["id"], "ACCEPT")
    return str(sample["id"])


async def test_each_sample_is_submitted_wholly_or_told_by_its_line(world: RemedyWorld) -> None:
    good, short, twice = [await under_test(world) for _ in range(3)]
    text = (
        "kind,sample,parameter,value,below,unit,method\n"
        "blank,,as,,0.002,,icp\n"
        f"sample,{good},as,4,,ug/L,icp\n"
        f"sample,{good},fe,0.2,,,icp\n"
        f"duplicate,{good},as,4.2,,ug/L,icp\n"
        f"sample,{short},as,0.004,,,icp\n"
        f"sample,{twice},as,many,,,icp\n"
        f"sample,{twice},fe,0.1,,,icp\n"
        "sample,SPL-21-NONE-0,as,0.1,,,icp\n"
    )
    found = await sent(world, "R-1", text)
    assert (found["submitted"], found["held"]) == ([good], False)
    assert [(one["line"], one["message"]) for one in found["problems"]] == [
        (6, "`fe` was asked for and is missing"),
        (7, "`many` is not a number"),
        (9, "There is no case `SPL-21-NONE-0` here."),
    ]
    approved = await world.do(world.in_charge, good, "APPROVE")
    assert approved["record"]["verdict"] == "acceptable"
    assert approved["record"]["batch"] == found["batch"]
    again = await sent(world, "R-1", text, 409)
    assert again["code"] == "value-taken"
    other = await sent(world, "R-2", "sample,paramter\n", 422)
    assert other["code"] == "bad-run"


async def test_a_failed_blank_holds_what_was_run_with_it(world: RemedyWorld) -> None:
    sample = await under_test(world)
    header = "kind,sample,parameter,value\n"
    found = await sent(world, "R-1", f"{header}blank,,as,0.01\nsample,{sample},as,0.004\nsample,{sample},fe,0.1\n")
    assert found["held"] and found["controls"][0]["why"] == "the blank holds 0.01"
    answer = await world.do(world.in_charge, sample, "APPROVE", status=422)
    assert answer["errors"][0]["message"] == "a quality control of batch R-1 failed"
    await world.do(world.in_charge, sample, "RETEST", comment="The blank was not clean")
    await sent(world, "R-2", f"{header}sample,{sample},as,0.004\nsample,{sample},fe,0.1\n")
    assert (await world.do(world.in_charge, sample, "APPROVE"))["state"] == "APPROVED"


async def test_a_laboratory_sends_the_file_of_a_run_on_a_page(world: RemedyWorld) -> None:
    sample, path = await under_test(world), f"/laboratories/{world.ids['laboratory']}/batches"
    world.house.later(minutes=2)
    here = datetime.fromisoformat(world.at(minutes=1)).astimezone(IST)  # a browser's field of time has no zone
    run = {"number": "R-9", "run_at": here.isoformat()[:16], "instrument": "ICP-1"}
    header = "kind,sample,parameter,value,below\n"
    text = f"{header}blank,,as,,0.002\nsample,{sample},as,0.004,\nsample,{sample},fe,0.1,\nsample,SPL-0,as,1,\n"
    transport = httpx.ASGITransport(application(world.house.node))
    cookies = {"jjm_session": world.analyst.token}
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", cookies=cookies) as browser:

        async def send(file: bytes, status: int, lang: str = "en", **more: str) -> str:
            page = PageRead((await browser.get(path)).text)
            token = next(e for e in page.all("input") if e.attributes.get("name") == "form_token").attributes["value"]
            fields = run | {"form_token": token} | more
            answer = await browser.post(path, params={"lang": lang}, data=fields, files={"file": ("run.csv", file)})
            assert answer.status_code == status, answer.text
            page = PageRead(answer.text)
            assert list(faults_of(page)) == []
            return page.text

        assert path in PageRead((await browser.get(f"/types/laboratories/{world.ids['laboratory']}")).text).links
        assert "This is no time" in await send(text.encode(), 422, run_at="today")
        assert "The file is not UTF-8 text" in await send("µ".encode("latin-1"), 422)
        assert "`paramter` is no column" in await send(b"sample,paramter\n", 422)
        told = await send(text.encode(), 200)
        assert (
            "Samples of run R-9 that wait for approval now: 1." in told
            and "Line 5 SPL-0There is no case `SPL-0` here." in told
        )
        await send(text.encode(), 409)
        lone = f"{header}sample,SPL-0,as,1,\n".encode()
        assert "दौर R-10 में न रिक्त नमूना था" in await send(lone, 200, "hi", number="R-10")
        page = PageRead((await browser.get(path)).text)
        assert "R-9" in page.text and "1/1" in page.text
    assert (await world.case(sample))["state"] == "PENDING_APPROVAL"


@given(st.floats(0.001, 1000), st.floats(0, 1))
def test_a_duplicate_agrees_within_a_fifth_of_the_mean(value: float, apart: float) -> None:
    other = value * (1 + apart)
    lines = [
        Line(2, "sample", "S", {"parameter": "as", "value": value}),
        Line(3, "duplicate", "S", {"parameter": "as", "value": other}),
    ]
    (control,) = checked_controls(lines, {"as": "mg/L"})
    assert control["passed"] == (abs(other - value) / ((other + value) / 2) <= 0.2)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({"below": 0.002}, None),
        ({"value": 0.0}, None),
        ({"word": "Not  detected"}, None),
        ({"word": "present"}, "the blank holds `present`"),
        ({}, "the blank has no finding"),
    ],
)
def test_a_blank_says_that_it_is_clean(found: dict[str, Any], why: str | None) -> None:
    (control,) = checked_controls([Line(2, "blank", None, {"parameter": "ecoli"} | found)], {"ecoli": "CFU/100 mL"})
    assert (control["passed"], control.get("why")) == (why is None, why)


def test_a_duplicate_in_another_unit_is_no_duplicate() -> None:
    lines = [
        Line(2, "sample", "S", {"parameter": "as", "value": 4.0, "unit": "ug/L"}),
        Line(3, "duplicate", "S", {"parameter": "as", "value": 4.0, "unit": "mg/L"}),
    ]
    (control,) = checked_controls(lines, {"as": "mg/L"})
    assert (control["passed"], control["why"]) == (False, "the two are in different units")


def test_a_file_may_ask_for_controls_of_each_parameter_of_a_run() -> None:
    catalogue = load(default_folder())
    workflow = catalogue.workflows["sample"]
    action = workflow.stages["PENDING_APPROVAL"].actions["APPROVE"]
    asks = replace(action, guards=(*action.guards, "batch-has:blank", "batch-has:spike"))
    stage = replace(workflow.stages["PENDING_APPROVAL"], actions={"APPROVE": asks})
    asking = replace(workflow, stages={**workflow.stages, "PENDING_APPROVAL": stage})
    missing = [name for name in DEEDS.missing(asking) if name.startswith("batch-has")]
    assert missing == ["batch-has:spike"], "a word that is no control stops the start"
    assert "batch" in DEEDS.looked_at(asks)
    becomes = {"results": [{"parameter": "as"}, {"parameter": "fe"}]}
    now, ask = datetime.now(IST), Ask("APPROVE")

    def said(batch: dict[str, Any] | None) -> list[str]:
        referred = {"batch": batch} if batch else {}
        deed = Deed(workflow, asks, NODE, ask, None, {}, becomes, (), {}, referred, catalogue, now)
        return [fault.message for fault in DEEDS.faults(deed, "batch-has:blank")]

    run: dict[str, Any] = {"id": "LBB-1", "number": "R-7", "controls": [{"kind": "blank", "parameter": "as"}]}
    assert said(run) == ["batch R-7 has no `blank` for fe"]
    assert said({"id": "LBB-1", "number": "R-8"}) == ["batch R-8 has no `blank` for as, fe"]
    assert said(run | {"controls": [{"kind": "blank", "parameter": name} for name in ("as", "fe")]}) == []
    assert said(None) == [], "what was tested singly names no run"
    assert not [name for name in action.guards if name.startswith("batch-has")], "the national file asks for none"
