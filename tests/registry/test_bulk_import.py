"""Files taken in: every line accounted for, nothing doubled, nothing half done."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import bulk_kit
import orjson
import pytest
import pytest_asyncio
import registry_http
from bulk_kit import Json, Sender, counts, ndjson, villages
from registry_kit import Put

from jjm.registry import Bulk, Registry

pytestmark = pytest.mark.usefixtures("small_world")


@pytest_asyncio.fixture
async def bulk(registry: Registry, tmp_path: Path) -> AsyncGenerator[Bulk, None]:
    async with bulk_kit.working(registry, tmp_path) as working:
        yield working


@pytest_asyncio.fixture
async def sender(registry: Registry, bulk: Bulk) -> AsyncGenerator[Sender, None]:
    async with registry_http.client(registry, "read", "write", "personal", bulk=bulk) as http:
        yield Sender(http)


async def count(registry: Registry, sql: str, *args: object) -> int:
    async with registry.database.read() as conn:
        return await conn.fetchval(sql, *args)


HOUSEHOLD = {"village": "VIL-399515", "head_name": "Anita Das", "members": 4}


async def test_every_line_becomes_a_record(sender: Sender, registry: Registry) -> None:
    result = await sender.load("households", [HOUSEHOLD | {"members": n % 9} for n in range(3_000)])
    assert counts(result) == (3_000, 0, 0, 0)
    assert (result["lines"], result["problems"], result["first_problems"]) == (3_000, None, [])
    found = await sender.all("households")
    assert len(found) == 3_000
    assert all(id.startswith("HHD-21-") for id in found)
    assert sum(item["members"] for item in found.values()) == sum(n % 9 for n in range(3_000))


async def test_what_is_imported_is_in_the_ledger_under_the_one_who_sent_it(sender: Sender, registry: Registry) -> None:
    await sender.load("villages", villages(range(400_000, 402_000)), source="LGD", reason="refresh 7")
    entered = await count(registry, "select sum(count) from ledger.batch where type = 'village' and actor = 'tester'")
    assert entered == 2_000
    meta = (await sender.http.get("/api/v1/villages/VIL-400007")).json()["_meta"]
    assert (meta["actor"], meta["source"], meta["reason"], meta["change"]) == ("tester", "LGD", "refresh 7", "create")


async def test_all_lines_are_true_from_the_day_said(sender: Sender) -> None:
    await sender.load("villages", villages([400_001]), valid_from="2024-01-01")
    assert (await sender.http.get("/api/v1/villages/VIL-400001?valid_at=2024-01-01")).status_code == 200
    assert (await sender.http.get("/api/v1/villages/VIL-400001?valid_at=2023-12-31")).status_code == 404


async def test_a_line_with_faults_is_named_and_the_others_are_taken(sender: Sender) -> None:
    content = b"\n".join(
        [
            orjson.dumps({"code": "400001"}),
            b"{broken",
            orjson.dumps({"code": "400003", "status": "gone"}),
            b"",
            orjson.dumps({"code": "400005", "subdistrict": "SDT-1"}),
            orjson.dumps({"code": "400006", "id": "VIL-7"}),
            orjson.dumps({"code": "400007", "colour": "red", "name": ""}),
            orjson.dumps({"code": "400008"}),
        ]
    )
    result = await sender.load("villages", content)
    assert counts(result) == (2, 0, 0, 5)
    assert result["lines"] == 7
    told = [(p["line"], p.get("pointer") or p.get("column")) for p in result["first_problems"]]
    assert told == [(2, 2), (3, "/status"), (5, "/subdistrict"), (6, "/id"), (7, "/name"), (7, "/colour")]
    assert all(p["message"] and p["remedy"] for p in result["first_problems"])
    answer = await sender.http.get(result["problems"])
    assert [orjson.loads(line) for line in answer.content.splitlines()] == result["first_problems"]


async def test_personal_values_are_not_repeated_in_problems(sender: Sender) -> None:
    rows = [HOUSEHOLD | {"phone": "my secret number"}, HOUSEHOLD | {"house_number": "secret" * 20}, {"phone": 77}]
    result = await sender.load("households", rows)
    assert result["refused"] == 3
    text = (await sender.http.get(result["problems"])).text
    assert "secret" not in text
    assert "77" not in text


@pytest.mark.parametrize(("how", "second"), [("fail", (1, 0, 0, 3)), ("skip", (1, 0, 3, 0)), ("update", (1, 3, 0, 0))])
async def test_known_records_are_refused_left_or_changed(sender: Sender, how: str, second: Any) -> None:
    await sender.load("villages", villages(range(400_001, 400_004)))
    rows = [{"code": str(n), "name_local": "ग्राम"} for n in range(400_001, 400_005)]
    result = await sender.load("villages", rows, on_duplicate=how)
    assert counts(result) == second
    village = (await sender.http.get("/api/v1/villages/VIL-400001")).json()
    assert village["name"] == "Village 400001", "what a file does not mention stays"
    assert village.get("name_local") == ("ग्राम" if how == "update" else None)
    if how == "fail":
        assert [p["line"] for p in result["first_problems"]] == [1, 2, 3]
        assert "on_duplicate=skip" in result["first_problems"][0]["remedy"]


async def test_the_same_file_again_changes_nothing(sender: Sender, registry: Registry) -> None:
    rows = villages(range(400_000, 401_500), name_local="ग्राम")
    first = await sender.load("villages", rows, on_duplicate="update", valid_from="2024-01-01")
    entries = await count(registry, "select sum(count) from ledger.batch")
    again = await sender.load("villages", rows, on_duplicate="update", valid_from="2024-01-01")
    assert (counts(first), counts(again)) == ((1_500, 0, 0, 0), (0, 0, 1_500, 0))
    assert await count(registry, "select sum(count) from ledger.batch") == entries


async def test_a_null_takes_a_value_away(sender: Sender) -> None:
    await sender.load("villages", villages([400_001], name_local="ग्राम"))
    await sender.load("villages", [{"code": "400001", "name_local": None}], on_duplicate="update")
    assert "name_local" not in (await sender.http.get("/api/v1/villages/VIL-400001")).json()


async def test_a_record_is_known_by_what_another_system_calls_it(sender: Sender) -> None:
    row = HOUSEHOLD | {"external_ids": [{"system": "imis", "value": "H-1"}]}
    assert counts(await sender.load("households", [row])) == (1, 0, 0, 0)
    assert counts(await sender.load("households", [row])) == (0, 0, 0, 1)
    assert counts(await sender.load("households", [row], on_duplicate="skip")) == (0, 0, 1, 0)
    more = {"members": 9, "external_ids": [{"system": "imis", "value": "H-1"}, {"system": "ration", "value": "R-1"}]}
    assert counts(await sender.load("households", [more], on_duplicate="update")) == (0, 1, 0, 0)
    by_other = {"members": 8, "external_ids": [{"system": "ration", "value": "R-1"}]}
    assert counts(await sender.load("households", [by_other], on_duplicate="update")) == (0, 1, 0, 0)
    [household] = (await sender.all("households")).values()
    assert (household["members"], household["head_name"]) == (8, "Anita Das")
    assert sorted(e["value"] for e in household["external_ids"]) == ["H-1", "R-1"]


async def test_identifiers_that_name_several_records_are_refused(sender: Sender) -> None:
    rows = [HOUSEHOLD | {"external_ids": [{"system": "imis", "value": v}]} for v in ("A", "B")]
    await sender.load("households", rows)
    both = {"members": 1, "external_ids": [{"system": "imis", "value": v} for v in ("A", "B")]}
    result = await sender.load("households", [both], on_duplicate="update")
    assert counts(result) == (0, 0, 0, 1)
    assert result["first_problems"][0]["pointer"] == "/external_ids"


@pytest.mark.parametrize(
    ("how", "expected"), [("fail", (2, 0, 0, 2)), ("skip", (2, 0, 2, 0)), ("update", (2, 2, 0, 0))]
)
async def test_lines_about_one_record_are_taken_in_their_order(sender: Sender, how: str, expected: Any) -> None:
    rows = [
        {"code": "400001", "name": "First"},
        {"code": "400002", "name": "Other"},
        {"code": "400001", "name": "Second"},
        {"code": "400001", "name": "Third"},
    ]
    result = await sender.load("villages", rows, on_duplicate=how)
    assert counts(result) == expected
    village = (await sender.http.get("/api/v1/villages/VIL-400001")).json()
    assert village["name"] == ("Third" if how == "update" else "First")


async def test_two_lines_with_one_external_identifier_make_one_record(sender: Sender) -> None:
    row = HOUSEHOLD | {"external_ids": [{"system": "imis", "value": "H-1"}]}
    assert counts(await sender.load("households", [row, row])) == (1, 0, 0, 1)


async def test_of_two_lines_with_a_value_that_is_unique_one_is_taken(sender: Sender) -> None:
    rows = [{"code": c, "name": c, "iso": "IN-AA", "kind": "state"} for c in ("98", "99")]
    result = await sender.load("states", rows)
    assert counts(result) == (1, 0, 0, 1)
    assert [(p["line"], p["pointer"]) for p in result["first_problems"]] == [(2, "/iso")]


async def test_lines_may_point_to_one_another_and_fall_with_what_they_point_to(sender: Sender) -> None:
    unit = {"unit_kind": "zone", "districts": ["DIS-345"]}
    good, bad = "DEP-21-0000000000000000-D", "DEP-21-0000000000000001-B"
    rows: list[Json] = [
        unit | {"name": "North", "id": good},
        unit | {"name": "North circle", "unit_kind": "circle", "parent": good},
        unit | {"name": "x" * 1000, "id": bad},
        unit | {"name": "South circle", "unit_kind": "circle", "parent": bad},
    ]
    result = await sender.load("department_units", rows)
    assert counts(result) == (2, 0, 0, 2), result
    assert [(p["line"], p["pointer"]) for p in result["first_problems"]] == [(3, "/name"), (4, "/parent")]


async def test_nothing_is_taken_of_a_file_with_a_fault_where_all_or_nothing_was_asked(
    sender: Sender, registry: Registry
) -> None:
    rows = [*villages(range(400_000, 400_010)), {"code": "x"}]
    job = await sender.job("villages", ndjson(rows), mode="all_or_nothing")
    assert (job["state"], job["problem"]["code"], job["problem"]["status"]) == ("failed", "import-refused", 422)
    assert [e["line"] for e in job["problem"]["errors"]] == [11]
    assert counts(job["problem"]["result"]) == (0, 0, 0, 1)
    assert (await sender.http.get(job["problem"]["result"]["problems"])).text.count("\n") == 1
    assert len(await sender.all("villages")) == 2
    assert await count(registry, "select count(*) from registry.external_id") == 0


async def test_all_is_taken_of_a_file_without_faults(sender: Sender) -> None:
    result = await sender.load("villages", villages(range(400_000, 410_000)), mode="all_or_nothing")
    assert counts(result) == (10_000, 0, 0, 0)


@pytest.mark.parametrize("mode", ["best_effort", "all_or_nothing"])
async def test_a_rehearsal_tells_what_would_be_and_writes_nothing(
    sender: Sender, registry: Registry, mode: str
) -> None:
    await sender.load("villages", villages([400_001]))
    before = await _state(registry)
    rows = [*villages(range(400_001, 400_004)), {"code": "400002", "name": "Again"}, {"code": "x"}]
    result = await sender.load("villages", rows, on_duplicate="update", dry_run=True, mode=mode)
    assert counts(result) == (2, 1, 1, 1)
    assert result["dry_run"] is True
    assert [p["line"] for p in result["first_problems"]] == [5]
    assert await _state(registry) == before


async def _state(registry: Registry) -> list[Any]:
    tables = ("registry.village", "registry.village_history", "registry.area", "registry.name", "ledger.batch")
    async with registry.database.read() as conn:
        return [await conn.fetch(f"select t::text from {table} t order by 1") for table in tables]


async def test_csv_and_packed_files_are_taken_in_alike(sender: Sender) -> None:
    text = 'code,name,blocks\n400001,Rampur,BLK-3339\n400002,"Sundar, pur",\n400003,,BLK-9|BLK-3339\n'
    result = await sender.load("villages", gzip.compress(text.encode()), kind="text/csv")
    assert counts(result) == (2, 0, 0, 1)
    assert [(p["line"], p["pointer"]) for p in result["first_problems"]] == [(4, "/blocks/0")]
    assert (await sender.http.get("/api/v1/villages/VIL-400001")).json()["blocks"] == ["BLK-3339"]


async def test_a_header_that_is_not_understood_fails_the_job(sender: Sender) -> None:
    job = await sender.job("villages", b"code,colour\n1,red\n", "text/csv")
    assert (job["state"], job["problem"]["code"]) == ("failed", "bad-header")
    assert job["problem"]["errors"][0]["column"] == "colour"
    job = await sender.job("villages", b"code,name\r1,Rampur\r2,Sonpur\r", "text/csv")
    assert job["problem"]["code"] == "bad-header"
    assert "Macintosh" in job["problem"]["errors"][0]["message"]


async def test_records_that_another_writes_meanwhile_do_not_cost_the_rest(
    sender: Sender, registry: Registry, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking for known records and writing, somebody else records two of them."""
    from jjm.registry.service import bulk_take

    examine, raced = bulk_take.examine, False

    async def race(*args: Any) -> Any:
        nonlocal raced
        found = await examine(*args)
        if not raced:
            raced = True
            await put("village", {"code": "400100"})
            await put("village", {"code": "400900"})
        return found

    monkeypatch.setattr(bulk_take, "examine", race)
    result = await sender.load("villages", villages(range(400_000, 401_000)))
    assert counts(result) == (998, 0, 0, 2)
    assert [p["line"] for p in result["first_problems"]] == [101, 901]


