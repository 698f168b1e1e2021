"""Limits and verdicts for everybody, over HTTP: no key is needed, nothing is kept, what is wrong is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import nodes
import pytest_asyncio

from jjm.app.asgi import application


@pytest_asyncio.fixture
async def anybody(tmp_path: Path, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A caller whom the node does not know."""
    async with nodes.started(tmp_path / "node", database_url) as node:
        transport = httpx.ASGITransport(app=application(node))
        async with httpx.AsyncClient(transport=transport, base_url="http://node.test") as client:
            yield client


async def test_limits_of_a_day_and_verdicts_by_them(anybody: httpx.AsyncClient) -> None:
    old, new = [
        (await anybody.get("/api/v1/quality/limits", params={"on": day})).json() for day in ("2015-01-01", "2026-11-29")
    ]
    assert (old["edition"], new["edition"]) == ("is-10500-2012", "is-10500-2012-amendment-3")
    iron = [next(row for row in told["limits"] if row["parameter"] == "fe") for told in (old, new)]
    assert [row["acceptable"]["most"] for row in iron] == [0.3, 1.0]
    assert iron[1]["verify"] == ["acceptable", "permissible"]
    assert new["verify"]
    assert new["changed"] == ["u"]
    assert iron[1]["title"]["hi"] == "लौह"

    asked: dict[str, Any] = {
        "sampled_on": "2026-10-02",
        "results": [
            {"parameter": "f", "value": "1.2"},
            {"parameter": "as", "below": 1, "unit": "ug/L"},
            {"parameter": "no3", "value": 11, "unit": "mg/L as N"},
            {"parameter": "tc", "value": 4},
        ],
    }
    told = (await anybody.post("/api/v1/quality:judge", json=asked)).json()
    assert (told["verdict"], told["contaminated"], told["decided_by"]) == ("contaminated", True, ["no3"])
    assert [value["verdict"] for value in told["values"]] == ["permissible", "acceptable", "beyond", "cannot_be_judged"]
    assert told["values"][1]["value"] == 0.001
    assert told["values"][3]["why"]["en"].startswith("The limit is for some water only")
    assert told["edition"] == "is-10500-2012-amendment-3"
    asked |= {"water": {"treated": False, "alternate_source": True}, "results": asked["results"][:1]}
    told = (await anybody.post("/api/v1/quality:judge", json=asked)).json()
    assert (told["verdict"], told["values"][0]["reason"]) == ("contaminated", "alternate_source")
    asked["results"] = [{"parameter": "f"}]
    told = (await anybody.post("/api/v1/quality:judge", json=asked)).json()
    assert (told["verdict"], told["contaminated"]) == ("not_tested", None)


async def test_what_cannot_be_judged_is_refused_with_its_place(anybody: httpx.AsyncClient) -> None:
    results = [
        {"parameter": "fluorid", "value": 1},
        {"parameter": "f", "value": 1, "below": 1},
        {"parameter": "as", "below": 0},
        {"parameter": "f", "value": 1},
    ]
    refused = await anybody.post("/api/v1/quality:judge", json={"sampled_on": "2026-10-02", "results": results})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-results")
    pointers = [fault["pointer"] for fault in refused.json()["errors"]]
    assert pointers == ["/results/0/parameter", "/results/1", "/results/2/below", "/results/3/parameter"]
    early = {"sampled_on": "2011-01-01", "results": results[3:]}
    refused = await anybody.post("/api/v1/quality:judge", json=early)
    assert (refused.status_code, refused.json()["code"]) == (422, "no-limits")
    unknown = await anybody.get("/api/v1/quality/limits", params={"edition": "is-10500-1991"})
    assert unknown.status_code == 422
    negative = {"sampled_on": "2026-10-02", "results": [{"parameter": "f", "value": -1}]}
    assert (await anybody.post("/api/v1/quality:judge", json=negative)).status_code in (400, 422)
    huge = {"sampled_on": "2026-10-02", "results": [{"parameter": "f", "value": "NaN"}]}
    assert (await anybody.post("/api/v1/quality:judge", json=huge)).status_code in (400, 422)
