"""What each shipped standard brings by itself: tables, statements, calls, and personal fields that are kept back."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, cast

import asyncpg
import databases
import httpx
import nodes
import orjson
import pytest
import pytest_asyncio
from shipped import shipped

from jjm.app.node import Node
from jjm.kit import SystemClock
from jjm.registry import AsOf, Table
from jjm.registry.api import TYPE_ACTIONS
from jjm.registry.extent import count_inside, naming
from jjm.registry.listing import ListQuery
from jjm.registry.moving import put_away, unsealed
from jjm.registry.scanning import gone, misplaced, scan, twice
from jjm.registry.sight import WHOLE, Sight
from jjm.sandbox import fill
from jjm.sandbox.order import refs_in
from jjm.standards import Standard, make_record

TYPES = sorted(name for name, standard in shipped().types.items() if not standard.by_workflow)
"""What comes by its workflow alone is shown by the tests of its workflow."""
every_type = pytest.mark.parametrize("type", TYPES)
NOW = AsOf(date(2026, 4, 1), datetime(2026, 4, 1, tzinfo=UTC))
COMMENTS = """
select a.attname as name, col_description(c.oid, a.attnum) as comment, obj_description(c.oid, 'pg_class') as of_table
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.oid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
"""


@dataclass
class World:
    """A node with a small synthetic State, and those who call it."""

    node: Node
    admin: httpx.AsyncClient
    clerk: httpx.AsyncClient
    numbers: Iterator[int]

    def standard(self, type: str) -> Standard:
        """The standard of a type."""
        return self.node.registry.catalogue.types[type]

    async def ids(self) -> dict[str, str]:
        """A record of each type to point to; the village is a new one, of which nothing is known yet."""
        found: dict[str, str] = {}
        for table in self.node.registry.tables.values():
            if table.standard.by_workflow:
                continue
            page = await self.admin.get(
                f"/api/v1/{table.standard.plural}", params={"limit": "1", **_of_the_state(table)}
            )
            found[table.standard.name] = page.json()["items"][0]["id"]
        code = f"98{next(self.numbers):06}"
        made = await self.admin.post("/api/v1/villages", json={"code": code, "subdistrict": found["subdistrict"]})
        return found | {"village": made.json()["id"], "state": "STA-99"}

    def invent(self, type: str, ids: dict[str, str], seed: int) -> dict[str, Any]:
        """A record of the type with all its fields that can be filled, as the standard allows it in that State.

        There are no records that come by their workflow alone, so nothing can point to them.
        """
        catalogue, standard = self.node.registry.catalogue, self.standard(type)
        fields = tuple(f for f in standard.fields if f.required or ids.keys() >= set(refs_in(f)))
        free = replace(standard, fields=fields)
        return make_record(free, catalogue, random.Random(seed), ids.__getitem__, state="99", share=1)

    async def exported(self, client: httpx.AsyncClient, type: str, **asked: str) -> list[dict[str, Any]]:
        """The records of a list as an export puts them out."""
        address = f"/api/v1/{self.standard(type).plural}:export"
        job = (await client.post(address, params={"wait": "30", **asked})).json()
        assert job["state"] == "done", job
        files = [await client.get(file["url"]) for file in job["result"]["files"]]
        return [orjson.loads(line) for file in files for line in file.content.splitlines()]

    async def create(self, type: str) -> tuple[str, dict[str, Any]]:
        """Record an invented record over HTTP; its address and what was sent."""
        ids, standard = await self.ids(), self.standard(type)
        for seed in range(20):  # chance may hit on a code that is taken
            sent = self.invent(type, ids, 1000 * next(self.numbers) + seed)
            answer = await self.admin.post(f"/api/v1/{standard.plural}", json=sent)
            if answer.status_code == 201:
                await nodes.sequenced(self.node)
                return answer.headers["location"], sent
            assert answer.json()["code"] in ("exists", "not-unique"), answer.text
        raise AssertionError(f"no {type} could be recorded")


def _of_the_state(table: Table) -> dict[str, str]:
    standard = table.standard
    return {"within": "state/99"} if standard.level or standard.area else {}


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """The node, shared by all tests of this module."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        node = await stack.enter_async_context(nodes.started(tmp_path_factory.mktemp("every") / "node", url))
        await fill(node.registry, villages=20, households=60)
        admin = await stack.enter_async_context(nodes.caller(node, "admin"))
        clerk = await stack.enter_async_context(nodes.caller(node, "read", "write"))
        yield World(node, admin, clerk, count(1))


@every_type
async def test_its_tables_and_columns_are_described(world: World, type: str) -> None:
    table = world.node.registry.table(type)
    async with world.node.database.read() as conn:
        for name in (table.current, table.history):
            rows = await conn.fetch(COMMENTS, name)
            assert {row["name"] for row in rows} == set(table.names)
            assert all(row["of_table"] and row["comment"] for row in rows)