async def test_a_file_larger_than_a_chunk_is_taken_in_order(sender: Sender, registry: Registry) -> None:
    rows = villages(range(400_000, 420_000))
    rows[15_000]["code"] = "400000"
    result = await sender.load("villages", rows, on_duplicate="update")
    assert counts(result) == (19_999, 1, 0, 0)
    assert await count(registry, "select name from registry.village where id = 'VIL-400000'") == "Village 415000"


async def test_what_came_before_a_file_breaks_off_is_recorded_and_counted(sender: Sender, registry: Registry) -> None:
    """Pieces that were under way when the file turned out to be broken are neither lost nor counted for nothing."""
    whole = gzip.compress(ndjson({"village": "VIL-399515", "house_number": str(n * n)} for n in range(60_000)))
    job = await sender.job("households", whole[:-2_000])
    assert (job["state"], job["problem"]["code"]) == ("failed", "bad-gzip")
    created = job["problem"]["result"]["created"]
    assert created > 32_768
    assert await count(registry, "select count(*) from registry.household") == created
    entered = await count(registry, "select sum(count) from ledger.batch where type = 'household'")
    assert entered == created


async def test_a_job_can_be_stopped_between_chunks(sender: Sender, registry: Registry) -> None:
    content = ndjson({"village": "VIL-399515", "members": n % 9} for n in range(120_000))
    address = "/api/v1/households:import"
    answer = await sender.http.post(address, content=content, headers={"content-type": "application/x-ndjson"})
    assert answer.status_code == 202
    url = answer.headers["location"]
    while not (await sender.http.get(url)).json()["progress"].get("lines"):
        await asyncio.sleep(0.01)
    assert (await sender.http.delete(url)).status_code == 202
    job = (await sender.http.get(url, params={"wait": 30})).json()
    assert job["state"] == "cancelled"
    assert 0 < job["result"]["created"] < 120_000
    assert await count(registry, "select count(*) from registry.household") == job["result"]["created"]


