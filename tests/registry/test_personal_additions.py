"""What a State adds about persons is hidden like any other personal field, wherever the record is shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from registry_http import client

from jjm.registry import Registry
from jjm.standards import Catalogue, default_folder, load

pytestmark = pytest.mark.usefixtures("small_world")
NICKNAME = """
  household:
    properties:
      nickname:
        title: {en: Name in the village, hi: गाँव में नाम}
        type: string
        maxLength: 100
        x-personal: personal
"""


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The standards as shipped, but that Odisha asks what a household is called in its village."""
    folder = tmp_path_factory.mktemp("standards") / "standards"
    shutil.copytree(default_folder(), folder)
    file: Path = folder / "states/IN-OD.yaml"
    file.write_text(file.read_text("utf-8").replace("\nextend:", f"\nextend:{NICKNAME.rstrip()}"), "utf-8")
    return load(folder)


async def test_it_is_shown_to_nobody_without_a_token_that_says_so(registry: Registry) -> None:
    async with (
        client(registry, "read", "write", name="blind") as blind,
        client(registry, "read", "write", "personal", name="seeing") as seeing,
    ):
        told = {"village": "VIL-399515", "ext": {"in_od": {"nickname": "Kalia ghara"}}}
        made = await blind.post("/api/v1/households", json=told)
        assert made.status_code == 201, made.text
        at = made.headers["location"]
        for path in (at, "/api/v1/households", f"{at}/history", f"{at}/history/1"):
            assert "Kalia" not in (await blind.get(path)).text, path
        assert "Kalia" not in made.text
        assert (await seeing.get(at)).json()["ext"] == told["ext"]
        await blind.put(at, json={"village": "VIL-399515", "members": 3}, headers={"If-Match": made.headers["etag"]})
        assert (await seeing.get(at)).json()["ext"] == told["ext"]
