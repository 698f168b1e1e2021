"""Likely duplicates are put before a person, once, and what the person decides is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from registry_kit import Put

from jjm.ledger import Sequencer, open_signer
from jjm.registry import Registry, propose_duplicates
from jjm.registry.alike import likeness

pytestmark = pytest.mark.usefixtures("marwar")
ORDER = {"number": "12/2026", "date": "2026-03-01"}


@pytest.fixture
def look(registry: Registry, tmp_path: Path) -> Any:
    """Give all changes their positions, and look through them for duplicates; how many were passed."""
    sequencer = Sequencer(registry.database, open_signer(tmp_path, "test"), registry.clock)

    async def act() -> int:
        passed = 0
        async with registry.database.write() as conn:
            await sequencer.step(conn)
        while True:
            async with registry.database.write() as conn:
                found = await propose_duplicates(registry, conn)
            passed += found
            if not found:
                return passed

    return act


async def scheme(put: Put, name: str, *villages: str, **more: Any) -> str:
    """A scheme in these villages."""
    data = {"name": name, "kind": "SVS", "status": "commissioned", "villages": list(villages), **more}
    return (await put("scheme", data)).id


async def proposed(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    """The proposals, without what the node adds."""
    answer = await client.get("/api/v1/proposals", params={"limit": "100", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def decide(client: httpx.AsyncClient, id: str, word: str, **body: Any) -> httpx.Response:
    """Accept or reject."""
    return await client.post(f"/api/v1/proposals/{id}:{word}", json=body)


async def test_of_many_that_are_alike_a_person_is_asked_a_few_times_each(
    put: Put, look: Any, writer: httpx.AsyncClient
) -> None:
    springs = [(await put("spring", {"name": "Jharna", "village": "VIL-1001", "kind": "contact"})).id for _ in range(9)]
    await look()
    found = await proposed(writer)
    assert 9 <= len(found) <= 27  # and not each of the 36 pairs
    assert {one[end] for one in found for end in ("about", "other")} == set(springs)


async def test_alike_schemes_of_a_village_are_proposed_once(put: Put, look: Any, writer: httpx.AsyncClient) -> None:
    old = await scheme(put, "Aau PWSS", "VIL-1001", "VIL-1002")
    new = await scheme(put, "Aaoo P.W.S.S", "VIL-1002")
    await scheme(put, "Aau PWSS", "VIL-1003")
    await scheme(put, "Osian PWSS", "VIL-1001")
    await scheme(put, "Aau PWSS Phase 2", "VIL-1001")
    assert await look() > 0
    found = await proposed(writer)
    assert [(p["kind"], p["status"], p["about_type"], p["about"], p["other"], p["state"]) for p in found] == [
        ("duplicate", "open", "scheme", new, old, "STA-8")
    ]
    assert found[0]["score"] >= 0.7
    assert "Aaoo P.W.S.S" in found[0]["grounds"]
    assert "VIL-1002" in found[0]["villages"], "the people there decide as well"
    assert await look() == 1  # the proposal itself
    await put(
        "scheme",
        {"name": "Aau P W S S", "kind": "SVS", "status": "commissioned", "villages": ["VIL-1002"]},
        change="change",
        id=new,
    )
    await look()
    assert len(await proposed(writer)) == 1


async def test_a_rejected_pair_is_not_proposed_again(put: Put, look: Any, writer: httpx.AsyncClient) -> None:
    await scheme(put, "Aau PWSS", "VIL-1001")
    new = await scheme(put, "Aau PWSS", "VIL-1001")
    await look()
    one = (await proposed(writer))[0]
    rejected = await decide(writer, one["id"], "reject", note="Two schemes of one name")
    assert rejected.status_code == 200, rejected.text
    assert (rejected.json()["status"], rejected.json()["decided_by"], rejected.json()["decided_on"]) == (
        "rejected", "tester", "2026-04-01",
    )  # fmt: skip
    data = {"name": "Aau  PWSS", "kind": "SVS", "status": "commissioned", "villages": ["VIL-1001"]}
    await put("scheme", data, change="change", id=new)
    await look()
    assert [p["status"] for p in await proposed(writer)] == ["rejected"]
    again = await decide(writer, one["id"], "accept")
    assert (again.status_code, again.json()["code"]) == (409, "decided")
    assert (await writer.get(f"/api/v1/schemes/{new}")).status_code == 200


async def test_an_accepted_duplicate_ends_in_favour_of_the_other(
    put: Put, look: Any, writer: httpx.AsyncClient
) -> None:
    old = await scheme(put, "Aau PWSS", "VIL-1001", external_ids=[{"system": "imis", "value": "8153355"}])
    new = await scheme(put, "Aau PWSS", "VIL-1001", external_ids=[{"system": "state", "value": "RJ-77"}])
    await look()
    one = (await proposed(writer))[0]
    accepted = await decide(writer, one["id"], "accept", note="Entered twice")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
    gone = await writer.get(f"/api/v1/schemes/{new}")
    assert (gone.status_code, gone.json()["successors"]) == (410, [old])
    assert f"/api/v1/schemes/{old}" in gone.headers["link"]
    for name in ("imis:8153355", "state:RJ-77"):
        assert (await writer.get(f"/api/v1/schemes/{name}")).json()["id"] == old
    history = (await writer.get(f"/api/v1/schemes/{new}/history")).json()["items"]
    assert (history[0]["_meta"]["change"], history[0]["_meta"]["reason"]) == ("retire", f"proposal {one['id']}")
    assert len((await writer.get(f"/api/v1/proposals/{one['id']}/history")).json()["items"]) == 2


async def test_an_accepted_twin_of_a_village_is_merged_with_what_is_in_it(
    put: Put, look: Any, writer: httpx.AsyncClient
) -> None:
    await put("village", {"code": "1009", "name": "Chadee", "subdistrict": "SDT-7146"})
    await put("habitation", {"name": "Chadi Dhani", "village": "VIL-1009"})
    await look()
    one = next(p for p in await proposed(writer) if p["about_type"] == "village")
    assert (one["about"], one["other"]) == ("VIL-1009", "VIL-1002")
    assert (await decide(writer, one["id"], "accept")).status_code == 200
    assert (await writer.get("/api/v1/villages/VIL-1009")).json()["successors"] == ["VIL-1002"]
    found = (await writer.get("/api/v1/habitations", params={"village": "VIL-1002"})).json()["items"]
    assert [h["name"] for h in found] == ["Chadi Dhani"]


async def test_one_identifier_written_two_ways_is_proposed(put: Put, look: Any, writer: httpx.AsyncClient) -> None:
    old = await scheme(put, "Aau", "VIL-1001", external_ids=[{"system": "IMIS", "value": "00815-3355"}])
    new = await scheme(put, "Osian", "VIL-1003", external_ids=[{"system": "imis", "value": "8153355"}])
    await scheme(put, "Chadi", "VIL-1002", external_ids=[{"system": "state", "value": "8153355"}])
    await look()
    found = await proposed(writer)
    assert [(p["about"], p["other"], p["grounds"]) for p in found] == [(new, old, found[0]["grounds"])]
    assert "8153355" in found[0]["grounds"]
    assert "00815-3355" in found[0]["grounds"]


async def test_a_proposed_record_is_made_with_what_the_person_adds(put: Put, writer: httpx.AsyncClient) -> None:
    data = {"name": "Jeori", "subdistrict": "SDT-7146"}
    made = await put(
        "proposal", {"kind": "new_record", "status": "open", "about_type": "village", "data": data, "key": "k1"}
    )
    lacking = await decide(writer, made.id, "accept")
    assert lacking.status_code == 422
    assert (await writer.get(f"/api/v1/proposals/{made.id}")).json()["status"] == "open"
    accepted = await decide(writer, made.id, "accept", data={"code": "2001"})
    assert (accepted.status_code, accepted.json()["about"]) == (200, "VIL-2001")
    assert (await writer.get("/api/v1/villages/VIL-2001")).json()["name"] == "Jeori"


async def test_an_accepted_match_adds_the_identifier(put: Put, writer: httpx.AsyncClient) -> None:
    data = {"external_ids": [{"system": "imis", "value": "4711"}]}
    made = await put(
        "proposal", {"kind": "match", "status": "open", "about_type": "village", "about": "VIL-1001", "data": data}
    )
    assert (await decide(writer, made.id, "accept")).status_code == 200
    assert (await writer.get("/api/v1/villages/imis:4711")).json()["id"] == "VIL-1001"
    other = await put(
        "proposal", {"kind": "match", "status": "open", "about_type": "village", "about": "VIL-1002", "data": data}
    )
    taken = await decide(writer, other.id, "accept")
    assert (taken.status_code, taken.json()["code"]) == (409, "external-id-taken")
    assert (await writer.get(f"/api/v1/proposals/{other.id}")).json()["status"] == "open"


async def test_a_new_name_is_a_change_by_order_and_else_a_correction(put: Put, writer: httpx.AsyncClient) -> None:
    rename = {"kind": "rename", "status": "open", "about_type": "district"}
    made = await put("proposal", {**rename, "about": "DIS-106", "data": {"name": "Balotra"}})
    assert (await decide(writer, made.id, "accept", effective="2024-01-01", order=ORDER)).status_code == 200
    then = await writer.get("/api/v1/districts/DIS-106", params={"valid_at": "2023-01-01"})
    assert (then.json()["name"], (await writer.get("/api/v1/districts/DIS-106")).json()["name"]) == (
        "Barmer",
        "Balotra",
    )
    made = await put("proposal", {**rename, "about": "DIS-105", "data": {"name": "Jodhapur"}})
    assert (await decide(writer, made.id, "accept")).status_code == 200
    then = await writer.get("/api/v1/districts/DIS-105", params={"valid_at": "2023-01-01"})
    assert (then.json()["name"], then.json()["_meta"]["change"]) == ("Jodhapur", "correct")
    move = {"kind": "move", "status": "open", "about_type": "subdistrict", "about": "SDT-7146"}
    made = await put("proposal", {**move, "data": {"district": "DIS-106"}})
    assert (await decide(writer, made.id, "accept", effective="2024-02-01", order=ORDER)).status_code == 200
    assert (await writer.get("/api/v1/subdistricts/SDT-7146")).json()["district"] == "DIS-106"


async def test_what_a_list_left_out_ends_by_order_only(put: Put, writer: httpx.AsyncClient) -> None:
    made = await put("proposal", {"kind": "missing", "status": "open", "about_type": "village", "about": "VIL-1003"})
    refused = await decide(writer, made.id, "accept")
    assert (refused.status_code, refused.json()["code"]) == (422, "order-needed")
    assert (await decide(writer, made.id, "accept", effective="2026-03-01", order=ORDER)).status_code == 200
    assert (await writer.get("/api/v1/villages/VIL-1003")).status_code == 410


async def test_only_those_who_may_write_decide(put: Put, visitor: httpx.AsyncClient, writer: httpx.AsyncClient) -> None:
    made = await put("proposal", {"kind": "missing", "status": "open", "about_type": "village", "about": "VIL-1003"})
    assert (await decide(visitor, made.id, "reject")).status_code == 401
    assert (await writer.post("/api/v1/villages/VIL-1003:accept", json={})).status_code == 404
    assert (await decide(writer, "PRO-NONE", "reject")).status_code == 404
    assert (await decide(writer, made.id, "reject", mood="bad")).status_code == 400


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Rampur", "Raampur", True),
        ("Rampur", "रामपुर", True),
        ("Rampur", "RAMPUR", True),
        ("Rampur Khurd", "Rampur Kalan", False),
        ("Rampur I", "Rampur II", False),
        ("Aau Ward 3", "Aau Ward 4", False),
        ("Rampur", "Sitapur", False),
    ],
)
def test_names_are_alike_or_not(one: str, other: str, same: bool) -> None:
    assert (likeness(one, other, 0.6) is not None) is same
