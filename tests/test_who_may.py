"""Every call of the node for every kind of caller: nobody writes without a token that says so, and nothing personal
is told to a caller without one."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import databases
import nodes
import orjson
import pytest
import pytest_asyncio

from jjm.app.node import Node
from jjm.sandbox import fill

pytestmark = pytest.mark.long

ADMIN, PERSONAL, WRITE, READ, NOBODY = ("admin",), ("read", "personal"), ("read", "write"), ("read",), ()
WITHOUT_PERSONAL = {"nobody": NOBODY, "read": READ, "write": WRITE}
OF_ONES_OWN = ("/api/v1/subscriptions", "/api/v1/batches")
"""What whoever is known keeps for itself: it changes no record but by the permits, item by item."""
READING_POSTS = (":batchGet", ":export", ":judge")
ADMINISTRATION = "/api/v1/tokens"
# Anybody may ask to become a participant; an application or node shows by its key who it is, people by what they know.
OPEN_DOORS = (
    "/api/v1/participants",
    "/oauth/token",
    "/api/v1/federation/batches",
    "/api/v1/federation/offers",
    "/api/v1/federation/offers/{id}/signature",
    "/api/v1/federation/offers/{id}/parts",
    "/api/v1/federation/handover/sums",
    "/api/v1/federation/handover/versions",
    "/api/v1/federation/handover/lease",
    "/api/v1/federation/handover/returned",
    "/api/v1/message-reports/{channel}",
    "/api/v1/sessions",
    "/api/v1/sessions:phone",
    "/api/v1/phone-codes",
    "/api/v1/codes:look",
    "/api/v1/codes:use",
)
_PART = re.compile(r"\{(\w+)\}")


@dataclass
class World:
    """A node with a small synthetic State: its calls, its records, and what in them is about persons."""

    node: Node
    paths: dict[str, dict[str, Any]]
    ids: dict[str, str]
    private: set[str]
    hidden: dict[str, set[str]]
    job: str

    def address(self, path: str) -> str:
        """The path with something that is there in each of its places."""
        plural = path.split("/")[3].partition(":")[0] if path.count("/") > 2 else ""
        here = {"id": self.ids.get(plural, "NONE-1"), "version": "1", "level": "state", "code": "21", "position": "0"}
        if plural == "jobs":
            here |= {"id": self.job, "name": "household-0001.ndjson"}
        return _PART.sub(lambda m: here.get(m[1], "checkpoint"), path)

    def calls(self, *methods: str) -> Iterator[tuple[str, str]]:
        """Method and address of every call with one of these methods."""
        for path, told in self.paths.items():
            for method in methods:
                if method in told:
                    yield method.upper(), path

    async def entries(self) -> int:
        """How many changes the ledger and the tokens have seen."""
        async with self.node.database.read() as conn:
            tokens = await conn.fetchval("select count(*) + count(revoked_at) from access.token")
            return tokens + await conn.fetchval("select coalesce(sum(count), 0) from ledger.batch")


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """The node, shared by the tests of this module."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        node = await stack.enter_async_context(nodes.started(tmp_path_factory.mktemp("who") / "node", url))
        await fill(node.registry, villages=12, households=40)
        admin = await stack.enter_async_context(nodes.caller(node, *ADMIN))
        paths = (await admin.get("/openapi.json")).json()["paths"]
        ids: dict[str, str] = {}
        private, public = set[str](), set[str]()
        hidden: dict[str, set[str]] = {}
        for table in node.registry.tables.values():
            standard = table.standard
            if standard.by_workflow:
                continue
            items = (await admin.get(f"/api/v1/{standard.plural}", params={"limit": "1000"})).json()["items"]
            ids[standard.plural] = items[-1]["id"]
            hidden[standard.plural] = {f.name for f in standard.fields if f.is_personal}
            public |= {text for i in items for n in i.keys() - hidden[standard.plural] for text in _texts(i[n])}
            private |= {text for i in items for n in hidden[standard.plural] for text in _texts(i.get(n))}
        job = (await admin.post("/api/v1/households:export", params={"wait": "30"})).json()
        await nodes.sequenced(node)
        yield World(node, paths, ids, private - public, hidden, job["id"])


