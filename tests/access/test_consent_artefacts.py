"""Consents as signed artefacts over HTTP: given out in each shape, and taken in from whoever may be believed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import consent_world
import databases
import httpx
import partners_kit
import pytest
import pytest_asyncio
from consent_world import ASHA, PATH, RAVI, World
from consents_kit import CONSENT, SHAPES
from joserfc import jws

from jjm.access import NodeKey, open_node_key
from jjm.access.consents.model import Consent, Status
from jjm.access.consents.shapes import read, shapes, write
from jjm.access.consents.signatures import HEADER, check, sign


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """A world shared by the tests of this module."""
    async with consent_world.world(postgres, tmp_path_factory.mktemp("consents")) as made:
        yield made


def signed(content: bytes, partner: partners_kit.Partner) -> str:
    """The detached signature of a participant."""
    token = jws.serialize_compact(
        {"alg": "Ed25519", "kid": partner.key.kid}, content, partner.key, algorithms=["Ed25519"]
    )
    header, _, ending = token.split(".")
    return f"{header}..{ending}"


async def brought(world: World, content: bytes, signature: str | None, shape: str = "jjm") -> httpx.Response:
    """An artefact brought to the node by its keeper."""
    headers = {HEADER: signature} if signature else {}
    return await world.house.keeper.post(f"{PATH}:import", params={"shape": shape}, content=content, headers=headers)


async def given(world: World, provider: str, id: str, **more: Any) -> Consent:
    """A consent of Ravi's that somebody else has taken."""
    if RAVI not in world.accounts:
        await world.by_phone(RAVI)
    now = world.now.replace(microsecond=0)
    return replace(
        CONSENT, id=id, person=world.accounts[RAVI], provider=provider, consumer=world.partner.id,
        data={"household": ("address",)}, areas=("district/901",), made=now, starts=now,
        until=now + timedelta(days=30), data_from=now, data_until=now + timedelta(days=30),
        keep_until=now + timedelta(days=30), status=Status.GRANTED, **more,
    )  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
async def test_the_same_consent_comes_out_in_every_shape_signed(world: World, shape: str) -> None:
    id, asha = await world.granted(ASHA)
    keys = (await world.house.anybody.get("/.well-known/jjm-node")).json()["node"]["keys"]
    seen: list[Consent] = []
    for headers in (asha.auth, world.house.keeper.headers):
        answer = await world.house.anybody.get(f"{PATH}/{id}", params={"shape": shape}, headers=dict(headers))
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(shapes()[shape].media_type)
        check(answer.content, answer.headers[HEADER], keys)
        seen.append(read(answer.content, shape))
    plain = await world.house.call(asha, "GET", f"/consents/{id}?shape=jjm")
    assert seen[0] == seen[1] and seen[0].status is Status.GRANTED
    assert plain["id"] == id and plain["consumer"] == seen[0].consumer == world.partner.id
    assert seen[0].notice == (await world.house.call(asha, "GET", f"/consents/{id}"))["notice"]
    back = await brought(world, answer.content, answer.headers[HEADER], shape)
    assert (back.status_code, back.json()["status"]) == (201, "GRANTED"), "its own artefact changes nothing"
    await world.say(asha, id, "withdraw")
    stale = await brought(world, answer.content, answer.headers[HEADER], shape)
    assert (stale.status_code, stale.json()["code"]) == (409, "wrong-state"), "an old one revives nothing"
    assert (await world.house.anybody.get(f"{PATH}/{id}", params={"shape": shape})).status_code == 401


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_consent_managers_artefact_opens_and_closes(world: World, shape: str) -> None:
    manager = await consent_world.manager(world)
    consent = await given(world, manager.id, f"CM-{shape}")
    content = write(consent, shape)
    made = await brought(world, content, signed(content, manager), shape)
    assert made.status_code == 201, made.text
    assert (made.json()["signed_by"], made.json()["means"]) == (manager.id, "signed")
    shown = (await world.read(RAVI)).json()
    assert shown["address"] == "Near the well" and "head_name" not in shown
    over = write(replace(consent, status=Status.REVOKED), shape)
    ended = await brought(world, over, signed(over, manager), shape)
    assert (ended.status_code, ended.json()["status"]) == (201, "REVOKED"), ended.text
    assert (await world.read(RAVI)).status_code == 403
    assert (await brought(world, content, signed(content, manager), shape)).status_code == 409


async def test_the_person_withdraws_here_what_was_given_elsewhere(world: World) -> None:
    manager = await consent_world.manager(world)
    content = write(await given(world, manager.id, "CM-HERE"), "jjm")
    assert (await brought(world, content, signed(content, manager))).status_code == 201
    ravi = await world.by_phone(RAVI)
    assert (await world.read(RAVI)).status_code == 200
    assert (await world.say(ravi, "CM-HERE", "withdraw"))["status"] == "REVOKED"
    assert (await world.read(RAVI)).status_code == 403


async def test_what_nobody_who_is_believed_has_signed_is_refused(world: World) -> None:
    manager = await consent_world.manager(world)
    vendor = world.partner
    content = write(await given(world, manager.id, "CM-BAD"), "jjm")

    async def refused(content: bytes, signature: str | None, status: int, code: str) -> None:
        answer = await brought(world, content, signature)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text

    await refused(content, None, 401, "signature-refused")
    await refused(content, signed(content, vendor), 401, "signature-refused")
    await refused(content.replace(b'"VIEW"', b'"STORE"'), signed(content, manager), 401, "signature-refused")
    own = write(await given(world, vendor.id, "CM-OWN"), "jjm")
    await refused(own, signed(own, vendor), 401, "signature-refused")
    other = await world.house.keeper.post(f"{PATH}:import", params={"shape": "morse"}, content=content)
    assert other.status_code == 422
    nobody = write(
        await given(
            world,
            manager.id,
            "CM-NOBODY",
        ),
        "jjm",
    )
    stranger = write(replace(read(nobody, "jjm"), person="PER-00000000"), "jjm")
    await refused(stranger, signed(stranger, manager), 404, "person-unknown")
    grounded = write(replace(read(nobody, "jjm"), purpose="water_supply"), "jjm")
    await refused(grounded, signed(grounded, manager), 400, "bad-consent")
    waiting = write(replace(read(nobody, "jjm"), status=Status.REQUESTED), "jjm")
    await refused(waiting, signed(waiting, manager), 409, "wrong-state")
    forged = write(replace(read(nobody, "jjm"), provider="node"), "jjm")
    await refused(forged, sign(forged, world.node.access.key), 409, "wrong-state")
    await world.house.keeper.post(f"/api/v1/participants/{manager.id}:suspend", json={"reason": "It was broken into"})
    await refused(content, signed(content, manager), 401, "signature-refused")
    assert (await world.read(RAVI)).status_code == 403


async def test_a_listed_node_is_believed(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    key: NodeKey = open_node_key(tmp_path_factory.mktemp("neighbour"))
    content = write(await given(world, "IN-AS", "AS-1"), "aa")
    unknown = await brought(world, content, sign(content, key), "aa")
    assert unknown.status_code == 401
    access = world.node.access
    known = access.nodes
    access.nodes = lambda name: key.public() if name == "IN-AS" else None
    try:
        made = await brought(world, content, sign(content, key), "aa")
    finally:
        access.nodes = known
    assert (made.status_code, made.json()["signed_by"]) == (201, "IN-AS"), made.text
    assert (await world.read(RAVI)).json()["address"] == "Near the well"
