"""Personal fields stand sealed in the database, are shown to who may see them, and fit the ledger unseen."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from registry_http import client
from registry_kit import Put

from jjm.kit import Database
from jjm.registry import Registry, prepare, shown_digest, verify_records

pytestmark = [pytest.mark.usefixtures("small_world")]
TOLD: dict[str, Any] = {
    "village": "VIL-399515",
    "head_name": "Sitara Devi of the well",
    "phone": "+91 98765 43210",
    "location": {"type": "Point", "coordinates": [85.5, 20.25]},
    "social_category": "st",
    "members": 4,
}
SECRET = ("Sitara", "98765", "43210", "85.5")


async def dump(database: Database, *tables: str) -> str:
    """All that the database tells of these tables."""
    async with database.read() as conn:
        return json.dumps([[list(map(str, row)) for row in await conn.fetch(f"select * from {t}")] for t in tables])


async def test_the_database_tells_nothing_personal(registry: Registry) -> None:
    async with client(registry, "read", "write", "personal") as clerk:
        key = {"Idempotency-Key": "once"}
        made = await clerk.post("/api/v1/households", json=TOLD, headers=key)
        assert made.status_code == 201, made.text
        again = await clerk.post("/api/v1/households", json=TOLD, headers=key)
        assert again.content == made.content
        at = made.headers["location"]
        changed = {**TOLD, "head_name": "Sitara Kumari of the well"}
        await clerk.put(at, json=changed, headers={"If-Match": made.headers["etag"]})
        shown = (await clerk.get(at)).json()
        assert {name: shown[name] for name in TOLD} == changed
        past = (await clerk.get(f"{at}/history")).json()["items"]
        assert [version["head_name"] for version in past] == [changed["head_name"], TOLD["head_name"]]
    everything = ("registry.household", "registry.household_history", "registry.name", "registry.spelling")
    told = await dump(registry.database, *everything, "ledger.batch", "kit.idempotency", "access.reading")
    assert not [secret for secret in SECRET if secret in told or secret.encode().hex() in told]
    assert "VIL-399515" in told


async def test_a_sealed_part_fits_its_own_record_and_version_only(registry: Registry, put: Put) -> None:
    one, other = [await put("household", {**TOLD, "head_name": name}) for name in ("Sitara", "Gauri")]
    async with registry.database.write() as conn:
        await conn.execute(
            "update registry.household h set sealed = o.sealed from registry.household o where h.id = $1 and o.id = $2",
            one.id,
            other.id,
        )
    async with client(registry, "read", "personal") as clerk:
        answer = await clerk.get(f"/api/v1/households/{one.id}")
        assert (answer.status_code, answer.json()["code"]) == (503, "seal-broken")
        assert (await clerk.get(f"/api/v1/households/{other.id}")).json()["head_name"] == "Gauri"


async def test_who_may_not_see_what_is_personal_can_check_the_rest(registry: Registry, put: Put) -> None:
    made = await put("household", TOLD)
    bare = await put("household", {"village": "VIL-399515"})
    personal = registry.table("household").personal
    for scopes in (("read",), ("read", "personal")):
        async with client(registry, *scopes) as reader:
            for one in (made, bare):
                shown = (await reader.get(f"/api/v1/households/{one.id}")).json()
                digest = shown_digest("household", shown, personal)
                assert digest is not None
                assert digest.hex() == shown["_meta"]["digest"]
                assert ("head_name" in shown) == (one is made and "personal" in scopes)


async def test_only_what_is_wanted_is_opened(registry: Registry, put: Put) -> None:
    made = await put("household", TOLD)
    async with client(registry, "read", "personal") as clerk:
        for path in (f"/api/v1/households/{made.id}", "/api/v1/households"):
            assert "Sitara" not in (await clerk.get(path, params={"fields": "members,village"})).text
            assert "Sitara" in (await clerk.get(path, params={"fields": "head_name"})).text
    assert registry.readings is not None
    await registry.readings.settle(registry.database)
    async with registry.database.read() as conn:
        assert await conn.fetchval("select count(*) from access.reading") == 2


@pytest.mark.parametrize("field", ["head_name", "house_number", "location"])
async def test_what_is_sealed_cannot_be_filtered_by(registry: Registry, field: str) -> None:
    async with client(registry, "admin") as admin:
        for query in ({field: "x"}, {"filter": f"{field} = 'x'"}, {"filter": f"{field} is not null"}):
            answer = await admin.get("/api/v1/households", params=query)
            assert (answer.status_code, answer.json()["code"]) == (400, "bad-filter"), answer.text
            assert "sealed" in answer.text
        assert (await admin.get("/api/v1/households", params={"bbox": "80,10,90,30"})).status_code == 400


_AS_IN_0_1 = """
alter table registry.{t} add column house_number text, add column head_name text, add column phone text,
  add column address text, add column location point, add column social_category text, add column salt bytea;
