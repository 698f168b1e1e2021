"""Real lists, four years apart: the districts of 2022 become those of 2026 by re-organisation, and both answer."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from jjm.access import NODE
from jjm.kit import SetClock
from jjm.registry import Change, Draft, Registry, examine, record

DATA = Path(__file__).parents[3] / "shared" / "data"
SINCE = date(2022, 3, 1)
THEN, NOW = {"valid_at": "2022-12-31"}, {"valid_at": "2026-05-25"}
URBAN = {"44": "CHANDIGARH", "315": "KOLKATA", "482": "MUMBAI", "599": "MAHE", "601": "YANAM", "671": "SHAHDARA"}
# Out of which district the new ones were cut (the lists do not say), and sub-districts that went over by name.
CUT = {
    "784": ("426", ["Maihar"]), "785": ("399", []), "772": ("107", ["Aau", "Phalodi"]), "791": ("505", ["Addateegala"]),
}  # fmt: skip
RENAMED = {"631": "Bengaluru South", "293": "Sribhumi", "504": "Y.S.R. Kadapa"}

pytestmark = [
    pytest.mark.skipif(
        not (DATA / "lgd-2022").is_dir(), reason="needs ../shared/data/lgd-2022 and ../shared/data/lgd-2026"
    ),
    pytest.mark.long,
]


def rows(path: str) -> list[dict[str, str]]:
    """A list of the directory, by header."""
    with (DATA / path).open(encoding="utf-8-sig", newline="") as file:
        return [{str(k).strip(): (v or "").strip() for k, v in row.items()} for row in csv.DictReader(file)]


def areas_of_2022(registry: Registry) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The States, districts, sub-districts and blocks as the directory listed them in 2022."""
    states = registry.catalogue.codelists["state"].codes.values()
    yield (
        "state",
        [{"code": c.code, "name": c.title["en"], "iso": c.extra["iso"], "kind": c.extra["kind"]} for c in states],
    )
    yield (
        "district",
        [
            {"code": r["District Code"], "name": r["District Name"], "state": f"STA-{r['State Code']}"}
            for r in rows("lgd-2022/2-district.csv")
        ],
    )
    yield (
        "subdistrict",
        [
            {"code": r["Sub-district Code"], "name": r["Sub-district Name"], "district": f"DIS-{r['District Code']}"}
            for r in rows("lgd-2022/3-subdistrict.csv")
        ],
    )
    blocks: dict[str, dict[str, Any]] = {}
    for r in rows("lgd-2022/blocks.csv"):
        name = r["Block Name"] or f"Block {r['Block Code']}"
        block = blocks.setdefault(r["Block Code"], {"code": r["Block Code"], "name": name, "districts": []})
        block["districts"].append(f"DIS-{r['District Code']}")
    yield "block", list(blocks.values())


@pytest_asyncio.fixture
async def india(registry: Registry, clock: SetClock) -> None:
    """The administrative areas of 2022, down to sub-districts and blocks."""
    clock.instant = datetime(2026, 5, 26, 6, tzinfo=UTC)
    for type, found in areas_of_2022(registry):
        table = registry.table(type)
        drafts = [Draft(Change.CREATE, data, valid_from=SINCE, source="LGD 2022") for data in found]
        async with registry.database.write() as conn:
            assert not any(await examine(registry, conn, table, drafts))
            await record(registry, conn, NODE, table, drafts)


