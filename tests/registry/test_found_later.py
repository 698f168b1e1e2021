"""A field that is found blindly only from a later release on finds also what was recorded before."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
import registry_kit
from shipped import rules

from jjm.access import NODE
from jjm.kit import Database, SetClock, Vault
from jjm.registry import Change, Draft, Registry, examine, prepare, record
from jjm.registry.service import prepare as bringing
from jjm.registry.service.lookup import holders_of
from jjm.standards import Catalogue, default_folder, load


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The standards as shipped, but that nobody is found by a telephone number."""
    folder = tmp_path_factory.mktemp("standards") / "standards"
    shutil.copytree(default_folder(), folder)
    for file in folder.glob("registries/*/*.yaml"):
        file.write_text(file.read_text("utf-8").replace("x-blind: true", "").replace(", x-blind: true", ""), "utf-8")
    return load(folder)


@pytest_asyncio.fixture
async def later(registry: Registry, small_world: None, put: registry_kit.Put) -> AsyncGenerator[Registry, None]:
    """A registry by the shipped standards over what was recorded without blind columns."""
    made = await put("household", {"village": "VIL-399515", "phone": "9876543210"})
    await put("household", {"village": "VIL-399515", "phone": "9876543211"}, change="change", id=made.id)
    await put("household", {"village": "VIL-399515", "phone": "9876543210"})
    await put("household", {"village": "VIL-399515", "members": 3})
    yield again(registry.database, registry.clock, load(default_folder()))


def again(database: Database, clock: object, catalogue: Catalogue) -> Registry:
    """The registry as a node that is started anew has it."""
    assert isinstance(clock, SetClock)
    return Registry(database, catalogue, rules(catalogue), "IN-TEST", clock, vault=Vault(bytes(32)))


async def found(registry: Registry, phone: str) -> int:
    """How many households are found by a number."""
    table = registry.table("household")
    async with registry.database.read() as conn:
        return len(await holders_of(registry, conn, table, table.standard.field("phone"), [phone]))


async def test_it_finds_what_was_recorded_before(later: Registry) -> None:
    done = await prepare(later)
    assert "household: 3 versions read, to be found by phone_blind" in done
    assert [await found(later, phone) for phone in ("9876543210", "9876543211")] == [1, 1]
    async with later.database.read() as conn:
        assert await conn.fetchval("select count(phone_blind) from registry.household_history") == 1
    assert await prepare(later) == []


async def test_filling_goes_on_where_it_was_stopped(later: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    async def die(*_: object) -> int:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(bringing, "fill_numbers", die)
        with pytest.raises(ConnectionError):
            await prepare(later)
    assert await found(later, "9876543210") == 0
    await prepare(later)
    assert await found(later, "9876543210") == 1


async def test_a_field_found_again_after_years_is_filled_anew(
    later: Registry, catalogue: Catalogue, tmp_path: Path
) -> None:
    await prepare(later)
    without = again(later.database, later.clock, catalogue)
    await prepare(without)
    table = without.table("household")
    async with without.database.write() as conn:
        draft = Draft(Change.CREATE, {"village": "VIL-399515", "phone": "9876543212"})
        assert not (await examine(without, conn, table, [draft]))[0]
        await record(without, conn, NODE, table, [draft])
    await prepare(later)
    assert [await found(later, phone) for phone in ("9876543210", "9876543212")] == [1, 1]
