"""Records through the client: found, listed, read on two clocks, made, changed, ended, refused."""

from __future__ import annotations

from datetime import date

import pytest
from nodes import Served

from jjm.client import AsyncClient, Client, Refused, Unreachable, Untrusted


def test_types_and_records_are_typed(node: Client) -> None:
    village = next(t for t in node.types() if t.type == "village")
    assert (village.plural, village.personal) == ("villages", False)
    record = node.get("village", "VIL-399501")
    assert (record.id, record["name"], record.etag) == ("VIL-399501", "Village 1", '"1"')
    meta = record.meta
    assert (meta.version, meta.change, meta.valid_from, meta.source) == (1, "create", date(2020, 1, 26), "a list")
    assert meta.valid_to is None
    assert meta.recorded_at.tzinfo is not None


def test_a_list_is_walked_page_by_page_to_its_end(node: Client) -> None:
    ids = [record.id for record in node.list("villages", within="block/3339", page=7)]
    assert len(ids) == len(set(ids)) == 50
    few = list(node.list("village", {"name": ["Village 3", "Village 4"]}, fields=["name"]))
    assert [(set(record) - {"_meta"}) for record in few] == [{"name", "id"}] * 2
    page = node.page("village", within="district/345", limit=10, count=True)
    assert (len(page.records), page.count) == (10, 50)
    assert page.next is not None


def test_many_are_had_by_their_ids(node: Client) -> None:
    ids = [f"VIL-{399500 + n}" for n in range(50)] * 30 + ["VIL-1"]
    found = node.batch_get("village", ids, fields=["code"])
    assert (len(found.records), found.missing) == (1500, ["VIL-1"])


def test_what_is_made_is_changed_and_ended_under_its_version(node: Client) -> None:
    values = {"name": "Gau dhara", "village": "VIL-399501"}
    made = node.create("spring", values, source="visit", valid_from="2026-01-01")
    changed = node.patch("spring", made.id, {"discharge": 4.0}, etag=made.etag, reason="measured")
    with pytest.raises(Refused) as stale:
        node.patch("spring", made.id, {"discharge": 5.0}, etag=made.etag)
    assert (stale.value.code, stale.value.status) == ("stale-version", 412)
    replaced = node.replace("spring", made.id, values | {"village": "VIL-399502"}, etag=changed.etag)
    assert "discharge" not in replaced
    node.retire("spring", made.id, etag=replaced.etag, reason="dry")
    versions = list(node.history("spring", made.id))
    assert [v.meta.change for v in versions] == ["retire", "change", "change", "create"]
    assert node.version("spring", made.id, 2)["discharge"] == 4.0
    with pytest.raises(Refused, match=r"\[(gone|not-found|retired)"):
        node.get("spring", made.id)


def test_one_key_makes_one_record(node: Client) -> None:
    values = {"name": "Jal dhara", "village": "VIL-399501"}
    first, second = (node.create("spring", values, key="visit-117") for _ in range(2))
    assert first == second
    with pytest.raises(Refused) as other:
        node.create("spring", {**values, "name": "Other"}, key="visit-117")
    assert other.value.code == "idempotency-mismatch"


def test_a_refusal_says_what_is_wrong_where_and_under_which_number_it_is_logged(node: Client) -> None:
    with pytest.raises(Refused) as refused:
        node.create("spring", {"name": "", "village": "VIL-1", "colour": "blue"})
    error = refused.value
    assert (error.code, error.status) == ("invalid-record", 422)
    assert {"/name", "/colour"} <= {fault.pointer for fault in error.faults}
    assert all(fault.message and fault.remedy for fault in error.faults)
    assert error.trace and len(error.trace) == 16
    assert error.trace in str(error)


def test_a_type_that_is_not_there_is_told_with_those_that_are(node: Client) -> None:
    with pytest.raises(Refused, match="village") as unknown:
        node.get("vilage", "VIL-1")
    assert unknown.value.code == "registry-unknown"


def test_search_and_any_other_call(node: Client) -> None:
    hits = node.search("village 17", types=["villages"], limit=5)
    assert (hits[0].name, hits[0].path[-1]["level"]) == ("Village 17", "block") or hits[0].name == "Village 17"
    told = node.call("GET", "/api/v1/areas/block/3339/children", {"limit": 3})
    assert told.status == 200
    with pytest.raises(Refused) as nothing:
        node.call("GET", "/nothing")
    assert nothing.value.status == 404


def test_a_token_goes_to_the_node_and_nowhere_else(node: Client) -> None:
    for elsewhere in ("https://evil.example/api", "//evil.example/api"):
        with pytest.raises(Untrusted, match="evil"):
            node.call("GET", elsewhere)


def test_who_does_not_answer_is_told_so() -> None:
    from jjm.client import Patience

    with Client("http://127.0.0.1:9", patience=Patience(tries=2, first=0.01)) as nobody, pytest.raises(Unreachable):
        nobody.types()
    with pytest.raises(ValueError, match="http"):
        Client("node.example")


async def test_the_asynchronous_client_does_the_same(served: Served) -> None:
    async with AsyncClient(served.url, auth=served.token) as node:
        ids = [record.id async for record in node.list("village", within="block/3339", page=20)]
        assert len(ids) == 50
        made = await node.create("spring", {"name": "Ati dhara", "village": "VIL-399503"})
        again = await node.get("spring", made.id)
        assert (again["name"], again.meta.digest) == ("Ati dhara", made.meta.digest)
        assert [v.meta.version async for v in node.history("spring", made.id)] == [1]
        with pytest.raises(Refused) as refused:
            await node.get("spring", "SPR-0")
        assert refused.value.status == 404
