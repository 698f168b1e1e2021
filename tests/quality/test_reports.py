"""The report of an approved sample: signed, the same each time, and proved against the ledger by the code on it."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path
from unicodedata import normalize
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from databases import Postgres
from page_structure import PageRead, faults_of
from pdf_reading import qr_address, text_of
from remedy_world import RemedyWorld, remedy_world

from jjm.solutions.quality.reports.words import both, names
from jjm.web.language import tongue


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RemedyWorld, None]:
    """A village whose water is tested: one for all tests here, each of which takes samples of its own."""
    folder = tmp_path_factory.mktemp("world") / "node"
    async with postgres.fresh() as url, remedy_world(folder, url) as opened:
        yield opened


async def got(world: RemedyWorld, path: str, status: int = 200, **headers: str) -> bytes:
    """What anybody is answered."""
    answer = await world.house.anybody.get(path, headers=headers)
    assert answer.status_code == status, (path, answer.status_code, answer.text[:400])
    return answer.content


async def read(world: RemedyWorld, path: str, lang: str = "en", status: int = 200) -> str:
    """A page as anybody reads it, whose structure is sound."""
    text = (await got(world, path, status, **{"accept": "text/html", "accept-language": lang})).decode()
    page = PageRead(text)
    assert list(faults_of(page)) == [], path
    assert page.one("html").attributes["lang"] == lang
    return text


async def told(world: RemedyWorld, id: str, version: int | None = None) -> dict[str, object]:
    """What the ledger proves, for programs."""
    query = f"?version={version}" if version else ""
    return await world.house.call(world.tester, "GET", f"/quality/samples/{id}/verification{query}")


async def altered(world: RemedyWorld, statement: str, *values: object) -> None:
    """Somebody writes into the database behind the node's back."""
    async with world.house.node.database.write() as conn:
        await conn.execute(statement, *values)


async def test_a_report_is_signed_and_its_code_leads_to_its_proof(world: RemedyWorld, tmp_path: Path) -> None:
    sample = await world.sampled(("as", "f"), seal_number="सील-77 வ")
    id = sample["id"]
    assert "no approved report of this sample. Registered." in await read(world, f"/samples/{id}")
    assert b"no-report" in await got(world, f"/api/v1/quality/samples/{id}/report.pdf", 404)
    await world.tested(id, **{"as": 0.08, "f": {"below": 0.1}})
    pdf = await got(world, f"/samples/{id}/report.pdf")
    world.house.later(minutes=5)
    assert await got(world, f"/api/v1/quality/samples/{id}/report.pdf") == pdf
    _says_what_was_found(text_of(pdf), world)
    _says_it_in_hindi(text_of(pdf))
    await _is_signed(world, id, pdf, tmp_path)

    address = urlsplit(qr_address(pdf)).path
    case = await world.only("contaminations", village="VIL-901400")
    page = await read(world, address)
    assert "Proven: the ledger of this node holds exactly this report." in page and "The report is in force" in page
    assert "0.08" in page and f"The report belongs to a contamination: {case['id']}, now Open" in page
    assert "सिद्ध: इस नोड की खाता-बही में ठीक यही रिपोर्ट दर्ज है।" in await read(world, address, "hi")
    found = await told(world, id)
    assert found["proven"] and found["in_force"] and found["report"]["verdict"] == "contaminated"  # type: ignore[index]
    assert (await got(world, f"/log/entries/{found['position']}/proof")).startswith(b"c2sp.org/tlog-proof@v1")
    village = await world.house.anybody.get("/areas/village/901400", follow_redirects=True)
    assert f'href="/samples/{id}"' in village.text
    assert f'href="{address}"' in await read(world, f"/samples/{id}") and "कुल आर्सेनिक" in await read(
        world, f"/samples/{id}", "hi"
    )

    later = await world.sampled(("as",))
    await world.tested(later["id"], **{"as": {"below": 0.005}})
    assert f"The water was tested again: sample {later['id']}" in await read(world, address)


def _says_what_was_found(text: str, world: RemedyWorld) -> None:
    for part in (
        "Contaminated", "Total arsenic", "0.08", "at most 0.01", "below 0.1", "mg/L", "Atomic absorption",
        "Purva district laboratory", "Katada", "Well head", "-77", "Received", "IS 10500:2012 with amendment 3",
        world.ids["laboratory"], world.in_charge.id, "Place in the ledger",
    ):  # fmt: skip
        assert part in text, (part, text)
    assert "Asha" not in text and (world.tester.phone or "98765") not in text


