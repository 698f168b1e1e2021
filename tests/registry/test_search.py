"""Search by name: what is found for what somebody types, in which order, and for whose eyes."""

from __future__ import annotations

from datetime import date

import pytest
import pytest_asyncio
from registry_kit import Put
from shipped import rules

from jjm.access import ANONYMOUS, NODE, Actor
from jjm.kit import Problem, SetClock
from jjm.registry import Hit, Registry, Sought, prepare, search
from jjm.standards import load

SINCE = date(2020, 1, 26)


@pytest_asyncio.fixture
async def world(put: Put, registry: Registry) -> None:
    """Two States with a district each, and villages that share names."""
    await put("state", {"code": "21", "name": "Odisha", "name_local": "ଓଡ଼ିଶା", "iso": "IN-OD", "kind": "state"})
    await put("state", {"code": "10", "name": "Bihar", "name_local": "बिहार", "iso": "IN-BR", "kind": "state"})
    await put("district", {"code": "345", "name": "Angul", "state": "STA-21"})
    await put("district", {"code": "212", "name": "Muzaffarpur", "name_local": "मुज़फ़्फ़रपुर", "state": "STA-10"})
    await put("block", {"code": "1001", "name": "Rampur", "districts": ["DIS-345"]})
    for code, name, block in (
        ("100011", "Rampur", "BLK-1001"),
        ("100012", "Rampur Khurd", "BLK-1001"),
        ("100013", "Sundargarh", "BLK-1001"),
    ):
        await put("village", {"code": code, "name": name, "blocks": [block]})
    await put("block", {"code": "2002", "name": "Kanti", "districts": ["DIS-212"]})
    await put("village", {"code": "100021", "name": "Rampur", "name_local": "रामपुर", "blocks": ["BLK-2002"]})
    await put("village", {"code": "100022", "name": "New Chandanpur", "blocks": ["BLK-2002"]})
    await put("organisation", {"name": "Angul Water Works", "kind": "contractor"})


@pytest.fixture
def seek(registry: Registry, world: None):
    """`await seek("rampur", types=[…])`: the hits for an anonymous caller."""

    async def act(name: str, actor: Actor = ANONYMOUS, **rest: object) -> list[Hit]:
        async with registry.database.read() as conn:
            return await search(registry, conn, actor, Sought(name, **rest))  # pyright: ignore

    return act


def ids(hits: list[Hit]) -> list[str]:
    return [hit.id for hit in hits]


async def test_the_whole_name_comes_first_and_higher_levels_before_lower(seek) -> None:
    hits = await seek("rampur")
    assert ids(hits)[0] == "BLK-1001"
    assert set(ids(hits)[1:3]) == {"VIL-100011", "VIL-100021"}
    assert hits[3].id == "VIL-100012" and hits[3].match == "beginning"
    assert hits[0].match == "exact" and hits[0].score == 1


async def test_a_hit_says_what_it_is_and_where_it_lies(seek) -> None:
    hit = (await seek("new chandanpur"))[0]
    assert (hit.type, hit.name, hit.level, hit.code) == ("village", "New Chandanpur", "village", "100022")
    assert [(a.level, a.name) for a in hit.path] == [
        ("state", "Bihar"),
        ("district", "Muzaffarpur"),
        ("block", "Kanti"),
    ]


@pytest.mark.parametrize(
    ("typed", "found", "match"),
    [
        ("sund", "VIL-100013", "beginning"),
        ("chandanpur", "VIL-100022", "word"),
        ("ସୁନ୍ଦରଗଡ଼", "VIL-100013", "beginning"),
        ("Orissa", "STA-21", "sound"),
        ("मुज़फ़्फ़रपुर", "DIS-212", "exact"),
        ("mujaffarpur", "DIS-212", "exact"),
        ("muzafarpur", "DIS-212", "exact"),
        ("ramapur khurd", "VIL-100012", "sound"),
        ("sunadrgarh", "VIL-100013", "sound"),
        ("kumdargarh", None, None),
        ("tundargarh", "VIL-100013", "typing"),
        ("chandnapur", "VIL-100022", "sound"),
    ],
)
async def test_spellings_scripts_and_slips(seek, typed: str, found: str | None, match: str | None) -> None:
    hits = await seek(typed)
    assert (hits[0].id, hits[0].match) == (found, match) if found else hits == []


