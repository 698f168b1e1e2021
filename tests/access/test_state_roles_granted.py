"""A State's own role over HTTP: granted in the State alone, by who grants all it narrows, and no wider than they."""

from __future__ import annotations

from typing import Any

from people_kit import House, role

ROLE, GP = "as_wuc_secretary", "local_body/301300"
_AREAS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("districts", {"code": "301", "name": "Purab", "state": "STA-18"}),
    ("blocks", {"code": "3012", "name": "Purab Block", "districts": ["DIS-301"]}),
    ("local_bodies", {"code": "301300", "name": "Kalpitpur", "state": "STA-18", "blocks": ["BLK-3012"]}),
    ("villages", {"code": "301400", "name": "Kalpitpur", "blocks": ["BLK-3012"], "local_bodies": ["LOB-301300"]}),
    ("households", {"village": "VIL-301400", "head_name": "Kalpit Bora", "members": 4}),
    ("households", {"village": "VIL-901400", "head_name": "Kalpit Nayak", "members": 4}),
)


async def assam(house: House) -> None:
    """A panchayat of Assam with a village, and a household there and in Odisha."""
    for plural, body in _AREAS:
        await house.call(None, "POST", f"/{plural}", body, 201)


async def test_a_states_role_is_granted_in_that_state_alone(house: House) -> None:
    await assam(house)
    told = {one["name"]: one for one in (await house.call(None, "GET", "/roles"))["items"]}
    assert (told[ROLE]["state"], told[ROLE]["narrows"]) == ("18", ["vwsc_member", "tariff_collector"])
    somebody = await house.somebody(None, GP)
    there = "local_body/901300"
    refused = await house.call(None, "POST", f"/people/{somebody.id}/grants", role(ROLE, there), 400)
    assert refused["code"] == "role-elsewhere" and "state/18" in refused["errors"][0]["message"]
    await house.call(None, "POST", f"/people/{somebody.id}/grants", role(ROLE, "village/301400"), 201)


async def test_who_grants_all_it_narrows_grants_it_and_it_shows_no_more(house: House) -> None:
    await assam(house)
    head = await house.somebody(None, GP, role("panchayat_head", GP))
    collector = await house.somebody(None, "district/301", role("district_officer", "district/301"))
    made = await house.invited(head, GP, role(ROLE, GP))
    assert made["grants"][0]["state"] == "in_force"
    secretary = await house.opened(made)
    await house.sign_in(secretary)
    body = role(ROLE, GP)
    await house.call(collector, "POST", f"/people/{secretary.id}/grants", body, 403)  # grants no tariff_collector
    asked = {"headers": secretary.auth | {"purpose": "user_charges"}}
    seen = (await house.anybody.get("/api/v1/households", **asked)).json()["items"]
    assert [one["head_name"] for one in seen] == ["Kalpit Bora"]
    wrong = await house.anybody.post("/api/v1/households", json={"village": "VIL-301400"}, **asked)
    assert wrong.status_code == 403