@every_type
async def test_its_statements_are_valid(world: World, type: str) -> None:
    table = world.node.registry.table(type)
    around = world.node.registry.around(table)
    statements = [around, *table.statements().values(), scan(table, history=False), scan(table, history=True)]
    statements += [twice(table), gone(table), misplaced(table), *filter(None, [count_inside(table)])]
    refs = [f.name for f in table.standard.fields if f.kind == "ref" or f.is_list_of_refs]
    statements += filter(None, [naming(table, name) for name in refs])
    statements += [move(table, ["ext"], history=past) for move in (unsealed, put_away) for past in (False, True)]
    some = Sight(table.standard.personal_fields, ("STA-99",), ("STA-99",))
    async with world.node.database.read() as conn:
        for statement in (*statements, *_lists(table, WHOLE), *_lists(table, some)):
            await cast("asyncpg.Connection", conn).prepare(statement)


def _lists(table: Table, sight: Sight) -> Iterator[str]:
    placed = table.standard.level is not None or table.standard.area is not None
    for within in (None, "STA-99") if placed else (None,):
        for as_of in (None, NOW):
            by_area = as_of is None and (within is not None or sight.areas is not None)
            for after in ((), ("A", "A") if by_area else ("A",)):
                yield ListQuery(table, 9, sight, within=within, as_of=as_of, after=after).page()[0]
            yield ListQuery(table, 9, sight, within=within, as_of=as_of).count()[0]


@every_type
async def test_what_it_invents_is_valid(world: World, type: str) -> None:
    ids, check = await world.ids(), world.node.registry.validators[type]
    for seed in range(30):
        record = world.invent(type, ids, seed)
        assert set(record) <= {f.name for f in world.standard(type).fields}
        assert check.is_valid(record, "99"), check.validate(record, "99")


@pytest_asyncio.fixture(scope="module")
async def document(world: World) -> dict[str, Any]:
    """What the node tells of its calls, which is some megabytes."""
    return (await world.admin.get("/openapi.json")).json()


@every_type
async def test_openapi_tells_its_calls(world: World, document: dict[str, Any], type: str) -> None:
    standard = world.standard(type)
    base, paths = f"/api/v1/{standard.plural}", document["paths"]
    assert {"get", "post"} <= paths[base].keys()
    assert {"get", "put", "patch", "delete"} <= paths[base + "/{id}"].keys()
    assert {base + "/{id}/history", base + "/{id}/history/{version}", base + ":batchGet"} <= paths.keys()
    told = document["components"]["schemas"][f"{type}.fields"]
    assert {f.name for f in standard.fields} <= told["properties"].keys()
    assert set(standard.required) == set(told["required"])


@every_type
async def test_a_record_is_created_read_changed_and_retired(world: World, type: str) -> None:
    plural, admin = world.standard(type).plural, world.admin
    address, sent = await world.create(type)
    read = await admin.get(address)
    record = read.json()
    assert {name: record[name] for name in sent} == sent
    listed = await admin.get(f"/api/v1/{plural}", params={"filter": f"id = '{record['id']}'"})
    assert listed.json()["items"] == [record]
    many = await admin.post(f"/api/v1/{plural}:batchGet", json={"ids": [record["id"], "NONE-1"]})
    assert (many.json()["items"], many.json()["missing"]) == ([record], ["NONE-1"])
    change = {"external_ids": [{"system": "imis", "value": record["id"]}]}
    changed = await admin.patch(address, json=change, headers={"If-Match": read.headers["etag"]})
    assert changed.status_code == 200 and changed.json()["external_ids"] == change["external_ids"]
    assert (await admin.get(f"/api/v1/{plural}/imis:{record['id']}")).json()["id"] == record["id"]
    ended = await admin.delete(address, headers={"If-Match": changed.headers["etag"]})
    assert ended.status_code == 200
    assert (await admin.get(address)).status_code == 410
    assert (await admin.get(f"/api/v1/{plural}", params={"filter": f"id = '{record['id']}'"})).json()["items"] == []
    versions = (await admin.get(f"{address}/history")).json()["items"]
    assert [v["_meta"]["change"] for v in versions] == ["retire", "change", "create"]


@every_type
@pytest.mark.skipif("export" not in TYPE_ACTIONS, reason="this node has no bulk calls")
async def test_an_export_puts_out_what_the_caller_may_see(world: World, type: str) -> None:
    address, sent = await world.create(type)
    record = (await world.admin.get(address)).json()
    asked = {"filter": f"id = '{record['id']}'"}
    assert await world.exported(world.admin, type, **asked) == [record]
    hidden = {f.name for f in world.standard(type).fields if f.is_personal}
    seen = {name: value for name, value in record.items() if name not in hidden}
    if kept_back := sorted(hidden & record.keys()):
        seen["_meta"] = record["_meta"] | {"hidden": kept_back}
    (told,) = await world.exported(world.clerk, type, **asked)
    told["_meta"] |= {"hidden": sorted(told["_meta"]["hidden"])} if "hidden" in told["_meta"] else {}
    assert told == seen
    assert not hidden or hidden & sent.keys()


