"""Who may send and fetch files, what is too much, what cannot be read, and the same call twice."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import bulk_kit
import httpx
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import pytest_asyncio
import registry_http
from bulk_kit import Sender, counts, ndjson, villages

from jjm.registry import Bulk, Registry

pytestmark = pytest.mark.usefixtures("small_world")
NDJSON = {"content-type": "application/x-ndjson"}
HOUSEHOLD = {"village": "VIL-399515", "head_name": "Anita Das", "phone": "9000000001", "members": 4}


@pytest_asyncio.fixture
async def bulk(registry: Registry, tmp_path: Path) -> AsyncGenerator[Bulk, None]:
    async with bulk_kit.working(registry, tmp_path, upload_bytes=1_000_000) as working:
        yield working


@pytest_asyncio.fixture
async def sender(registry: Registry, bulk: Bulk) -> AsyncGenerator[Sender, None]:
    async with registry_http.client(registry, "read", "write", "personal", bulk=bulk) as http:
        yield Sender(http)


Other = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest_asyncio.fixture
async def other(registry: Registry, bulk: Bulk) -> AsyncGenerator[Other, None]:
    """Somebody else, with these scopes."""
    async with AsyncExitStack() as stack:

        async def come(*scopes: str, name: str = "other") -> httpx.AsyncClient:
            return await stack.enter_async_context(registry_http.client(registry, *scopes, bulk=bulk, name=name))

        yield come


def kept(bulk: Bulk) -> list[str]:
    """What waits to be taken in."""
    folder = bulk.folder.root / "spool"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


async def export(http: httpx.AsyncClient, plural: str, **asked: str) -> dict[str, Any]:
    """The job of an export that has ended."""
    return (await http.post(f"/api/v1/{plural}:export", params={"wait": "60", **asked})).json()


# --- who may -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scopes", "status"), [((), 401), (("read",), 403), (("read", "personal"), 403)])
async def test_only_who_may_write_may_send_files(
    other: Other, bulk: Bulk, scopes: tuple[str, ...], status: int
) -> None:
    http = await other(*scopes)
    answer = await http.post("/api/v1/households:import", content=ndjson([HOUSEHOLD]), headers=NDJSON)
    assert answer.status_code == status
    assert kept(bulk) == [], "what may not be sent is not kept"


@pytest.mark.parametrize(("scopes", "status"), [((), 401), (("write",), 403)])
async def test_only_who_may_read_may_have_files_put_out(
    other: Other, bulk: Bulk, scopes: tuple[str, ...], status: int
) -> None:
    http = await other(*scopes)
    assert (await http.post("/api/v1/households:export")).status_code == status


async def test_personal_fields_are_put_out_for_a_token_that_says_so_alone(sender: Sender, other: Other) -> None:
    await sender.load("households", [HOUSEHOLD])
    reader = await other("read")
    for http, is_shown in ((sender.http, True), (reader, False)):
        for format in ("ndjson", "csv", "parquet"):
            job = await export(http, "households", format=format)
            content = (await http.get(job["result"]["files"][0]["url"])).content
            if format == "parquet":
                content = repr(pq.read_table(io.BytesIO(content)).to_pylist()).encode()
            assert (b"Anita" in content, b"9000000001" in content) == (is_shown, is_shown)
    refused = await reader.post("/api/v1/households:export", params={"filter": "head_name = 'Anita Das'"})
    assert refused.status_code in (400, 403)


async def test_jobs_problems_and_files_are_seen_by_who_asked_and_by_administrators(
    sender: Sender, other: Other
) -> None:
    bad = await sender.job("villages", ndjson([{"code": "x y"}]))
    out = await export(sender.http, "households")
    places = [bad["url"], f"{bad['url']}/problems", out["url"], out["result"]["files"][0]["url"]]
    stranger = await other("read", "write", "personal")
    admin = await other("admin", name="admin")
    nobody = await other()
    for place in places:
        statuses = [(await http.get(place)).status_code for http in (sender.http, admin, stranger, nobody)]
        assert statuses == [200, 200, 404, 401], place
    assert (await stranger.delete(bad["url"])).status_code == 404
    assert (await stranger.get("/api/v1/jobs")).json()["items"] == []
    assert len((await admin.get("/api/v1/jobs")).json()["items"]) == 2


async def test_a_token_of_the_same_name_sees_no_file_made_with_more_rights(sender: Sender, other: Other) -> None:
    await sender.load("households", [HOUSEHOLD])
    job = await export(sender.http, "households")
    namesake = await other("read", "write", name="tester")
    assert (await namesake.get(job["result"]["files"][0]["url"])).status_code == 404


# --- the same call twice -------------------------------------------------------------------------------


async def test_the_same_call_with_the_same_key_is_the_same_job(sender: Sender, registry: Registry, bulk: Bulk) -> None:
    content, headers = ndjson([HOUSEHOLD] * 3), NDJSON | {"idempotency-key": "april"}
    address = "/api/v1/households:import"
    first, second = [
        (await sender.http.post(address, params={"wait": 30}, content=content, headers=headers)).json()
        for _ in range(2)
    ]
    assert (first["id"], first["state"], counts(first["result"])) == (second["id"], "done", (3, 0, 0, 0))
    assert len(await sender.all("households")) == 3
    assert kept(bulk) == []
    other_file = await sender.http.post(address, params={"wait": 30}, content=ndjson([HOUSEHOLD]), headers=headers)
    assert (other_file.status_code, other_file.json()["code"]) == (422, "idempotency-mismatch")
    assert kept(bulk) == []


async def test_the_same_call_at_the_same_time_is_the_same_job(sender: Sender) -> None:
    content, headers = ndjson([HOUSEHOLD] * 3), NDJSON | {"idempotency-key": "at once"}

    async def send() -> str:
        answer = await sender.http.post(
            "/api/v1/households:import", params={"wait": 30}, content=content, headers=headers
        )
        return answer.json()["id"]

    assert len(set(await asyncio.gather(*[send() for _ in range(5)]))) == 1
    assert len(await sender.all("households")) == 3


async def test_an_export_asked_for_twice_with_the_same_key_is_the_same_job(sender: Sender) -> None:
    headers = {"idempotency-key": "export"}
    jobs = [(await sender.http.post("/api/v1/villages:export", headers=headers)).json()["id"] for _ in range(2)]
    assert jobs[0] == jobs[1]


# --- too much, and what cannot be read ----------------------------------------------------------------


@pytest.mark.parametrize("is_declared", [True, False])
async def test_a_file_that_is_too_large_is_refused_and_not_kept(sender: Sender, bulk: Bulk, is_declared: bool) -> None:
    async def stream() -> AsyncGenerator[bytes, None]:
        for _ in range(30):
            yield bytes(100_000)

    content = bytes(1_000_001) if is_declared else stream()
    answer = await sender.http.post("/api/v1/households:import", content=content, headers=NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert "gzip" in answer.json()["detail"]
    assert kept(bulk) == []


async def test_nothing_is_no_file(sender: Sender, bulk: Bulk) -> None:
    answer = await sender.http.post("/api/v1/households:import", content=b"", headers=NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "empty-file")
    assert kept(bulk) == []


async def test_a_format_that_is_not_known_is_refused(sender: Sender) -> None:
    answer = await sender.http.post("/api/v1/households:import", content=b"x", headers={"content-type": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unknown-format")
    answer = await sender.http.post("/api/v1/households:import?on_duplicate=maybe", content=b"x", headers=NDJSON)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/on_duplicate")


async def test_gzip_that_breaks_off_fails_the_job_and_says_what_was_kept(sender: Sender, registry: Registry) -> None:
    rows = [HOUSEHOLD | {"house_number": os.urandom(18).hex()} for _ in range(20_000)]
    packed = gzip.compress(ndjson(rows))[:-30_000]
    job = await sender.job("households", packed)
    assert (job["state"], job["problem"]["code"], job["problem"]["status"]) == ("failed", "bad-gzip", 422)
    created = job["problem"]["result"]["created"]
    assert 0 < created < 20_000
    async with registry.database.read() as conn:
        assert await conn.fetchval("select count(*) from registry.household") == created


async def test_of_a_file_that_breaks_off_nothing_is_kept_where_all_or_nothing_was_asked(sender: Sender) -> None:
    rows = [HOUSEHOLD | {"house_number": os.urandom(18).hex()} for _ in range(20_000)]
    job = await sender.job("households", gzip.compress(ndjson(rows))[:-30_000], mode="all_or_nothing")
    assert (job["state"], job["problem"]["code"]) == ("failed", "bad-gzip")
    assert job["problem"]["result"]["created"] == 0
    assert await sender.all("households") == {}


async def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(sender: Sender) -> None:
    line = b" " * 1_000_000 + b"\n"
    for content in (gzip.compress(line * 90), gzip.compress(bytes(200_000_000))):
        assert len(content) < 300_000
        job = await sender.job("households", content)
        assert (job["state"], job["problem"]["code"]) == ("failed", "packed-too-tightly")


async def test_parquet_that_breaks_off_is_refused(sender: Sender) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"village": ["VIL-399515"] * 1_000, "members": list(range(1_000))}), sink)
    whole = sink.getvalue().to_pybytes()
    for content in (whole[:-5], whole[: len(whole) // 2], whole[:4] + bytes(500) + whole[504:]):
        job = await sender.job("households", content, "application/vnd.apache.parquet", mode="all_or_nothing")
        assert (job["state"], job["problem"]["code"]) == ("failed", "bad-parquet"), job
    assert await sender.all("households") == {}


async def test_a_whole_number_may_be_written_with_a_point(sender: Sender) -> None:
    result = await sender.load("households", b'{"village": "VIL-399515", "members": 4.0}\n')
    assert counts(result) == (1, 0, 0, 0), result
    [household] = (await sender.all("households")).values()
    assert household["members"] == 4
    again = {"id": household["id"], "members": 4.0}
    assert counts(await sender.load("households", [again], on_duplicate="update")) == (0, 0, 1, 0)


async def test_text_that_no_database_holds_costs_its_line_alone(sender: Sender) -> None:
    rows = [HOUSEHOLD | {"house_number": n} for n in ("1", "a\0b", "3", "\ud800".encode("utf-8", "replace").decode())]
    result = await sender.load("households", rows)
    assert counts(result)[0] == 3
    assert [p["line"] for p in result["first_problems"]] == [2]
    raw = b'{"village": "VIL-399515", "house_number": "\\ud800"}\n'
    assert counts(await sender.load("households", raw)) == (0, 0, 0, 1)


@pytest.mark.parametrize("named", ["VIL-\0", "V" * 3_000, 7, ["VIL-399515"], {"id": "VIL-399515"}, None, ""])
async def test_a_place_that_is_none_costs_its_line_alone(sender: Sender, named: object) -> None:
    lines = [HOUSEHOLD, HOUSEHOLD | {"village": named}, HOUSEHOLD, {"id": "HHD-21-X", "village": named}, HOUSEHOLD]
    result = await sender.load("households", lines)
    assert counts(result) == (3, 0, 0, 2), result
    assert sorted({p["line"] for p in result["first_problems"]}) == [2, 4]


async def test_an_identifier_that_no_database_holds_costs_its_line_alone(sender: Sender) -> None:
    names = [{"id": "HHD-21-\0"}, {"habitation": "HAB-\0"}, {"external_ids": [{"system": "imis", "value": "\0"}]}]
    result = await sender.load("households", [HOUSEHOLD, *(HOUSEHOLD | name for name in names), HOUSEHOLD])
    assert counts(result) == (2, 0, 0, 3), result
    found = {(p["line"], p["pointer"]) for p in result["first_problems"]}
    assert found == {(2, "/id"), (3, "/habitation"), (4, "/external_ids/0/value")}


async def test_a_file_that_goes_wrong_everywhere_is_told_as_far_as_there_is_room(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjm.registry.service.bulk_problems._MOST_BYTES", 1_000_000)
    result = await sender.load("villages", b"x\n" * 60_000)
    assert (result["lines"], result["refused"]) == (60_000, 60_000)
    assert 0 < result["problems_untold"] < 60_000
    told = (await sender.http.get(result["problems"])).content
    assert told.count(b"\n") == 60_000 - result["problems_untold"]
    assert len(result["first_problems"]) == 100


async def test_a_stopped_job_leaves_nothing_where_all_or_nothing_was_asked(sender: Sender, bulk: Bulk) -> None:
    content = gzip.compress(ndjson(HOUSEHOLD | {"members": n % 9} for n in range(60_000)), 1)
    answer = await sender.http.post(
        "/api/v1/households:import", params={"mode": "all_or_nothing"}, content=content, headers=NDJSON
    )
    url = answer.headers["location"]
    while not (await sender.http.get(url)).json()["progress"].get("lines"):
        await asyncio.sleep(0.01)
    await sender.http.delete(url)
    job = (await sender.http.get(url, params={"wait": 30})).json()
    assert (job["state"], job["result"]["created"]) == ("cancelled", 0)
    assert await sender.all("households") == {}
    assert kept(bulk) == []


async def test_what_a_line_says_is_repeated_only_where_it_is_not_personal(sender: Sender) -> None:
    rows = [HOUSEHOLD | {"members": 500, "phone": "not a number at all"}]
    result = await sender.load("households", rows)
    told = {p["pointer"]: p for p in result["first_problems"]}
    assert told["/members"]["value"] == 500
    assert "value" not in told["/phone"]
    assert "not a number at all" not in orjson.dumps(result).decode()


async def test_two_files_of_one_sender_are_taken_in_one_after_the_other(sender: Sender) -> None:
    jobs = [sender.load("villages", villages(range(first, first + 2_000))) for first in (400_000, 402_000)]
    results = await asyncio.gather(*jobs)
    assert [counts(result) for result in results] == [(2_000, 0, 0, 0)] * 2
    assert len(await sender.all("villages")) == 4_002
