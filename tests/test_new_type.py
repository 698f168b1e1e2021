"""A registry type is added to a node by dropping in one file; it grows with the file, and nothing breaks unnoticed."""

from __future__ import annotations

import csv
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import nodes
import pytest
from new_type import HANDPUMP, add_handpump, copy_of_standards

from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.kit import DatabaseUrl, Problem
from jjm.registry.api import TYPE_ACTIONS
from jjm.sandbox import fill
from jjm.standards import load
from tools.type_page import type_page

pytestmark = pytest.mark.long

DEPTH = """\
  depth: {title: {en: Depth, hi: गहराई}, type: number, minimum: 0, maximum: 500, x-unit: m}
x-jjm:
"""
CARETAKERS = """\
  caretakers:
    title: {en: Caretakers, hi: देखभालकर्ता}
    type: array
    maxItems: 5
    items:
      type: object
      properties:
        name: {title: {en: Name, hi: नाम}, type: string, maxLength: 90, x-personal: personal}
x-jjm:
"""
COLUMNS = """
select attname as name, format_type(atttypid, atttypmod) as type, col_description(attrelid, attnum) as comment
from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
"""
VILLAGE = "VIL-99000001"


class Place:
    """A node on its own standards, started and stopped as often as a test wants."""

    def __init__(self, folder: Path, database: DatabaseUrl) -> None:
        self.standards = copy_of_standards(folder / "standards")
        self.settings = Settings(folder / "node", database=database, standards=self.standards)

    @asynccontextmanager
    async def started(self) -> AsyncGenerator[tuple[Node, httpx.AsyncClient], None]:
        """The node and its administrator."""
        async with running(self.settings) as node, nodes.caller(node, "admin") as client:
            await fill(node.registry, villages=3, households=9)
            yield node, client


@pytest.fixture
def place(tmp_path: Path, database_url: DatabaseUrl) -> Place:
    """A copy of the shipped standards and a fresh database."""
    return Place(tmp_path, database_url)


def pump(number: str, **more: object) -> dict[str, object]:
    """A handpump as somebody sends it."""
    return {"number": number, "village": VILLAGE, "status": "active"} | more


async def test_a_dropped_file_is_a_registry(place: Place) -> None:
    async with place.started() as (_, client):
        assert (await client.get("/api/v1/handpumps")).status_code == 404
    add_handpump(place.standards)
    async with place.started() as (node, client):
        sent = pump("H-1", caretaker="Sulok Nupikar", strokes=12)
        made = await client.post("/api/v1/handpumps", json=sent)
        assert made.status_code == 201 and made.json()["id"].startswith("HPN-99-")
        found = await client.get("/api/v1/handpumps", params={"number": "H-1", "within": "district/990001"})
        assert [item["id"] for item in found.json()["items"]] == [made.json()["id"]]
        assert (await client.post("/api/v1/handpumps", json=pump("H-2", colour="red"))).status_code == 422
        await _is_described(node)
        await _is_told(client)
        await _keeps_the_caretaker_private(node, made.headers["location"])


async def _is_described(node: Node) -> None:
    async with node.database.read() as conn:
        columns = {row["name"]: row for row in await conn.fetch(COLUMNS, "registry.handpump")}
    assert columns["number"]["type"] == "text" and columns["strokes"]["type"] == "bigint"
    assert all(row["comment"] for row in columns.values())


async def _is_told(client: httpx.AsyncClient) -> None:
    types = {item["plural"]: item for item in (await client.get("/api/v1")).json()["items"]}
    assert types["handpumps"]["title"]["hi"] == "हैंडपंप" and types["handpumps"]["personal"] is True
    document = (await client.get("/openapi.json")).json()
    assert {"/api/v1/handpumps", "/api/v1/handpumps/{id}"} <= document["paths"].keys()
    assert "caretaker" in document["components"]["schemas"]["handpump.fields"]["properties"]


async def _keeps_the_caretaker_private(node: Node, address: str) -> None:
    async with nodes.caller(node, "read") as reader, nodes.caller(node) as anybody:
        assert (await reader.get(address)).json()["strokes"] == 12
        assert "Nupikar" not in (await reader.get(address)).text
        assert (await anybody.get(address)).status_code == 401


@pytest.mark.skipif("export" not in TYPE_ACTIONS, reason="this node has no bulk calls")
async def test_its_records_are_put_out(place: Place) -> None:
    add_handpump(place.standards)
    async with place.started() as (_, client):
        made = await client.post("/api/v1/handpumps", json=pump("H-1", strokes=12))
        asked = {"wait": "30", "format": "csv", "filter": "number = 'H-1'"}
        job = (await client.post("/api/v1/handpumps:export", params=asked)).json()
        lines = (await client.get(job["result"]["files"][0]["url"])).text.splitlines()
        assert [(row["id"], row["strokes"]) for row in csv.DictReader(lines)] == [(made.json()["id"], "12")]


def test_its_page_of_the_reference_is_written(tmp_path: Path) -> None:
    standards = copy_of_standards(tmp_path / "standards")
    add_handpump(standards)
    catalogue = load(standards)
    page = type_page(catalogue.types["handpump"], catalogue)
    assert "`strokes`" in page and "हैंडपंप" in page and "/api/v1/handpumps" in page


async def test_the_synthetic_state_has_handpumps_too(place: Place) -> None:
    add_handpump(place.standards)
    async with place.started() as (_, client):
        listed = (await client.get("/api/v1/handpumps")).json()["items"]
        assert listed and all(item["_meta"]["source"] == "synthetic: seed 7" for item in listed)


