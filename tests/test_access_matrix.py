"""Who may do what where: every call for every role, in the own area and a foreign one, of the own partner and another.

What is expected is worked out here, from the permits in `standards/roles.yaml` and a table of what lies where, written
by hand; the node's own decision is not asked.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import databases
import httpx
import nodes
import partners_kit as kit
import pytest
import pytest_asyncio
import two_states
from shipped import shipped

from jjm.app.asgi import application
from jjm.app.node import Node
from jjm.kit import SystemClock
from jjm.standards import Standard, make_record
from tools.doors import DOORS, door_of

CATALOGUE = shipped()
BY_HAND = {name: standard for name, standard in CATALOGUE.types.items() if not standard.by_workflow}
"""The types whose records somebody can make; the others come by their workflow alone, whose tests say who may."""
PLURALS = frozenset(s.plural for s in CATALOGUE.types.values())
HERE = {"state": "STA-21", "district": "DIS-345", "subdistrict": "SDT-2651", "block": "BLK-3339"}
HERE |= {"local_body": "LOB-31", "village": "VIL-399101"}
THERE = {"state": "STA-18", "district": "DIS-601", "subdistrict": "SDT-2110", "block": "BLK-6001"}
THERE |= {"local_body": "LOB-61", "village": "VIL-399601"}
SUBSET = ("household", "tap_connection", "functionary", "proposal", "scheme")
"""Types for which all calls are walked; the others are walked by those that decide for them."""
NEARER = {"functionary": ("local_body", False), "appointment": ("village", True), "proposal": ("village", True)}
"""Types placed by their State which the matrix places nearer: at this level of areas, in a list or by itself."""
FIELD = {"local_body": "local_body", "village": "villages"}
METHODS = ("get", "post", "put", "patch", "delete")


BODIES: dict[str, Any] = {
    "/keys": {"jwks": kit.public(kit.ed25519("another"))},
    "/applications": kit.request(kit.ed25519("other"))["application"],
    **{f":{act}": {"reason": "to see who may"} for act in ("suspend", "resume", "refuse", "revoke")},
}
"""What calls of participants are sent, so that they are judged by who sends them."""


def above(*levels: str) -> frozenset[str]:
    """The own areas of these levels."""
    return frozenset(HERE[level] for level in levels)


IN_A_BLOCK = above("block", "local_body", "village")
INSIDE: dict[str, frozenset[str]] = {
    "state/21": frozenset(HERE.values()),
    "district/345": above("district", "subdistrict", "block", "local_body", "village"),
    "block/3339": IN_A_BLOCK,
    "local_body/31": above("local_body", "village"),
    "village/399101": above("village"),
}
"""Which of the own areas lie in the places for which roles are granted; of the foreign ones none does."""


@dataclass
class Held:
    """One record to act on: where it lies, and what it says."""

    id: str
    areas: frozenset[str]
    data: dict[str, Any]


@dataclass
class Who:
    """A holder of a role in a place; `place` None stands for the whole node."""

    role: str
    place: str | None
    permits: tuple[str, ...]
    headers: dict[str, str]

    def allows(self, scope: str, type: str) -> bool:
        """True if the role permits it in its place."""
        return bool({"admin", scope, f"{type}:{scope}"} & set(self.permits))

    def reaches(self, areas: frozenset[str], *, all_of_them: bool) -> bool:
        """True if a record in these areas lies in the place of the role."""
        if self.place is None:
            return True
        inside = areas & INSIDE[self.place]
        return bool(inside) and (inside == areas or not all_of_them)

    def sees(self, standard: Standard, held: Held) -> bool:
        """True if a record is there for the holder."""
        open_to_all = standard.public and not standard.is_personal
        reaches = self.allows("read", standard.name) and self.reaches(held.areas, all_of_them=False)
        return open_to_all or reaches

    def sees_persons(self, standard: Standard, held: Held) -> bool:
        """True if what is personal in a record is shown."""
        reaches = self.allows("personal", standard.name) and self.reaches(held.areas, all_of_them=False)
        return self.sees(standard, held) and reaches

    def may_read(self, standard: Standard) -> bool:
        """True if the type is open to the holder at all."""
        return (standard.public and not standard.is_personal) or self.allows("read", standard.name)

    def may_change(self, standard: Standard, held: Held) -> bool:
        """True if the holder may change a record."""
        placed = standard.area or standard.level or self.place is None
        reaches = self.reaches(held.areas, all_of_them=True)
        return bool(placed) and self.allows("write", standard.name) and reaches


@dataclass
class World:
    """The node, somebody of every role, two records of every type, and two partners."""

    node: Node
    client: httpx.AsyncClient
    admin: dict[str, str]
    own: dict[str, Held] = field(default_factory=dict[str, Held])
    foreign: dict[str, Held] = field(default_factory=dict[str, Held])
    people: list[Who] = field(default_factory=list[Who])
    partners: list[tuple[kit.Partner, dict[str, str]]] = field(default_factory=list[tuple[kit.Partner, dict[str, str]]])
    paths: dict[str, Any] = field(default_factory=dict[str, Any])

    async def add(self, type: str, side: dict[str, Held], refs: dict[str, str]) -> Held:
        """One record of a type and what it points to, made if it is not there."""
        if type in side:
            return side[type]
        standard = CATALOGUE.types[type]
        for name in standard.required:
            known = standard.field(name)
            target = known.ref or (known.item.ref if known.item else None)
            if target and target not in refs:
                refs[target] = (await self.add(target, side, refs)).id
        path = f"/api/v1/{standard.plural}"
        if type not in refs:
            for seed in range(20):
                rng, state = random.Random(f"{refs['state']}{seed}"), refs["state"].removeprefix("STA-")
                data = make_record(standard, CATALOGUE, rng, refs.__getitem__, share=0, state=state)
                data |= {"state": refs["state"]} if standard.area == "state" else {}
                if type in NEARER:
                    level, is_list = NEARER[type]
                    data |= {FIELD[level]: [refs[level]] if is_list else refs[level]}
                answer = await self.client.post(path, json=data, headers=self.admin)
                if answer.status_code == 201:
                    break
            assert answer.status_code == 201, (type, answer.text)
            refs[type] = answer.json()["id"]
        record = (await self.client.get(f"{path}/{refs[type]}", headers=self.admin)).json()
        data = {name: value for name, value in record.items() if name not in ("id", "_meta")}
        named = data.get(standard.area or "", [])
        areas = frozenset({refs[type]} if standard.level else named if isinstance(named, list) else {named})
        areas = frozenset({refs[NEARER[type][0]]}) if type in NEARER else areas
        side[type] = Held(refs[type], areas, data)
        return side[type]


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """All of it, shared by the tests of this module."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        folder = tmp_path_factory.mktemp("matrix") / "node"
        node = await stack.enter_async_context(kit.started(folder, url, SystemClock()))
        transport = httpx.ASGITransport(app=application(node))
        client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=kit.URL))
        made = World(node, client, await _token(node, "admin"))
        await two_states.World.begun(node.registry)
        for side, areas in ((made.own, HERE), (made.foreign, THERE)):
            for type in BY_HAND:
                await made.add(type, side, areas)
        INSIDE[f"department_unit/{made.own['department_unit'].id}"] = INSIDE["district/345"]
        for place in INSIDE:
            INSIDE[place] |= {made.own["habitation"].id}
        INSIDE["participant/PAR-NONE"] = frozenset()
        made.people = [who async for who in _people(made)]
        for name in ("first", "second"):
            partner = await kit.partner(node, _Signed(client, made.admin), name=f"Kalpit {name}")
            made.partners.append((partner, {"authorization": f"Bearer {await partner.token()}"}))
        made.paths = (await client.get("/openapi.json")).json()["paths"]
        await nodes.sequenced(node)
        yield made