alter table registry.{t} drop column sealed, drop column phone_blind;
"""


async def _digest_of_0_1(registry: Registry, row: Any, personal: dict[str, Any], salt: bytes) -> bytes:
    from jjm.kit import digest

    data = {"village": row["village"], "members": row["members"], **personal}
    said = {"source": row["source"], "reason": row["reason"], "data": data}
    days = {"valid_from": row["valid_from"].isoformat(), "valid_to": None}
    about = {"type": "household", "id": row["id"], "version": row["version"], "change": row["change"]}
    return digest(about | days | said, salt)


async def test_records_of_release_0_1_are_sealed_at_start(registry: Registry, put: Put) -> None:
    """Built as release 0.1 had them: columns in the clear, one digest behind a salt in a column."""
    personal = {"head_name": "Sitara", "phone": "9876543210", "location": TOLD["location"]}
    salt = bytes(range(16))
    made = await put("household", {"village": "VIL-399515", "members": 4})
    await put(
        "household", {"village": "VIL-399515", "members": 5}, change="change", id=made.id, valid_from=date(2026, 5, 1)
    )
    async with registry.database.write() as conn:
        for name in ("household", "household_history"):
            await conn.execute(_AS_IN_0_1.format(t=name))
            for row in await conn.fetch(f"select * from registry.{name}"):
                digest = await _digest_of_0_1(registry, row, personal, salt)
                await conn.execute(
                    f"update registry.{name} set head_name = 'Sitara', phone = '9876543210', "
                    "location = point(85.5, 20.25), salt = $1, digest = $2",
                    salt,
                    digest,
                )
                batch, slot = divmod(row["entry"], 65536)
                await conn.execute(
                    "update ledger.batch set digests = overlay(digests placing $1 from $2 for 32) where id = $3",
                    digest,
                    slot * 32 + 1,
                    batch,
                )
    done = await prepare(registry)
    assert any("household: 2 versions sealed" in line for line in done), done
    assert await prepare(registry) == []
    told = await dump(registry.database, "registry.household", "registry.household_history")
    assert "Sitara" not in told
    assert "9876543210" not in told
    async with client(registry, "read", "personal") as clerk:
        shown = (await clerk.get(f"/api/v1/households/{made.id}")).json()
        assert {name: shown[name] for name in personal} == personal
        assert shown["_meta"]["personal"] == "undivided"
        assert shown_digest("household", shown, registry.table("household").personal) is None
    async with registry.database.snapshot() as conn:
        assert [fault async for fault in verify_records(registry, conn)] == []
        columns = await conn.fetch("select attname from pg_attribute where attrelid = 'registry.household'::regclass")
        assert {"head_name", "phone", "salt"}.isdisjoint({row["attname"] for row in columns})
    # The next version is of two parts, and both stand side by side.
    change = {**personal, "village": "VIL-399515", "members": 6}
    await put("household", change, change="change", id=made.id, valid_from=date(2026, 6, 1))
    async with registry.database.snapshot() as conn:
        assert [fault async for fault in verify_records(registry, conn)] == []
