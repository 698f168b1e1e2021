"""Records are found by the exact value of a sealed field: by who may see it, moderately, and noted as a reading."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_http import client
from registry_kit import Put
from shipped import shipped

from jjm.access import Limiter
from jjm.kit import Vault
from jjm.registry import Registry
from jjm.registry.blinding import blind, candidates, normal_form

world = pytest.mark.usefixtures("small_world")
PHONE = shipped().types["household"].field("phone")
EMAIL = shipped().types["functionary"].field("email")
ONE, OTHER = Vault(b"1" * 32), Vault(b"2" * 32)
ID = "HHD-21-0000000000000001-X"


async def found(registry: Registry, query: dict[str, Any], *scopes: str) -> list[str]:
    """The records found by somebody with these scopes."""
    async with client(registry, *(scopes or ("read", "personal"))) as clerk:
        answer = await clerk.get("/api/v1/households", params=query)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]


@world
async def test_a_household_is_found_by_any_way_to_write_its_number(registry: Registry, put: Put) -> None:
    made = await put("household", {"village": "VIL-399515", "phone": "+91 98765 43210"})
    await put("household", {"village": "VIL-399515", "phone": "9876543211"})
    await put("household", {"village": "VIL-399515"})
    for written in ("9876543210", "+91-9876543210", "098765 43210", "91 9876543210"):
        assert await found(registry, {"phone": written}) == [made.id], written
    assert await found(registry, {"phone": "9876543212"}) == []
    assert await found(registry, {"phone": "9876543210", "village": "VIL-399612"}) == []
    assert await found(registry, {"phone": "9876543210", "within": "village/399515"}) == [made.id]
    async with client(registry, "admin") as admin:
        counted = await admin.get("/api/v1/households", params={"phone": "9876543210", "count": "exact"})
        assert counted.json()["count"] == 1


@world
async def test_a_number_of_yesterday_finds_nothing(registry: Registry, put: Put) -> None:
    told = {"village": "VIL-399515", "phone": "9876543210"}
    made = await put("household", told)
    await put("household", told | {"phone": "9876500000"}, change="change", id=made.id)
    assert await found(registry, {"phone": "9876543210"}) == []
    assert await found(registry, {"phone": "9876500000"}) == [made.id]
    async with client(registry, "admin") as admin:
        past = await admin.get("/api/v1/households", params={"phone": "9876543210", "valid_at": "2026-01-01"})
        assert past.status_code == 400


@world
async def test_collisions_are_weeded_out(registry: Registry, put: Put) -> None:
    """Two numbers that share the 24 bits kept of their hash."""
    table = registry.table("household")
    seen: dict[int | None, str] = {}
    twins: tuple[str, str] | None = None
    for n in range(9_000_000_000, 9_000_060_000):
        (number,) = table.blinded(PHONE, ["21"], [{"phone": str(n)}])
        if number in seen:
            twins = seen[number], str(n)
            break
        seen[number] = str(n)
    assert twins, "among 60,000 numbers two share 24 bits"
    first, second = [await put("household", {"village": "VIL-399515", "phone": phone}) for phone in twins]
    async with registry.database.read() as conn:
        assert await conn.fetchval("select count(distinct phone_blind) from registry.household") == 1
    assert await found(registry, {"phone": twins[0]}) == [first.id]
    assert await found(registry, {"phone": twins[1]}) == [second.id]


@world
async def test_only_who_may_see_it_finds_by_it_and_each_lookup_is_noted(registry: Registry, put: Put) -> None:
    made = await put("household", {"village": "VIL-399515", "phone": "9876543210"})
    for scopes in (("read",), ("read", "write")):
        async with client(registry, *scopes) as reader:
            answer = await reader.get("/api/v1/households", params={"phone": "9876543210"})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad-filter")
    async with client(registry, "read", "personal", name="officer") as clerk:
        answer = await clerk.get(
            "/api/v1/households", params={"phone": "9876543210", "fields": "members"}, headers={"Purpose": "grievance"}
        )
        assert [item["id"] for item in answer.json()["items"]] == [made.id]
        exported = await clerk.post("/api/v1/households:export", params={"phone": "9876543210"})
        assert (exported.status_code, exported.json()["code"]) == (400, "bad-filter")
    assert registry.readings is not None
    await registry.readings.settle(registry.database)
    async with registry.database.read() as conn:
        rows = await conn.fetch("select reader, purpose, way, ids from access.reading")
    assert [tuple(row) for row in rows] == [("officer", "grievance", "lookup", [made.id])]


@world
async def test_people_are_not_looked_up_one_after_the_other(registry: Registry) -> None:
    registry.lookups = Limiter(per_minute=60, least=5, clock=lambda: 0.0)
    async with client(registry, "read", "personal") as clerk:
        answers = [await clerk.get("/api/v1/households", params={"phone": f"98765432{n:02}"}) for n in range(8)]
        assert [a.status_code for a in answers] == [200] * 6 + [429] * 2
        assert answers[-1].json()["code"] == "too-many-lookups"
        assert int(answers[-1].headers["retry-after"]) >= 1
        many = [("phone", f"98765432{n:02}") for n in range(21)]
        assert (await clerk.get("/api/v1/households", params=many)).status_code in (400, 429)


@world
async def test_staff_are_found_by_mail_without_regard_to_case(registry: Registry, put: Put) -> None:
    told = {"name": "Sita", "kind": "nal_jal_mitra", "state": "STA-21", "email": "Sita.Devi@Example.org"}
    made = await put("functionary", told, valid_from=date(2020, 1, 26))
    async with client(registry, "read", "personal") as clerk:
        answer = await clerk.get("/api/v1/functionaries", params={"email": "sita.devi@example.ORG "})
        assert [item["id"] for item in answer.json()["items"]] == [made.id]


@given(st.integers(6 * 10**9, 10**10 - 1), st.sampled_from(["{}", "+91{}", "0{}", "0091 {}", " {} "]))
def test_a_mobile_number_has_one_form(number: int, way: str) -> None:
    text = str(number)
    assert normal_form(PHONE, way.format(f"{text[:5]} {text[5:]}")) == normal_form(PHONE, text) == text.encode()


@given(st.text(max_size=40), st.sampled_from(["21", "8", None]))
def test_the_number_kept_is_among_those_looked_for(value: str, state: str | None) -> None:
    (kept,) = blind(ONE, "functionary", EMAIL, [state], [value])
    both = Vault(b"3" * 32, b"1" * 32)
    assert kept in candidates(ONE, "functionary", EMAIL, ["21", "8", None], value)
    assert kept in candidates(both, "functionary", EMAIL, [state], value)


def test_without_the_key_no_number_can_be_tried() -> None:
    """Whoever has the column but not the key cannot tell which of all mobile numbers it stands for."""
    numbers = [str(n) for n in range(9_876_500_000, 9_876_502_000)]
    real = blind(ONE, "household", PHONE, [ID] * len(numbers), numbers)
    guessed = blind(OTHER, "household", PHONE, [ID] * len(numbers), numbers)
    elsewhere = blind(ONE, "household", PHONE, ["HHD-8-0000000000000001-X"] * len(numbers), numbers)
    for other in (guessed, elsewhere):
        assert sum(a == b for a, b in zip(real, other, strict=True)) <= 1
    assert all(number is not None and number < 2**24 for number in real)