async def do(client: httpx.AsyncClient, action: str, effective: str, **body: Any) -> dict[str, Any]:
    """A re-organisation that is done."""
    order = {"number": "1", "date": effective}
    answer = await client.post(f"/api/v1/{action}", json={"effective": effective, "order": order, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def get(client: httpx.AsyncClient, path: str, **query: str) -> Any:
    """An answer that is there."""
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def named(client: httpx.AsyncClient, district: str) -> dict[str, str]:
    """The sub-districts of a district today: id by name."""
    page = await get(client, "subdistricts", within=f"district/{district}", limit="1000")
    return {item["name"]: item["id"] for item in page["items"]}


async def become_2026(client: httpx.AsyncClient) -> None:
    """Apply what differs between the lists: districts cut out of others, districts renamed."""
    before = {r["District Code"]: r for r in rows("lgd-2022/2-district.csv")}
    for r in rows("lgd-2026/lgd_districts.csv"):
        code = r["district_code"]
        if code in before:
            continue
        first = next(c for c, d in before.items() if d["State Code"] == r["state_code"])
        source, moving = CUT.get(code, (first, []))
        subdistricts = await named(client, source)
        new = {"code": code, "name": r["district_name"], "children": [subdistricts[name] for name in moving]}
        await do(client, f"districts/DIS-{source}:split", "2023-08-07", into=[new], keep=True)
    for code, name in RENAMED.items():
        await do(client, f"districts/DIS-{code}:rename", "2025-05-23", name=name)


@pytest.mark.usefixtures("india")
async def test_the_districts_of_2022_become_those_of_2026_and_both_answer(
    writer: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    assert (await get(visitor, "districts", count="exact"))["count"] == 763
    await become_2026(writer)
    assert (await get(visitor, "districts", count="exact", **THEN))["count"] == 763
    assert (await get(visitor, "districts", count="exact", **NOW))["count"] == 787
    assert (await get(visitor, "districts", count="exact"))["count"] == 787

    listed = {r["district_code"]: r for r in rows("lgd-2026/lgd_districts.csv")}
    for code, row in listed.items():
        answer = await visitor.get(f"/api/v1/districts/DIS-{code}")
        assert (answer.status_code, answer.json()["state"]) == (200, f"STA-{row['state_code']}")
    for code, name in URBAN.items():
        assert code not in listed
        assert (await get(visitor, f"areas/district/{code}"))["name"] == name

    for code, name in RENAMED.items():
        assert (await get(visitor, f"areas/district/{code}", **NOW))["name"] == name
        assert (await get(visitor, f"areas/district/{code}", **THEN))["name"] != name

    for subdistrict, old, new in (("7146", "107", "772"), ("4887", "505", "791")):
        assert (await get(visitor, f"subdistricts/SDT-{subdistrict}", **THEN))["district"] == f"DIS-{old}"
        assert (await get(visitor, f"subdistricts/SDT-{subdistrict}", **NOW))["district"] == f"DIS-{new}"
        inside = {"within": f"district/{old}", "limit": "1000"}
        then = [s["id"] for s in (await get(visitor, "subdistricts", **inside, **THEN))["items"]]
        now = [s["id"] for s in (await get(visitor, "subdistricts", **inside))["items"]]
        assert f"SDT-{subdistrict}" in then
        assert f"SDT-{subdistrict}" not in now

    maihar = await get(visitor, "areas/district/784")
    assert [(e["kind"], e["from"]["name"], e["to"]["name"]) for e in maihar["lineage"]] == [
        ("split_from", "SATNA", "Maihar")
    ]
    assert maihar["children"] == {"subdistrict": 1}
    assert (await visitor.get("/api/v1/areas/district/784", params=THEN)).json()["code"] == "not-yet"


@pytest.mark.usefixtures("india")
async def test_a_mandal_that_moved_with_its_code_is_undone_and_moved_again(writer: httpx.AsyncClient) -> None:
    polavaram = {"code": "791", "name": "Polavaram", "children": ["SDT-4887"]}
    made = await do(writer, "districts/DIS-505:split", "2025-12-31", into=[polavaram], keep=True)
    assert (await get(writer, "subdistricts/SDT-4887"))["district"] == "DIS-791"
    assert (await writer.post(f"/api/v1/areas/operations/{made['id']}:undo")).status_code == 200
    assert (await get(writer, "subdistricts/SDT-4887"))["district"] == "DIS-505"
    assert (await get(writer, "districts", count="exact"))["count"] == 763
    await do(writer, "districts/DIS-505:split", "2025-12-31", into=[polavaram], keep=True)
    assert (await get(writer, "subdistricts/SDT-4887"))["district"] == "DIS-791"


@pytest.mark.usefixtures("india")
async def test_blocks_that_lie_in_two_districts_stay_in_both_trees(visitor: httpx.AsyncClient) -> None:
    listed: dict[str, set[str]] = {}
    for r in rows("lgd-2022/blocks.csv"):
        listed.setdefault(r["Block Code"], set()).add(r["District Code"])
    double = {code: districts for code, districts in listed.items() if len(districts) > 1}
    assert len(double) == 10
    for code, districts in double.items():
        for district in districts:
            page = await get(visitor, "blocks", within=f"district/{district}", code=code)
            assert [b["id"] for b in page["items"]] == [f"BLK-{code}"]
