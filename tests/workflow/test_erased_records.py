"""What is said and shown in cases about a record goes when the record is erased, also out of an older backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import databases
import httpx
import nodes
import pytest
from people_kit import house
from workflow_standards import INSPECTION, inspection_standards

from jjm.app.backup import back_up
from jjm.app.restoring import restore
from jjm.workflow import Deeds, verify_steps

from .conftest import Works, count_closed, finding
from .test_documents import PDF, photo, send

pytestmark = pytest.mark.long

WHY = {"reason": "demanded by the person, letter 12 of 2027"}
_NAMING = """\
  household: {title: {en: Household, hi: परिवार}, x-ref: household}
  tap: {title: {en: Tap, hi: नल}, x-ref: tap_connection, x-personal: personal}
  remark:"""


def _standards(folder: Path) -> Path:
    """An inspection that names a household openly, and a tap in what is sealed."""
    found = inspection_standards(folder)
    path = found / "registries/work/inspection.yaml"
    path.write_text(INSPECTION.replace("  remark:", _NAMING, 1), "utf-8")
    return found


async def _recorded(works: Works) -> tuple[str, str, str]:
    """Two households and the tap of the first."""
    ids = list[str]()
    for head in ("Sitara of the well", "Rahul of the hill"):
        body = {"village": "VIL-901400", "head_name": head, "phone": "9876543210", "members": 4}
        ids.append((await works.house.call(None, "POST", "/households", body, 201))["id"])
    tap = {
        "household": ids[0],
        "village": "VIL-901400",
        "status": "functional",
        "location": {"type": "Point", "coordinates": [85.8, 20.51]},
    }
    made = await works.house.keeper.post("/api/v1/tap_connections", json=tap)
    assert made.status_code == 201, made.text
    return ids[0], ids[1], made.json()["id"]


async def _filled(works: Works, **data: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A case in which somebody says something and shows a photo; the case and the photo."""
    case = await works.begun(**data)
    await works.house.call(works.mitra, "POST", f"/cases/{case['id']}:comment", {"comment": "Sitara was at home"})
    return case, (await send(works, works.mitra, case, photo())).json()


async def _rest(client: httpx.AsyncClient, id: str) -> tuple[int, list[str]]:
    """How many documents of a case can be read, and what is said in it."""
    timeline = (await client.get(f"/api/v1/cases/{id}/timeline")).json()["items"]
    shown = [one["document"]["url"] for one in timeline if one["document"] and one["document"]["url"]]
    return len(shown), [one["step"]["comment"] for one in timeline if one["step"] and one["step"]["comment"]]