async def test_others_are_answered_while_a_file_is_taken_in(sender: Sender) -> None:
    content = ndjson({"village": "VIL-399515", "members": n % 9} for n in range(40_000))
    load = asyncio.create_task(sender.load("households", content))
    slowest, loop = 0.0, asyncio.get_running_loop()
    while not load.done():
        begun = loop.time()
        await sender.http.get("/api/v1/villages/VIL-399515")
        slowest = max(slowest, loop.time() - begun)
    assert counts(await load) == (40_000, 0, 0, 0)
    assert slowest < 2.0


async def test_a_file_may_correct_what_was_wrong_all_along(sender: Sender) -> None:
    await sender.load("villages", villages(range(400_000, 400_060)), valid_from="2020-01-01")
    how = {"on_duplicate": "update", "change": "correct", "reason": "survey 2020"}
    rows: list[Json] = [{"id": f"VIL-{n}", "blocks": ["BLK-3339"]} for n in range(400_000, 400_060)]
    assert counts(await sender.load("villages", rows, **how)) == (0, 60, 0, 0)
    assert counts(await sender.load("villages", rows, **how)) == (0, 0, 60, 0)
    first = (await sender.http.get("/api/v1/villages/VIL-400007?valid_at=2020-01-01")).json()
    assert (first["blocks"], first["name"]) == (["BLK-3339"], "Village 400007")
    assert (first["_meta"]["change"], first["_meta"]["valid_from"], first["_meta"]["reason"]) == (
        "correct",
        "2020-01-01",
        "survey 2020",
    )