def _says_it_in_hindi(text: str) -> None:
    """What is printed in English is printed in Hindi; names as they are written; and what cannot be printed is told."""
    for part in (
        "दूषित", "कुल आर्सेनिक", "अधिकतम", "से कम", "परमाणु अवशोषण", "अनुमेय सीमा से अधिक", "प्राप्त हुआ",
        "पूर्वा ज़िला प्रयोगशाला", "सील", "வ", "कोड स्कैन करें", "फ़ाइल का हस्ताक्षर यहाँ से जाँचें",
        "यह रिपोर्ट केवल परीक्षित बोतल", "lack letters of: Seal.", "फ़ॉन्ट में कुछ अक्षर नहीं हैं",
    ):  # fmt: skip
        assert normalize("NFC", part) in text, (part, text)


async def _is_signed(world: RemedyWorld, id: str, pdf: bytes, folder: Path) -> None:
    """The signature holds by a program that knows nothing of us; for another file it does not."""
    files = {"report.pdf": pdf, "report.pdf.sig": await got(world, f"/samples/{id}/report.pdf.sig")}
    files |= {"key.pem": await got(world, "/api/v1/quality/report-key"), "other.pdf": pdf.replace(b"0.08", b"0.01")}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    command += ["-sigfile", "report.pdf.sig", "-in"]
    for name, status in (("report.pdf", 0), ("other.pdf", 1)):
        assert subprocess.run([*command, name], cwd=folder, capture_output=True, check=False).returncode == status


async def test_what_was_altered_behind_the_node_is_not_proven(world: RemedyWorld) -> None:
    sample = await world.sampled()
    id = sample["id"]
    assert (await told(world, id))["doubt"] == "not_approved"
    await world.tested(id, **{"as": 0.08})
    number = (await world.case(id))["record"]["_meta"]["version"]
    address = f"/verify/{id}/{number}"
    assert (await told(world, id, number))["proven"]
    await altered(world, "update registry.sample set verdict = 'acceptable', decided_by = '{}' where id = $1", id)
    found = await told(world, id, number)
    assert (found["proven"], found["doubt"], found["report"], found["digest"]) == (False, "altered", None, None)
    for lang, said in (("en", "NOT proven. Do not rely on this report."), ("hi", "सिद्ध नहीं हुआ।")):
        page = await read(world, address, lang)
        assert said in page and "0.08" not in page
    await altered(world, "update registry.sample set verdict = 'contaminated', decided_by = '{as}' where id = $1", id)
    assert (await told(world, id, number))["proven"]
    await altered(
        world, "update ledger.batch set actor = 'nobody' where first <= $1 and $1 < first + count", found["position"]
    )
    assert (await told(world, id, number))["doubt"] == "ledger"
    assert (await told(world, id, 99))["doubt"] == "missing"
    assert "NOT proven" in await read(world, "/verify/SPL-21-0000001-X/4", status=404)
    await altered(
        world,
        "update ledger.batch set actor = $2 where first <= $1 and $1 < first + count",
        found["position"],
        world.in_charge.id,
    )
    assert (await told(world, id, 1))["doubt"] == "not_approved"
    assert "not an approved report: Registered." in await read(world, f"/verify/{id}/1")
    for odd in ("%00", "../x", "SPL-21-%F0%9F%98%80", "a" * 500):
        for path in (f"/samples/{odd}", f"/verify/{odd}/3", f"/api/v1/quality/samples/{odd}/verification"):
            assert (await world.house.anybody.get(path)).status_code in (200, 400, 404), path


async def test_a_report_of_a_household_tap_is_for_those_who_may_see_the_sample(world: RemedyWorld) -> None:
    world.house.later(minutes=1)
    spot = {"location": {"type": "Point", "coordinates": [85.1, 20.3]}}
    point = {"village": "VIL-901400", "point_kind": "household", "scheme": world.ids["scheme"]} | spot
    ask = point | {"collected_at": world.at(), "tests_asked": ["f"]}
    id = (await world.begun(world.tester, "sample", "REGISTER", ask))["id"]
    await world.tested(id, f=1.73)
    for path in (f"/api/v1/quality/samples/{id}/report.pdf", f"/samples/{id}/report.pdf.sig"):
        await got(world, path, 401)
    own = await world.house.anybody.get(f"/api/v1/quality/samples/{id}/report.pdf", headers=world.in_charge.auth)
    assert "1.73" in text_of(own.content)
    for path in (f"/samples/{id}", urlsplit(qr_address(own.content)).path):
        page = await read(world, path)
        assert "It is of a household&#39;s tap" in page and "1.73" not in page and "Katada" not in page
    found = await told(world, id)
    assert found["proven"] and found["in_force"] and found["report"] is None and found["later"] == []


def test_every_sentence_is_in_both_languages() -> None:
    spoken = {name: both(name) for name in names()}
    assert [name for name, (en, hi) in spoken.items() if en == hi or tongue(en) != "en" or tongue(hi) != "hi"] == []
