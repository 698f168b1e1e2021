"""A type whose standard is dropped into the folder gets synthetic records by itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from new_type import add_handpump, copy_of_standards
from small_world import SMALL, Told, fields

from jjm.sandbox import Record, world
from jjm.standards import Catalogue, load, validators


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The shipped standards and one more."""
    folder = copy_of_standards(tmp_path_factory.mktemp("standards") / "standards")
    add_handpump(folder)
    return load(folder)


@pytest.fixture(scope="module")
def filled(extended: Catalogue) -> Mapping[str, list[Record]]:
    """The world with the added type, as it is first told."""
    told = list(world(extended, **SMALL))
    return dict(told[: len(extended.types)])


def test_its_records_follow_its_standard_and_lie_together(
    extended: Catalogue, filled: Mapping[str, list[Record]]
) -> None:
    handpumps, check = filled["handpump"], validators(extended)["handpump"]
    at = {r["id"]: r["village"] for type in ("habitation", "water_source") for r in filled[type]}
    places = {v["id"]: v["location"]["coordinates"] for v in filled["village"]}
    assert len(handpumps) >= 20
    assert len({pump["number"] for pump in handpumps}) == len(handpumps)
    for pump in handpumps:
        assert check.is_valid(fields(pump), "99")
        assert pump["id"].startswith("HPN-99-") and pump["_meta"]["source"] == "synthetic: seed 7"
        assert {at[pump[name]] for name in ("habitation", "water_source") if name in pump} <= {pump["village"]}
        if "location" in pump:
            away = zip(pump["location"]["coordinates"], places[pump["village"]], strict=True)
            assert all(abs(here - there) < 0.02 for here, there in away)
        if {"drilled_on", "repaired_on"} <= pump.keys():
            assert pump["drilled_on"] <= pump["repaired_on"] <= "2026-03-31"


def test_the_records_of_other_types_stay_as_they_were(filled: Mapping[str, list[Record]], told: Told) -> None:
    before = dict(told[: len(filled) - 1])
    assert {type: records for type, records in filled.items() if type != "handpump"} == before


def test_a_field_added_to_a_known_type_is_filled_too(tmp_path: Path) -> None:
    folder = copy_of_standards(tmp_path / "standards")
    file = folder / "registries/assets/scheme.yaml"
    added = "  fire_hydrants: {title: {en: Hydrants, hi: हाइड्रेंट}, type: integer, minimum: 1, maximum: 9, x-unit: '1'}\n"
    file.write_text(file.read_text("utf-8").replace("x-jjm:\n", added + "x-jjm:\n"), "utf-8")
    schemes = dict(list(world(load(folder), villages=20, households=40)))["scheme"]
    assert any(1 <= scheme.get("fire_hydrants", 0) <= 9 for scheme in schemes)
