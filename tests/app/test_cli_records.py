"""Records by the command line: asked for, listed, found, followed."""

from __future__ import annotations

import json

import pytest
from nodes import Served, run

pytestmark = pytest.mark.usefixtures("places")


def test_one_record_is_shown_to_people_and_to_programs(served: Served) -> None:
    shown = served.run("get", "village", "VIL-399515")
    assert "Rampur" in shown.out
    assert "valid from 2020-01-26" in shown.out
    # One field a line, all values beginning at the same place.
    lines = [line for line in shown.out.splitlines() if line.startswith(("code ", "name "))]
    assert lines[0].index("399515") == lines[1].index("Rampur")
    record = served.run("get", "villages", "VIL-399515", "--json").json
    assert (record["name"], record["_meta"]["version"]) == ("Rampur", 1)
    assert served.run("get", "village", "VIL-399515", "--fields", "name", "--json").json.keys() == {
        "id",
        "name",
        "_meta",
    }


def test_what_cannot_be_shown_says_what_to_do(served: Served) -> None:
    assert (
        "known from 2020-01-26 on" in served.run("get", "village", "VIL-399515", "--valid-at", "2019-01-01", code=2).err
    )
    assert "tap_connection" in served.run("get", "tap", "1", code=2).err
    missing = served.run("get", "village", "VIL-1", "--json", code=2)
    assert missing.json["code"] == "not-found"
    assert "VIL-1" in missing.err
    assert "level/code" in served.run("list", "village", "--within", "nowhere", code=2).err
    assert "field=value" in served.run("list", "village", "Rampur", code=2).err


def test_lists_are_filtered_by_field_condition_and_area(served: Served) -> None:
    def names(*words: str) -> list[str]:
        return [item["name"] for item in served.run("list", "village", *words, "--json").json["items"]]

    assert names("name=Rampur") == ["Rampur"]
    assert names("--filter", "name LIKE 'Sundar%'") == ["Sundarpur"]
    assert set(names("--within", "block/3339")) >= {"Rampur", "Sundarpur"}
    table = served.run("list", "state", "--limit", "3", "--fields", "name,iso")
    assert table.out.splitlines()[0].split() == ["id", "name", "iso"]
    assert "--limit" in table.err
    assert len(served.run("list", "state", "--limit", "36", "--json").json["items"]) == 36


def test_history_tells_who_changed_what_and_why(served: Served) -> None:
    with served.client() as client:
        asked = {"change": "correct", "reason": "Survey sheet 12"}
        patch = client.patch(
            "/api/v1/blocks/BLK-3339", params=asked, json={"name": "Athmallik"}, headers={"if-match": '"1"'}
        )
        assert patch.status_code == 200
    told = served.run("history", "block", "BLK-3339")
    assert "correct" in told.out
    assert "Survey sheet 12" in told.out
    versions = served.run("history", "block", "BLK-3339", "--json").json["items"]
    assert [v["_meta"]["version"] for v in versions] == [2, 1]


def test_names_are_found_however_they_are_spelt(served: Served) -> None:
    assert "VIL-399515" in served.run("search", "Raampur").out
    hits = served.run("search", "रामपुर", "--types", "villages", "--json").json["items"]
    assert hits[0]["id"] == "VIL-399515"
    by_name = served.run("search", "रामपुर", "--types", "village,block", "--json").json["items"]
    assert [hit["id"] for hit in by_name] == [hit["id"] for hit in hits]
    assert "It has: " in served.run("search", "रामपुर", "--types", "vilage", code=2).err


def test_changes_are_followed_from_a_position(served: Served) -> None:
    events = [json.loads(line) for line in served.run("changes", "--json", "--limit", "30").out.splitlines()]
    assert [event["position"] for event in events] == list(range(len(events)))
    last = events[-3]["position"]
    later = served.run("changes", "--after", str(last), "--limit", "2")
    assert len(later.out.splitlines()) == 2
    of_one = served.run("changes", "--types", "states", "--json", "--limit", "40").out.splitlines()
    assert {json.loads(line)["type"] for line in of_one} == {"in.jjm.state.created"}


def test_tokens_are_made_used_and_revoked(served: Served) -> None:
    made = served.run("token", "create", "a reader", "--scope", "read", "--json").json
    here = {"JJM_URL": served.url, "JJM_TOKEN": made["token"]}
    assert run("list", "organisation", "--json", **here).json["items"] is not None
    assert "scope `admin`" in run("token", "list", code=2, **here).err
    listed = served.run("token", "list")
    assert "a reader" in listed.out
    assert made["token"] not in listed.out
    served.run("token", "revoke", made["id"])
    assert "No token" in served.run("token", "revoke", made["id"], code=2).err
    assert "Use read, personal, write, admin" in served.run("token", "create", "x", "--scope", "everything", code=2).err


def test_a_node_is_found_by_folder_by_url_or_not_at_all(served: Served) -> None:
    assert run("get", "state", "STA-21", "--url", served.url, "--json").json["name"] == "Odisha"
    # The administrator's token stays in the folder it lies in.
    assert "token" in run("token", "list", "--url", served.url, code=2).err
    assert "jjm up --data nowhere" in run("get", "state", "STA-21", "--data", "nowhere", code=2).err
    assert "does not answer" in run("get", "state", "STA-21", "--url", "http://127.0.0.1:1", code=2).err
    assert "http://" in run("get", "state", "STA-21", "--url", "localhost:8000", code=2).err