async def test_documents_and_comments_of_a_case_go_with_its_record(
    tmp_path: Path, database_url: str, postgres: databases.Postgres
) -> None:
    deeds = Deeds({}, {"count-closed": count_closed}, {"finding": finding}, {"finding": ("village",)})
    standards = _standards(tmp_path / "standards")
    async with house(tmp_path / "node", database_url, deeds, standards=standards) as opened:
        works = Works(opened)
        mine, other, tap = await _recorded(works)
        works.house.later(days=367)
        await works.people()
        case, shown = await _filled(works, household=mine)
        moved, _ = await _filled(works, household=other)
        of_tap, _ = await _filled(works, tap=tap)
        letter = (await send(works, works.mitra, case, PDF, "letter")).json()
        path = f"/api/v1/inspections/{moved['id']}"
        read = await opened.keeper.get(path)
        # It is about the other household now; it was about this one before.
        again = await opened.keeper.patch(path, json={"household": mine}, headers={"If-Match": read.headers["etag"]})
        assert again.status_code == 200, again.text
        await nodes.sequenced(opened.node)
        await back_up(tmp_path / "node", database_url, tmp_path / "old.backup")

        preview = await opened.keeper.post(f"/api/v1/households/{mine}:erase?preview=true", json=WHY)
        wanted = {"id": mine, "versions": 1, "with": {"cases": 2, "documents": 3, "comments": 2}}
        assert (preview.status_code, preview.json()) == (200, wanted)
        assert await _rest(opened.keeper, case["id"]) == (2, ["Sitara was at home"])
        # What a court needs of one of the cases is kept with it.
        hold = f"/api/v1/inspections/{case['id']}"
        assert (await opened.keeper.post(f"{hold}:hold", json={"reason": "case 12 of 2027"})).status_code == 200
        held = await opened.keeper.post(f"/api/v1/households/{mine}:erase", json=WHY)
        assert (held.json()["code"], case["id"] in held.json()["detail"]) == ("held", True)
        assert (await opened.keeper.post(f"{hold}:release")).status_code == 200
        done = await opened.keeper.post(f"/api/v1/households/{mine}:erase", json=WHY)
        assert (done.status_code, done.json()) == (200, wanted)

        timeline = (await works.house.call(works.mitra, "GET", f"/cases/{case['id']}/timeline"))["items"]
        said = next(one["step"] for one in timeline if one["what"] == "comment")
        assert (said["comment"], said["actor"]) == (None, works.mitra.id)
        assert (said["erased"]["why"], len(said["erased"]["digest"])) == (WHY["reason"], 64)
        documents = {one["document"]["number"]: one["document"] for one in timeline if one["document"]}
        gone = documents[shown["number"]]
        assert (gone["digest"], gone["at"], gone["actor"]) == (shown["digest"], shown["at"], works.mitra.id)
        assert (gone["url"], gone["position"], gone["erased_why"]) == (None, None, WHY["reason"])
        for query in ("", "?original=true"):
            answer = await works.house.anybody.get(f"{letter['url']}{query}", headers=works.mitra.auth)
            assert answer.status_code == 404
        assert await _rest(opened.keeper, moved["id"]) == (0, [WHY["reason"]])
        # The same photo is with the tap's case, of which nothing was said: it goes with the tap.
        assert await _rest(opened.keeper, of_tap["id"]) == (1, ["Sitara was at home"])
        done = await opened.keeper.post(f"/api/v1/tap_connections/{tap}:erase", json=WHY)
        assert done.json()["with"] == {"cases": 1, "documents": 1, "comments": 1}
        kept = await works.house.rows("select count(*) as kept from workflow.content where body is not null")
        assert kept[0]["kept"] == 0
        # Said afterwards, it stays; and there is nothing left to be erased with the household but that.
        await works.house.call(works.mitra, "POST", f"/cases/{case['id']}:comment", {"comment": "Closed"})
        assert await _rest(opened.keeper, case["id"]) == (0, [WHY["reason"], "Closed"])
        again = await opened.keeper.post(f"/api/v1/households/{mine}:erase?preview=true", json=WHY)
        assert again.json()["code"] == "retention-runs"
        await nodes.sequenced(opened.node)
        async with opened.node.database.snapshot() as conn:
            assert [fault async for fault in verify_steps(conn)] == []
        clock = opened.clock

    await postgres.execute("create database cases_put_back")
    try:
        url = postgres.database("cases_put_back")
        await restore(tmp_path / "old.backup", tmp_path / "again", url, [tmp_path / "node"])
        for _ in range(2):
            async with nodes.started(tmp_path / "again", url, clock, deeds=deeds, standards=standards) as second:
                async with nodes.caller(second, "admin") as admin:
                    assert await _rest(admin, case["id"]) == (0, [WHY["reason"]])
                    assert await _rest(admin, of_tap["id"]) == (0, [WHY["reason"]])
                async with second.database.write() as conn:  # as an older release has left it
                    await conn.execute("update registry.erasure set followed = false")
                async with second.database.snapshot() as conn:
                    assert [fault async for fault in verify_steps(conn)] == []
        # Who takes a word away without a step that says so is found out.
        async with nodes.started(tmp_path / "again", url, clock, deeds=deeds, standards=standards) as third:
            async with third.database.write() as conn:
                assert await conn.fetchval("select bool_and(followed) from registry.erasure")
                await conn.execute(
                    "update workflow.step set comment = null, salt = null where action = 'RECORD_ERASED'"
                )
                await conn.execute("update workflow.document set erased_in = 1")
            async with third.database.snapshot() as conn:
                found = [str(fault) async for fault in verify_steps(conn)]
            assert any("`comment` is not as entered" in one for one in found)
            assert any("no step says that it was erased" in one for one in found)
    finally:
        await postgres.execute("drop database if exists cases_put_back with (force)")