async def test_a_name_in_a_place(seek) -> None:
    assert ids(await seek("Rampur, Bihar")) == ["VIL-100021"]
    assert ids(await seek("Rampur muzaffarpur")) == ["VIL-100021"]
    assert ids(await seek("rampur मुज़फ़्फ़रपुर")) == ["VIL-100021"]
    assert "BLK-1001" in ids(await seek("Rampur, Nowhere"))


async def test_within_an_area_and_near_one(seek) -> None:
    assert ids(await seek("rampur", within="STA-10")) == ["VIL-100021"]
    assert ids(await seek("rampur", near="STA-10"))[:3] == ["BLK-1001", "VIL-100021", "VIL-100011"]
    assert ids(await seek("rampur", near="STA-21"))[:3] == ["BLK-1001", "VIL-100011", "VIL-100021"]


async def test_only_the_types_asked_for(seek) -> None:
    assert {h.type for h in await seek("rampur", types=["villages"])} == {"village"}
    hit = (await seek("angul", types=["organisations"]))[0]
    assert (hit.name, hit.level, hit.match) == ("Angul Water Works", None, "beginning")
    with pytest.raises(Problem, match="no registry"):
        await seek("rampur", types=["nothings"])


async def test_names_of_people_are_not_in_the_search(seek, put: Put, registry: Registry) -> None:
    await put("functionary", {"name": "Sita Devi", "kind": "nal_jal_mitra", "state": "STA-21"})
    for actor in (ANONYMOUS, Actor.with_permits("reader", "read", "personal"), NODE):
        assert await seek("sita devi", actor) == []
    async with registry.database.read() as conn:
        assert await conn.fetchval("select count(*) from registry.name where type = 'functionary'") == 0
        assert await conn.fetchval("select count(*) from registry.spelling where key like 'sita%'") == 0


async def test_a_new_name_is_found_and_the_old_one_is_not(seek, put: Put) -> None:
    await put(
        "village", {"code": "100013", "name": "Navagaon", "blocks": ["BLK-1001"]}, id="VIL-100013", change="change"
    )
    assert await seek("sundargarh") == []
    assert ids(await seek("navagaon")) == ["VIL-100013"]


async def test_nothing_is_found_for_nothing(seek) -> None:
    assert await seek("") == [] and await seek(" , ") == [] and await seek("?!") == []


async def test_other_search_fields_are_noted_at_the_next_start(
    seek, registry: Registry, clock: SetClock, tmp_path
) -> None:
    from shutil import copytree

    from jjm.standards import default_folder

    folder = copytree(default_folder(), tmp_path / "standards")
    file = folder / "registries/administration/block.yaml"
    file.write_text(file.read_text("utf-8").replace("search: [name, name_local]", "search: [code]"), "utf-8")
    catalogue = load(folder)
    again = Registry(registry.database, catalogue, rules(catalogue), "IN-TEST", clock)
    assert "block: names of 2 records noted anew" in await prepare(again)
    async with registry.database.read() as conn:
        assert ids(await search(again, conn, ANONYMOUS, Sought("kanti"))) == []
        assert ids(await search(again, conn, ANONYMOUS, Sought("2002", types=["blocks"]))) == ["BLK-2002"]


async def test_what_is_found_does_not_hang_on_where_names_lie_in_the_table(seek, registry: Registry, put: Put) -> None:
    for code in range(3001, 3006):
        await put("block", {"code": str(code), "name": "Sonpur", "districts": ["DIS-345"]})
        village = {"code": f"11{code}", "name": "Kanti", "name_local": "कांती", "blocks": [f"BLK-{code}"]}
        await put("village", village)
    sought = ("Kanti", "कांती", "Sonpur", "Kanti, Sonpur")
    before = [await seek(name) for name in sought]
    assert all(before)
    async with registry.database.write() as conn:
        await conn.execute(
            "with gone as (delete from registry.name returning *) "
            "insert into registry.name select * from gone order by id desc, name desc"
        )
    assert [await seek(name) for name in sought] == before