@every_type
async def test_personal_fields_are_kept_from_those_without_the_scope(world: World, type: str) -> None:
    standard = world.standard(type)
    hidden = {f.name for f in standard.fields if f.is_personal}
    if not hidden:
        return
    address, sent = await world.create(type)
    private = [value for name in hidden for value in _values(sent[name])]
    for value in private[:5]:
        found = await world.clerk.get("/api/v1/search", params={"q": value[:60], "limit": "100"})
        assert found.status_code == 200 and address.rsplit("/", 1)[1] not in found.text
    answers = [answer async for answer in _all_answers(world.clerk, standard, address)]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert not hidden & set(_keys(answer.content)), answer.text
        assert not [value for value in private if value in answer.text], answer.text
    anonymous = await world.clerk.get(address, headers={"authorization": ""})
    assert anonymous.status_code == 401


@every_type
async def test_nobody_without_the_scope_asks_about_personal_fields(world: World, type: str) -> None:
    standard = world.standard(type)
    if not standard.is_personal:
        return
    address, sent = await world.create(type)
    at, etag = f"/api/v1/{standard.plural}", (await world.clerk.get(address)).headers["etag"]
    for field in (f for f in standard.fields if f.is_personal):
        value = sent[field.name]
        filters = [
            {field.name: str(value)},
            {"filter": f"{field.name} = '{value}'"},
            {"filter": f"{field.name} IS NULL"},
        ]
        for query in [*filters, *([{"bbox": "60,0,100,40"}] if field.kind == "point" else [])]:
            answer = await world.clerk.get(at, params=query)
            assert (answer.status_code, answer.json()["code"]) == (400, "bad-filter"), (query, answer.text)
        for steps in _probes(field.name, value):
            headers = {"If-Match": etag, "content-type": "application/json-patch+json"}
            answer = await world.clerk.patch(address, content=orjson.dumps(steps), headers=headers)
            assert answer.status_code in (400, 409), (steps, answer.text)
            assert not [v for v in _values(value) if v in answer.text], answer.text


def _probes(name: str, value: object) -> Iterator[list[dict[str, object]]]:
    """Patches that would tell a value, or carry it to where it can be read."""
    yield [{"op": "test", "path": f"/{name}", "value": value}]
    yield [{"op": "copy", "from": f"/{name}", "path": "/ext"}]
    yield [{"op": "move", "from": f"/{name}", "path": "/external_ids"}]


async def _all_answers(clerk: httpx.AsyncClient, standard: Standard, address: str) -> AsyncIterator[httpx.Response]:
    """Every way to look at a record."""
    at, id = f"/api/v1/{standard.plural}", address.rsplit("/", 1)[1]
    read = await clerk.get(address)
    yield read
    yield await clerk.get(address, params={"valid_at": SystemClock().today().isoformat()})
    yield await clerk.get(at, params={"filter": f"id = '{id}'"})
    yield await clerk.get(at, params={"filter": f"id = '{id}'", "valid_at": SystemClock().today().isoformat()})
    yield await clerk.get(f"{address}/history")
    yield await clerk.get(f"{address}/history/1")
    yield await clerk.post(f"{at}:batchGet", json={"ids": [id]})
    yield await clerk.get(f"{address}/proof")
    yield await clerk.get("/api/v1/changes", params={"types": standard.plural, "limit": "20000"})
    change = {"external_ids": [{"system": "imis", "value": id}]}
    changed = await clerk.patch(address, json=change, headers={"If-Match": read.headers["etag"]})
    yield changed
    steps = orjson.dumps([{"op": "remove", "path": "/external_ids"}])
    headers = {"If-Match": changed.headers["etag"], "content-type": "application/json-patch+json"}
    yield await clerk.patch(address, content=steps, headers=headers)
    ended = await clerk.get(address)
    yield await clerk.delete(address, headers={"If-Match": ended.headers["etag"]})


def _values(value: object) -> list[str]:
    """The texts and numbers of a value that would be recognised."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _values(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _values(inner)]
    return [str(value)] if len(str(value)) > 6 else []


def _keys(content: bytes) -> Iterator[str]:
    """The names in every object of an answer of JSON, or of lines of it."""
    try:
        found: list[Any] = [orjson.loads(line) for line in content.splitlines() if line.startswith((b"{", b"["))]
    except orjson.JSONDecodeError:
        return
    while found:
        value = found.pop()
        if isinstance(value, dict):
            yield from value
            found += value.values()
        elif isinstance(value, list):
            found += value


async def test_what_a_clerk_changes_keeps_the_personal_fields(world: World) -> None:
    address, sent = await world.create("household")
    headers = {"If-Match": (await world.clerk.get(address)).headers["etag"]}
    assert (await world.clerk.patch(address, json={"members": 9}, headers=headers)).status_code == 200
    after = (await world.admin.get(address)).json()
    assert {name: after[name] for name in sent} == sent | {"members": 9}
    headers = {"If-Match": (await world.clerk.get(address)).headers["etag"]}
    assert (await world.clerk.patch(address, json={"phone": None}, headers=headers)).status_code == 200
    assert "phone" not in (await world.admin.get(address)).json()
