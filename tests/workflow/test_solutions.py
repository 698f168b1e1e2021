"""A solution is added by dropping in one package: its rules hold in workflows, its calls answer, names do not clash."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from new_type import copy_of_standards
from workflow_standards import WORKFLOW, inspection_standards

import jjm.solutions
from jjm.app.asgi import application
from jjm.app.node import running
from jjm.app.settings import Settings
from jjm.kit import Problem
from jjm.solutions import solutions
from jjm.workflow import Deeds

DOOR = '''"""Leaks: an inspection is not closed while water is lost."""

from fastapi import APIRouter

from jjm.solutions.leaks.rules import dry, finding
from jjm.workflow import Acting, Deeds

_router = APIRouter(prefix="/api/v1", tags=["leaks"])


@_router.get("/leaks")
async def leaks() -> dict[str, str]:
    """What this solution says of itself."""
    return {"says": "no leaks"}


def routers() -> list[APIRouter]:
    """The calls of this solution."""
    return [_router]


async def count_closed(acting: Acting) -> None:
    """Nothing else comes about."""


DEEDS = Deeds({"dry": dry}, {"count-closed": count_closed}, {"finding": finding})
'''
RULES = '''"""When an inspection may be closed: pure."""

from jjm.kit import Fault
from jjm.workflow import Deed


def dry(deed: Deed) -> list[Fault]:
    """No leak is left."""
    return [Fault("water is lost", "Mend it first.", "/action")] if deed.record.get("leaks") else []


def finding(deed: Deed) -> dict[str, str]:
    """What the node makes of the leaks that were counted."""
    return {"finding": f"{deed.becomes['leaks']} leaks"}
'''


@pytest.fixture
def leaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a solution, beside those that are shipped."""
    package = tmp_path / "more" / "leaks"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(DOOR, "utf-8")
    (package / "rules.py").write_text(RULES, "utf-8")
    monkeypatch.setattr(jjm.solutions, "__path__", [*jjm.solutions.__path__, str(package.parent)])
    yield package
    for name in [name for name in sys.modules if name.startswith("jjm.solutions.leaks")]:
        del sys.modules[name]


async def test_a_package_in_the_folder_is_all_it_takes(tmp_path: Path, database_url: str, leaks: Path) -> None:
    assert "leaks" in [found.name for found in solutions()]
    standards = inspection_standards(tmp_path / "standards", WORKFLOW.replace("other-person-than:REPORT", "dry"))
    async with running(Settings(tmp_path / "node", database=database_url, standards=standards)) as node:
        transport = httpx.ASGITransport(app=application(node))
        async with httpx.AsyncClient(transport=transport, base_url="http://node.test") as anybody:
            assert (await anybody.get("/api/v1/leaks")).json() == {"says": "no leaks"}
            assert "inspection" in (await anybody.get("/api/v1/workflows")).text


async def test_a_name_brought_twice_is_refused(tmp_path: Path, database_url: str, leaks: Path) -> None:
    settings = Settings(tmp_path / "node", database=database_url, standards=copy_of_standards(tmp_path / "standards"))
    with pytest.raises(Problem) as refused:
        async with running(settings, deeds=Deeds({"dry": lambda _: []})):
            pass
    assert refused.value.code == "deeds-twice"
    assert "`dry` is brought by jjm.solutions.leaks and by this start" in refused.value.detail


@pytest.mark.parametrize("name", ["unheard-of", "other-person-than:SLEEP", "other-person-than"])
async def test_a_guard_that_nobody_brings_stops_the_start(tmp_path: Path, database_url: str, name: str) -> None:
    standards = inspection_standards(tmp_path / "standards", WORKFLOW.replace("other-person-than:REPORT", name))
    with pytest.raises(Problem) as refused:
        async with running(Settings(tmp_path / "node", database=database_url, standards=standards)):
            pass
    assert refused.value.code == "workflow-names"
    assert name in refused.value.detail