async def test_a_field_added_to_the_file_is_a_column_at_the_next_start(place: Place) -> None:
    add_handpump(place.standards)
    async with place.started() as (_, client):
        address = (await client.post("/api/v1/handpumps", json=pump("H-1"))).headers["location"]
    add_handpump(place.standards, HANDPUMP.replace("x-jjm:\n", DEPTH).replace("1.0.0", "1.1.0"))
    async with place.started() as (node, client):
        read = await client.get(address)
        deeper = await client.patch(address, json={"depth": 42.5}, headers={"If-Match": read.headers["etag"]})
        assert deeper.json()["depth"] == 42.5 and deeper.json()["number"] == "H-1"
        async with node.database.read() as conn:
            for table in ("registry.handpump", "registry.handpump_history"):
                columns = {row["name"]: row for row in await conn.fetch(COLUMNS, table)}
                assert columns["depth"]["type"] == "double precision"
                assert columns["depth"]["comment"] == "Depth [m]"


NO_LONGER = {
    "another kind of value": ('type: integer, minimum: 0, maximum: 200, x-unit: "1"', "type: string, maxLength: 9"),
    "another name": ("  strokes:", "  strokes_to_water:"),
    "another unit": ('x-unit: "1"', "x-unit: L"),
    "a narrower limit": ("maximum: 200", "maximum: 20"),
    "a field newly required": ("required: [", "required: [strokes, "),
}
NEEDED = {"another kind of value": "alter column strokes", "another name": "drop the column"}


@pytest.mark.parametrize("change", NO_LONGER)
async def test_a_file_that_no_longer_fits_stops_the_start(place: Place, change: str) -> None:
    before, after = NO_LONGER[change]
    add_handpump(place.standards)
    async with place.started() as (_, client):
        address = (await client.post("/api/v1/handpumps", json=pump("H-1", strokes=7))).headers["location"]
    assert before in HANDPUMP
    add_handpump(place.standards, HANDPUMP.replace(before, after))
    with pytest.raises(Problem) as refused:
        async with place.started():
            pass
    assert refused.value.code == "standard-breaking"
    assert [f.file for f in refused.value.faults] == ["registries/assets/handpump.yaml"]
    assert (
        "Migration needed" in refused.value.faults[0].remedy
        and NEEDED.get(change, "raise the major") in refused.value.faults[0].remedy
    )
    add_handpump(place.standards)
    async with place.started() as (_, client):
        assert (await client.get(address)).json()["strokes"] == 7


CODED = """\
  handles:
    title: {en: Handles, hi: हत्थे}
    type: array
    maxItems: 3
    items:
      type: object
      properties:
        state: {title: {en: State, hi: हालत}, x-code: handle-state}
x-jjm:
"""
HANDLES = """\
code,en,hi,source,source_date
whole,Whole,साबुत,invented,2026-01-01
split,Split,फटा,invented,2026-01-01
lost,Lost,खोया,invented,2026-01-01
"""


async def test_a_code_that_records_hold_is_not_taken_out_of_its_list_and_any_other_is(place: Place) -> None:
    list_of_handles = place.standards / "codes" / "handle-state.csv"
    list_of_handles.write_text(HANDLES, "utf-8")
    add_handpump(place.standards)
    async with place.started():  # what is invented then has no handles
        pass
    add_handpump(place.standards, HANDPUMP.replace("x-jjm:\n", CODED).replace("1.0.0", "1.1.0"))
    async with place.started() as (_, client):
        made = await client.post("/api/v1/handpumps", json=pump("H-1", handles=[{"state": "split"}]))
        assert made.status_code == 201
    list_of_handles.write_text(HANDLES.replace("split,Split,फटा,invented,2026-01-01\n", ""), "utf-8")
    with pytest.raises(Problem) as refused:
        async with place.started():
            pass
    assert refused.value.code == "standard-breaking"
    (fault,) = refused.value.faults
    assert fault.file == "codes/handle-state.csv" and "Migration needed" in fault.remedy
    assert f"`split` was taken out of `handle-state`, and 1 version of handpump hold one, {made.json()['id']}" in (
        fault.message
    )
    list_of_handles.write_text(HANDLES.replace("lost,Lost,खोया,invented,2026-01-01\n", ""), "utf-8")
    async with place.started() as (_, client):
        refused_code = await client.post("/api/v1/handpumps", json=pump("H-2", handles=[{"state": "lost"}]))
        assert refused_code.status_code == 422


async def test_a_faulty_file_stops_the_start_and_says_where(place: Place) -> None:
    file = add_handpump(place.standards, HANDPUMP.replace("x-code: point-status", "x-code: pump-status"))
    with pytest.raises(Problem) as refused:
        async with place.started():
            pass
    fault = refused.value.faults[0]
    lines = file.read_text("utf-8").splitlines()
    assert fault.line and "pump-status" in lines[fault.line - 1] and fault.remedy


async def test_what_is_personal_inside_a_field_is_kept_back_with_it(place: Place) -> None:
    add_handpump(place.standards, HANDPUMP.replace("x-jjm:\n", CARETAKERS))
    async with place.started() as (node, client):
        sent = pump("H-1", caretakers=[{"name": "Sulok Nupikar"}])
        address = (await client.post("/api/v1/handpumps", json=sent)).headers["location"]
        async with nodes.caller(node, "read") as reader:
            assert "Nupikar" not in (await reader.get(address)).text
        assert "Nupikar" in (await client.get(address)).text
