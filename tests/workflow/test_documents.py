"""Documents and photos of cases: sniffed, bounded, kept once, asked for by actions, shown without place, erased."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from people_kit import Somebody, house
from PIL import ExifTags, Image
from workflow_standards import WORKFLOW, inspection_standards

from jjm.workflow import Deeds, look, verify_steps

from .conftest import Works, count_closed, finding

pytestmark = pytest.mark.long

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PLACE = (85.80012, 20.51)


def photo(form: str = "JPEG") -> bytes:
    """A photo that says where and when it was taken."""
    image = Image.new("RGB", (64, 48), (20, 90, 160))
    exif = image.getexif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (20.0, 30.0, 36.0), 3: "E", 4: (85.0, 48.0, 0.43)})
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:30 11:30:00"
    out = BytesIO()
    image.save(out, form, exif=exif, **({"comment": b"Asha's telephone"} if form == "JPEG" else {}))
    return out.getvalue()


@pytest_asyncio.fixture
async def works(tmp_path: Path, database_url: str) -> AsyncGenerator[Works, None]:
    """A node whose inspections are reported with a photo."""
    workflow = WORKFLOW.replace("        fields: [leaks]\n", "        fields: [leaks]\n        documents: [photo]\n")
    deeds = Deeds({}, {"count-closed": count_closed}, {"finding": finding}, {"finding": ("village",)})
    standards = inspection_standards(tmp_path / "standards", workflow)
    async with house(tmp_path / "node", database_url, deeds, standards=standards) as opened:
        found = Works(opened)
        await found.people()
        yield found


async def send(works: Works, by: Somebody, case: Any, content: bytes, kind: str = "photo") -> httpx.Response:
    """A document sent by somebody."""
    path = f"/api/v1/cases/{case['id']}/documents"
    return await works.house.anybody.post(path, params={"kind": kind}, content=content, headers=by.auth)


async def test_an_action_that_asks_for_a_photo_is_refused_without_one_of_its_state(works: Works) -> None:
    case = await works.begun()
    assert (await send(works, works.mitra, case, photo())).status_code == 201  # of the state before
    await works.do(works.mitra, case, "GO")
    refused = await works.do(works.mitra, case, "REPORT", 422, data={"leaks": 0})
    assert refused["errors"][0]["message"] == "no document `photo` is there"
    made = await send(works, works.mitra, case, photo())
    assert made.status_code == 201, made.text
    again = await send(works, works.mitra, case, photo())
    assert (again.status_code, again.json()["number"]) == (200, made.json()["number"])
    await works.do(works.mitra, case, "REPORT", data={"leaks": 0})
    rows = await works.house.rows("select count(*) as kept from workflow.content")
    assert rows[0]["kept"] == 1
    async with works.house.node.database.snapshot() as conn:
        assert [fault async for fault in verify_steps(conn)] == []


async def test_place_and_time_are_kept_for_those_around_and_in_no_copy_for_others(works: Works) -> None:
    case = await works.begun()
    made = (await send(works, works.mitra, case, photo())).json()
    assert (made["type"], made["taken_at"]) == ("image/jpeg", "2026-11-30T06:00:00Z")
    assert made["position"] == pytest.approx(PLACE)
    far = await works.house.somebody(None, "district/902", {"role": "district_officer", "place": "district/902"})
    (shown,) = (await works.house.call(far, "GET", f"/cases/{case['id']}/documents"))["items"]
    assert (shown["position"], shown["taken_at"], shown["url"]) == (None, None, made["url"])
    got = await works.house.anybody.get(made["url"], headers=far.auth)
    assert (got.status_code, got.headers["content-type"]) == (200, "image/jpeg")
    assert look(got.content).position is None
    assert b"Asha" not in got.content
    assert b"Exif" not in got.content
    original = await works.house.anybody.get(f"{made['url']}?original=true", headers=far.auth)
    assert (original.status_code, original.json()["code"]) == (403, "original-only")
    original = await works.house.anybody.get(f"{made['url']}?original=true", headers=works.officer.auth)
    assert original.content == photo()
    dump = await works.house.rows("select key, body, clean from workflow.content")
    assert all(b"JFIF" not in value for value in dump[0].values())
    assert (await works.house.anybody.get(made["url"])).status_code == 401


async def test_a_stranger_adds_nothing_and_a_closed_case_takes_nothing(works: Works) -> None:
    case = await works.begun()
    far = await works.house.somebody(None, "district/902", {"role": "district_officer", "place": "district/902"})
    assert (await send(works, far, case, PDF, "letter")).json()["code"] == "not-yours"
    await works.do(works.member, case, "DROP")
    assert (await send(works, works.member, case, PDF, "letter")).json()["code"] == "no-such-action"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document-type"),
        (b"<html><script>alert(1)</script>", "document-type"),
        (b"MZ" + bytes(200), "document-type"),
        (photo()[:300], "document-broken"),
        (PDF + bytes(11 << 20), "body-too-large"),
        (bytes(41 << 20), "body-too-large"),
    ],
    ids=["nothing", "a page", "a program", "half a photo", "a large PDF", "larger than all"],
)
async def test_what_is_no_document_is_refused(works: Works, content: bytes, code: str) -> None:
    case = await works.begun()
    answer = await send(works, works.mitra, case, content)
    assert answer.json()["code"] == code, answer.text


async def test_erased_is_gone_and_that_it_was_there_is_not(works: Works) -> None:
    case = await works.begun()
    made = (await send(works, works.mitra, case, photo())).json()
    path = f"/cases/{case['id']}/documents/{made['number']}"
    await works.house.call(works.mitra, "POST", f"{path}:erase", {"comment": "Mine"}, 403)
    await works.house.call(None, "POST", f"{path}:erase", {"comment": "A child is in it"}, 204)
    (shown,) = (await works.house.call(works.mitra, "GET", f"/cases/{case['id']}/documents"))["items"]
    assert (shown["url"], shown["position"], shown["digest"]) == (None, None, made["digest"])
    assert (await works.house.anybody.get(made["url"], headers=works.mitra.auth)).status_code == 404
    rows = await works.house.rows("select key, body, clean from workflow.content")
    assert dict(rows[0]) == {"key": None, "body": None, "clean": None}
    assert (await send(works, works.mitra, case, photo())).status_code == 201
    async with works.house.node.database.snapshot() as conn:
        assert [fault async for fault in verify_steps(conn)] == []


async def test_a_timeline_tells_all_of_it_in_one_answer(works: Works) -> None:
    first, second = await works.begun(), await works.begun()
    await send(works, works.mitra, second, PDF, "letter")
    await works.do(works.mitra, second, "GO", links=[{"kind": "follows", "id": first["id"]}])
    await works.house.call(works.member, "POST", f"/cases/{second['id']}:comment", {"comment": "At last"})
    told = (await works.house.call(works.mitra, "GET", f"/cases/{second['id']}/timeline"))["items"]
    assert sorted(one["what"] for one in told) == ["comment", "document", "link", "step", "step"]
    assert [one["document"]["kind"] for one in told if one["document"]] == ["letter"]
    told = (await works.house.call(works.mitra, "GET", f"/cases/{second['id']}/timeline?linked=true"))["items"]
    assert {one["case"] for one in told} == {first["id"], second["id"]}
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)