class _Signed:
    """The client with an administrator's token on each call."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    async def post(self, path: str, **more: Any) -> httpx.Response:
        """Send as the administrator."""
        return await self.client.post(path, headers=self.headers, **more)


async def _token(node: Node, *permits: str) -> dict[str, str]:
    return {"authorization": f"Bearer {await nodes.token(node, *permits)}"} if permits else {}


async def _people(world: World) -> AsyncGenerator[Who, None]:
    """Somebody of every role in every kind of place it is granted for, and nobody in particular."""
    by_level = {place.partition("/")[0]: place for place in INSIDE}
    for role in CATALOGUE.roles.values():
        for kind in role.places:
            place = None if kind == "node" else by_level[kind]
            at = f"@{place}" if place else ""
            headers = await _token(world.node, *(f"{permit}{at}" for permit in role.permits))
            yield Who(role.name, place, role.permits, headers)


def walk(world: World, types: tuple[str, ...] | None = None) -> Iterator[tuple[Who, Standard, Held]]:
    """Everybody, with the own and the foreign record of every type."""
    for who in world.people:
        for type, standard in BY_HAND.items():
            if types is None or type in types:
                yield who, standard, world.own[type]
                yield who, standard, world.foreign[type]


def hidden(who: Who) -> int:
    """The answer about what is not there for somebody."""
    return 403 if who.permits else 401


async def test_every_role_is_walked_in_every_place_it_is_granted_for(world: World) -> None:
    assert {(w.role, w.place is None) for w in world.people} == {
        (role.name, kind == "node") for role in CATALOGUE.roles.values() for kind in role.places
    }
    assert world.own.keys() == world.foreign.keys() == BY_HAND.keys()


async def test_every_call_is_named(world: World) -> None:
    unnamed = [
        f"{method.upper()} {path}"
        for path, told in world.paths.items()
        for method in told.keys() & set(METHODS)
        if door_of(method.upper(), path, PLURALS) not in DOORS
    ]
    assert not unnamed, "say in tools/doors.py whom these calls are for"


async def test_every_route_that_is_served_is_told(world: World) -> None:
    """What the document tells is all there is: a route without its call in the document would not be walked."""
    told = {path.partition("{")[0].rstrip("/:") for path in world.paths}
    for route in world.client._transport.app.app.routes:  # type: ignore[union-attr]
        path = getattr(route, "path", "")
        if path.startswith(("/api/", "/oauth/", "/log/", "/.well-known/")) and "{plural}" not in path:
            begin = path.partition("{")[0].rstrip("/:")
            assert any(begin.startswith(known) or known.startswith(begin) for known in told), path


async def test_records_are_read_where_the_role_reads(world: World) -> None:
    listed: dict[tuple[str, str | None, str], set[str]] = {}
    for who, standard, held in walk(world):
        path, case = f"/api/v1/{standard.plural}", (who.role, who.place, standard.name, held.id)
        at = (who.role, who.place, standard.name)
        if at not in listed:
            answer = await world.client.get(path, params={"limit": "1000"}, headers=who.headers)
            assert answer.status_code == (200 if who.may_read(standard) else hidden(who)), case
            listed[at] = {i["id"] for i in answer.json().get("items", ())}
        sees = who.sees(standard, held)
        assert (held.id in listed[at]) == sees, case
        one = await world.client.get(f"{path}/{held.id}", headers=who.headers)
        assert one.status_code == (200 if sees else 404 if who.may_read(standard) else hidden(who)), case
        personal = {f.name for f in standard.fields if f.is_personal} & held.data.keys()
        assert bool(personal & one.json().keys()) == bool(personal and who.sees_persons(standard, held)), case


async def test_all_other_ways_of_reading_show_the_same(world: World) -> None:
    fed: dict[tuple[str, str | None, str], str] = {}
    for who, standard, held in walk(world, SUBSET):
        path, case = f"/api/v1/{standard.plural}", (who.role, who.place, standard.name, held.id)
        sees, may_read = who.sees(standard, held), who.may_read(standard)
        absent = 404 if may_read else hidden(who)
        for end in ("/history", "/history/1", "/proof"):
            answer = await world.client.get(f"{path}/{held.id}{end}", headers=who.headers)
            assert answer.status_code == (200 if sees else absent), (case, end)
        batch = await world.client.post(f"{path}:batchGet", json={"ids": [held.id]}, headers=who.headers)
        assert batch.status_code == (200 if may_read else absent), case
        if may_read:
            assert (held.id in batch.json()["missing"]) == (not sees), case
        at = (who.role, who.place, standard.name)
        if at not in fed:
            asked = {"types": standard.plural}
            fed[at] = (await world.client.get("/api/v1/changes", params=asked, headers=who.headers)).text
        assert (f"{standard.plural}/{held.id}" in fed[at]) == sees, case
        out = await world.client.post(f"{path}:export", params={"fields": "nonsense"}, headers=who.headers)
        assert out.status_code == (400 if may_read else absent), case


async def test_records_are_changed_where_the_role_changes(world: World) -> None:
    stale = {"If-Match": '"999"', "content-type": "application/merge-patch+json"}
    for who, standard, held in walk(world):
        headers, case = who.headers | stale, (who.role, who.place, standard.name, held.id)
        answer = await world.client.patch(f"/api/v1/{standard.plural}/{held.id}", json={}, headers=headers)
        if who.may_change(standard, held):
            assert answer.status_code == 412, case
        elif not who.allows("write", standard.name):
            assert answer.status_code == hidden(who), case
        else:
            assert answer.status_code == (403 if who.sees(standard, held) else 404), case
            if who.sees(standard, held):
                told = answer.json()
                assert (told["code"], told["allowed"]) == ("outside-area", [who.place]), case


async def test_all_other_ways_of_changing_are_refused_alike(world: World) -> None:
    for who, standard, held in walk(world, SUBSET):
        path, stale = f"/api/v1/{standard.plural}", who.headers | {"If-Match": '"999"'}
        may, case = who.may_change(standard, held), (who.role, who.place, standard.name, held.id)
        put = await world.client.put(f"{path}/{held.id}", json=held.data, headers=stale)
        gone = await world.client.delete(f"{path}/{held.id}", headers=stale)
        made = await world.client.post(path, json={"id": held.id, **held.data}, headers=who.headers)
        wrong = {"mode": "x", "format": "ndjson"}
        taken = await world.client.post(f"{path}:import", params=wrong, content=b"{}", headers=who.headers)
        some = who.allows("write", standard.name)
        assert put.status_code == (412 if may else 403 if some else hidden(who)), case
        unseen = 404 if not who.sees(standard, held) else 403
        assert gone.status_code == (412 if may else unseen if some else hidden(who)), case
        assert made.status_code == (409 if may else 403 if some else hidden(who)), (case, made.text)
        assert taken.status_code == (400 if some else hidden(who)), case


async def test_areas_are_reorganised_where_the_role_changes_them(world: World) -> None:
    body = {"effective": "2026-11-01", "order": {"number": "1", "date": "2026-11-01"}, "name": "Naya"}
    for who, standard, held in walk(world, ("village", "habitation", "local_body")):
        answer = await world.client.post(
            f"/api/v1/{standard.plural}/{held.id}:rename", json=body, params={"preview": "true"}, headers=who.headers
        )
        may, some = who.may_change(standard, held), who.allows("write", standard.name)
        assert answer.status_code == (200 if may else 403 if some else hidden(who)), (who, held.id, answer.text)
    for who in world.people:
        some = any(p == "admin" or p.endswith("write") for p in who.permits)
        undone = await world.client.post("/api/v1/areas/operations/OPR-X:undo", headers=who.headers)
        assert undone.status_code == (404 if some else hidden(who)), who


def _calls(world: World, door: str) -> Iterator[tuple[str, str]]:
    for path, told in world.paths.items():
        for method in sorted(told.keys() & set(METHODS)):
            if door_of(method.upper(), path, PLURALS) == door:
                yield method.upper(), path


async def _send(world: World, method: str, path: str, headers: dict[str, str], id: str = "NONE-1") -> httpx.Response:
    for part in ("{id}", "{kid}", "{name}", "{version}", "{provider}"):
        path = path.replace(part, id if part == "{id}" else "none")
    path = path.replace("{level}", "state").replace("{code}", "21").replace("{position}", "0").replace("{path}", "0/0")
    body = next((body for end, body in BODIES.items() if path.endswith(end)), {})
    sent = body if method in ("POST", "PUT", "PATCH") else None
    return await world.client.request(method, path, json=sent, headers=headers)


async def test_open_calls_are_open_to_nobody_in_particular(world: World) -> None:
    for method, path in _calls(world, "open"):
        assert (await _send(world, method, path, {})).status_code not in (401, 403), path


async def test_keepers_calls_are_for_keepers(world: World) -> None:
    calls = list(_calls(world, "keeper"))
    assert len(calls) > 8
    keepers = [who for who in world.people if "admin" in who.permits]
    assert keepers
    for method, path in calls:
        for who in world.people:
            answer = await _send(world, method, path, who.headers)
            if who in keepers:
                assert answer.status_code not in (401, 403), (method, path, answer.text)
            else:
                assert answer.status_code == hidden(who), (method, path, who)
        for _, headers in world.partners:
            assert (await _send(world, method, path, headers)).status_code == 403, (method, path)


@pytest.mark.parametrize("door", ["own", "side", "partner", "consent", "person", "node"])
async def test_what_is_for_those_who_are_known_is_refused_to_nobody_in_particular(world: World, door: str) -> None:
    for method, path in _calls(world, door):
        assert (await _send(world, method, path, {})).status_code in (401, 403), (method, path)


async def test_what_is_for_people_is_refused_to_programs(world: World) -> None:
    calls = [call for call in _calls(world, "person") if "/me" not in call[1]]
    assert len(calls) > 10
    reader = await _token(world.node, "read", "write")
    for method, path in calls:
        for headers in (reader, *(headers for _, headers in world.partners)):
            answer = await _send(world, method, path, headers)
            assert answer.status_code == 403, (method, path, answer.text)


async def test_a_partner_finds_its_own_and_nothing_of_another(world: World) -> None:
    (first, headers), (second, others) = world.partners
    for method, path in _calls(world, "partner"):
        ids = (first.id, second.id) if "/participants/" in path else (first.application, second.application)
        own, foreign = [await _send(world, method, path, headers, id) for id in ids]
        assert own.status_code not in (401, 403), (method, path, own.text)
        assert foreign.status_code in (403, 404), (method, path, foreign.text)
        if method == "GET":
            assert "Kalpit second" not in foreign.text, path
        for who in world.people:
            if "admin" not in who.permits:
                answer = await _send(world, method, path, who.headers, ids[0])
                assert answer.status_code in (401, 403, 404), (method, path, who)
    assert (await _send(world, "GET", "/api/v1/participants/{id}", others, second.id)).status_code == 200


async def test_a_consent_is_known_to_its_sides_alone(world: World) -> None:
    calls = [call for call in _calls(world, "consent") if "{id}" in call[1]]
    assert len(calls) > 8
    bodies = {"grant": {"notice": "0" * 64}, "sendCode": {"act": "grant"}}
    for headers in (*(who.headers for who in world.people), *(headers for _, headers in world.partners)):
        for method, path in calls:
            sent = bodies.get(path.rpartition(":")[2], {}) if method == "POST" else None
            answer = await world.client.request(method, path.replace("{id}", "CON-1"), json=sent, headers=headers)
            assert answer.status_code in (401, 403, 404), (method, path, answer.text)


async def test_jobs_are_found_by_who_asked_for_them(world: World) -> None:
    reader = await _token(world.node, "household:read@state/21")
    asked = await world.client.post("/api/v1/households:export", params={"wait": "30"}, headers=reader)
    job = asked.json()
    assert job["result"]["records"] >= 1, job
    for who in world.people:
        for method, path in _calls(world, "own"):
            if path.startswith("/api/v1/jobs/"):
                answer = await _send(world, method, path, who.headers, job["id"])
                named = path.endswith("{name}")
                allowed = (404,) if named else (200,)
                refused = (404,) if who.permits else (401,)
                assert answer.status_code in (allowed if "admin" in who.permits else refused), (method, path, who)
    for _, headers in world.partners:
        assert (await world.client.get(job["url"], headers=headers)).status_code == 404