def _texts(value: object) -> Iterator[str]:
    """The texts of a value that would be recognised wherever they stood."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _texts(one)
    if isinstance(value, str) and len(value) > 8:
        yield value


@pytest.mark.parametrize("who", WITHOUT_PERSONAL)
async def test_nothing_personal_is_told(world: World, who: str) -> None:
    assert len(world.private) > 100
    async with nodes.caller(world.node, *WITHOUT_PERSONAL[who]) as client:
        answers = [await client.get(world.address(path)) for _, path in world.calls("get")]
        for path in ("/", f"/villages/{world.ids['villages'].removeprefix('VIL-')}", "/search?q=a"):
            answers.append(await client.get(path))
        for plural, id in world.ids.items():
            answers.append(await client.get(f"/api/v1/{plural}", params={"limit": "1000", "count": "exact"}))
            answers.append(await client.get(f"/api/v1/{plural}", params={"limit": "1000", "valid_at": "2026-01-01"}))
            answers.append(await client.post(f"/api/v1/{plural}:batchGet", json={"ids": [id]}))
            exported = await client.post(f"/api/v1/{plural}:export", params={"wait": "30"})
            answers.append(exported)
            for file in (exported.json().get("result") or {}).get("files", ()):
                answers.append(await client.get(file["url"]))
        answers.append(await client.get("/api/v1/changes", params={"limit": "20000"}))
    assert {a.status_code for a in answers} <= {200, 202, 303, 400, 401, 403, 404, 410, 422}
    for answer in answers:
        told = answer.text
        assert not [value for value in world.private if value in told], (answer.url, told[:500])


@pytest.mark.parametrize("who", WITHOUT_PERSONAL)
async def test_no_question_about_personal_fields_is_answered(world: World, who: str) -> None:
    async with nodes.caller(world.node, *WITHOUT_PERSONAL[who]) as client:
        for plural, names in world.hidden.items():
            for name in names:
                for asked in (
                    {name: "x"},
                    {"filter": f"{name} IS NOT NULL"},
                    {"filter": f"{name} = 'x'", "count": "exact"},
                ):
                    for answer in (
                        await client.get(f"/api/v1/{plural}", params=asked),
                        await client.post(
                            f"/api/v1/{plural}:export", params={k: v for k, v in asked.items() if k != "count"}
                        ),
                    ):
                        assert answer.status_code in (400, 401, 403), (plural, asked, answer.text)
                shown = await client.get(f"/api/v1/{plural}", params={"fields": name})
                assert shown.status_code in (400, 401, 403) or all(name not in i for i in shown.json()["items"])


async def test_personal_types_are_closed_to_nobody_and_open_to_who_may(world: World) -> None:
    closed = [plural for plural, names in world.hidden.items() if names]
    assert closed
    async with nodes.caller(world.node) as nobody, nodes.caller(world.node, *PERSONAL) as trusted:
        for plural in closed:
            one = f"/api/v1/{plural}/{world.ids[plural]}"
            for end in ("", "/history", "/history/1", "/proof"):
                assert (await nobody.get(one + end)).status_code == 401
                assert (await trusted.get(one + end)).status_code == 200
            assert (await nobody.get(f"/api/v1/{plural}?count=exact")).status_code == 401
            assert (await nobody.get(f"/api/v1/changes?types={plural}")).status_code == 401
            shown = [(await trusted.get(f"/api/v1/{plural}?limit=1000")).json()["items"]]
            assert world.hidden[plural] & {name for items in shown for item in items for name in item}
        fed = (await nobody.get("/api/v1/changes", params={"limit": "20000"})).content.splitlines()
        assert not {orjson.loads(line)["subject"].split("/")[0] for line in fed} & set(closed)


@pytest.mark.parametrize(("who", "refusal"), [(NOBODY, 401), (READ, 403), (PERSONAL, 403)])
async def test_nobody_writes_without_a_token_that_says_so(world: World, who: tuple[str, ...], refusal: int) -> None:
    before = await world.entries()
    async with nodes.caller(world.node, *who) as client:
        made = await world.entries() - before
        for method, path in world.calls("post", "put", "patch", "delete"):
            if (
                path.endswith(READING_POSTS)
                or path.startswith("/api/v1/jobs")
                or (who and path.startswith(OF_ONES_OWN))
            ):
                continue
            for body in (b"{}", b"[]", b"nonsense", b""):
                headers = {"If-Match": '"1"', "content-type": "application/json"}
                answer = await client.request(method, world.address(path), content=body, headers=headers)
                is_open = path in OPEN_DOORS and method == "POST"
                expected = (400, 401, 404, 422) if is_open else (refusal,)
                assert answer.status_code in expected, (method, path, body, answer.text)
    assert await world.entries() == before + made


@pytest.mark.parametrize("who", [NOBODY, READ, PERSONAL, WRITE])
async def test_tokens_and_the_jobs_of_others_are_for_the_administrator(world: World, who: tuple[str, ...]) -> None:
    async with nodes.caller(world.node, *who) as client:
        for method, path in world.calls("get", "post", "delete"):
            if path.startswith(ADMINISTRATION):
                body = {"name": "mine", "scopes": ["admin"]} if method == "POST" else None
                answer = await client.request(method, world.address(path), json=body)
                assert answer.status_code == (403 if who else 401), answer.text
            if path.startswith("/api/v1/jobs/"):
                answer = await client.request(method, world.address(path))
                assert answer.status_code == (404 if who else 401), answer.text


async def test_a_token_that_may_less_does_not_see_the_jobs_of_its_namesake(world: World) -> None:
    async with nodes.caller(world.node, *ADMIN) as admin:
        made = [
            (await admin.post("/api/v1/tokens", json={"name": "Clerk", "scopes": scopes})).json()["token"]
            for scopes in (["read", "personal"], ["read"])
        ]
    async with nodes.caller(world.node) as client:
        more, less = ({"authorization": f"Bearer {token}"} for token in made)
        job = (await client.post("/api/v1/households:export", params={"wait": "30"}, headers=more)).json()
        file = job["result"]["files"][0]["url"]
        assert (await client.get(file, headers=more)).status_code == 200
        for address in (job["url"], file):
            assert (await client.get(address, headers=less)).status_code == 404
        assert job["id"] not in (await client.get("/api/v1/jobs", headers=less)).text
