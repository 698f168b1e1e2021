"""The world adds up, and looks like a State: names, places, dates, numbers."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from nodes import REPOSITORY
from small_world import SMALL, Today, Told, versions

from jjm.sandbox import truth


def test_taps_and_people_are_counted_alike_everywhere(today: Today) -> None:
    true = truth(**SMALL)["areas"]
    taps = Counter(tap["village"] for tap in today["tap_connection"])
    houses = Counter(house["village"] for house in today["household"])
    with_tap = Counter(house["village"] for house in today["household"] if house["has_tap"])
    people = Counter[str]()
    for house in today["household"]:
        people[house["village"]] += house["members"]
    for village in today["village"]:
        id, here = village["id"], true[f"village/{village['code']}"]
        assert taps[id] == with_tap[id] == here["households_with_tap"] <= houses[id] == here["households"]
        assert people[id] == here["population"]
        parts = [h for h in today["habitation"] if h["village"] == id]
        assert sum(h["households"] for h in parts) == houses[id]
        assert sum(h["population"] for h in parts) == people[id]
        assert all(sum(h[f"population_{c}"] for c in ("sc", "st", "general")) == h["population"] for h in parts)


def test_figures_counted_from_the_registries_are_what_they_hold(today: Today) -> None:
    for figure in today["village_figure"]:
        assert figure["households_with_tap"] <= figure["households"]
        if figure["figure_source"] == "registry":
            until = figure["as_on"]
            taps = [t for t in today["tap_connection"] if t["village"] == figure["village"]]
            assert figure["households_with_tap"] == sum(t["connected_on"] <= until for t in taps)
            schools = [i for i in today["institution_connection"] if i["village"] == figure["village"]]
            connected = [i for i in schools if i["kind"] == "school" and i.get("connected_on", "9999") <= until]
            assert figure["schools_with_tap"] == len(connected)


def test_the_state_is_the_sum_of_its_blocks_and_no_two_blocks_look_alike() -> None:
    areas = truth()["areas"]
    blocks = [area for address, area in areas.items() if address.startswith("block/")]
    for count in ("villages", "households", "households_with_tap", "population"):
        assert sum(block[count] for block in blocks) == areas["state/99"][count]
    shares = sorted(block["coverage"] for block in blocks)
    assert shares[0] < 0.65 < 0.8 < shares[-1]
    assert len(set(shares)) == len(shares)
    assert 0.5 < areas["state/99"]["coverage"] < 0.9


def test_schemes_take_their_steps_in_order_and_in_their_own_villages(today: Today) -> None:
    steps = ("sanctioned_on", "work_order_date", "completion_date", "commissioned_on", "handed_over_on")
    schemes = {scheme["id"]: scheme for scheme in today["scheme"]}
    for scheme in schemes.values():
        days = [scheme[step] for step in steps if step in scheme]
        assert days == sorted(days), scheme["id"]
        assert all(date.fromisoformat(day) <= date(2026, 3, 31) for day in days)
        assert scheme["connections_achieved"] <= scheme["connections_planned"]
        spent = scheme.get("expenditure_central", 0) + scheme.get("expenditure_state", 0)
        assert spent <= scheme["estimated_cost"]
        if "parent" in scheme:
            assert set(scheme["villages"]) <= set(schemes[scheme["parent"]]["villages"])
    for tap in today["tap_connection"]:
        assert tap["village"] in schemes[tap["scheme"]]["villages"]
        assert tap["connected_on"] >= schemes[tap["scheme"]]["work_order_date"]
    kinds = Counter(scheme["kind"] for scheme in schemes.values())
    assert dict(kinds) == truth(**SMALL)["scheme_kinds"]
    assert {"SVS", "MVS", "BULK", "IN_VILLAGE"} <= set(kinds)
    stages = Counter(scheme["status"] for scheme in schemes.values())
    assert dict(stages) == truth(**SMALL)["scheme_stages"]
    assert {"in_progress", "commissioned", "handed_over"} <= set(stages)


def test_what_stands_at_a_village_points_to_that_village(today: Today) -> None:
    at = {record["id"]: record["village"] for records in today.values() for record in records if "village" in record}
    for type in ("household", "tap_connection", "sampling_point", "institution_connection", "water_source"):
        for record in today[type]:
            for name in ("habitation", "household", "sampling_point"):
                assert name not in record or at[record[name]] == record["village"], (type, record["id"], name)


def test_two_villages_were_renamed_and_put_right_in_different_years(told: Told) -> None:
    later = [record for type, record in versions(told) if type == "village" and record["_meta"]["change"] != "create"]
    by_village = {r["id"]: [v["_meta"] for v in later if v["id"] == r["id"]] for r in later}
    assert len(by_village) == 2
    for metas in by_village.values():
        assert [meta["change"] for meta in metas] == ["change", "correct", "change"]
        assert metas[0]["valid_from"] == metas[1]["valid_to"]
    assert len({metas[0]["valid_from"][:4] for metas in by_village.values()}) == 2


def test_handed_over_schemes_show_how_they_came_about(told: Told) -> None:
    grown = Counter(record["id"] for type, record in versions(told) if type == "scheme")
    ids = {id for id, count in grown.items() if count == 4}
    steps = [r["status"] for type, r in versions(told) if type == "scheme" and r["id"] == min(ids)]
    assert steps == ["sanctioned", "in_progress", "commissioned", "handed_over"]


def test_nobody_can_be_reached(today: Today) -> None:
    for records in today.values():
        for record in records:
            for name in ("phone", "office_phone"):
                # No Indian subscriber's number begins with 0: that digit stands for a trunk call.
                assert name not in record or re.fullmatch(r"\+91 00000 \d{5}", record[name]), record
            for name in ("email", "office_email"):
                assert name not in record or record[name].endswith(".example"), record


def test_every_place_lies_in_the_state_at_sea(today: Today) -> None:
    for records in today.values():
        for record in records:
            if "location" in record:
                longitude, latitude = record["location"]["coordinates"]
                assert 85.5 < longitude < 87.5 and 15.5 < latitude < 17.3, record


def test_names_are_many_and_in_two_scripts(today: Today) -> None:
    villages = today["village"]
    assert len({v["name"] for v in villages}) == len({v["name_local"] for v in villages}) == len(villages)
    assert len({v["name"][-3:] for v in villages}) > 15
    assert len({v["name"][:2] for v in villages}) > 25
    assert all(re.fullmatch(r"[A-Z][a-z]+", v["name"]) for v in villages)
    assert all(re.fullmatch(r"[\u0900-\u097F]+", v["name_local"]) for v in villages)
    people = {person["name"] for person in today["functionary"]}
    assert len(people) > 0.9 * len(today["functionary"])


def test_what_the_page_on_the_synthetic_state_says_is_so() -> None:
    page = (REPOSITORY / "docs/explanation/the-synthetic-state.md").read_text("utf-8")
    areas = truth()["areas"]
    sizes = Counter(address.split("/")[0] for address in areas)
    assert f"{sizes['district']} districts, {sizes['block']} blocks, 42 Gram Panchayats, 120 villages" in page
    assert sizes["local_body"] == 42 + 1  # one was split
    assert f'>>> truth(7)["areas"]["block/990001"]["coverage"]\n{areas["block/990001"]["coverage"]}\n' in page


def test_what_is_proposed_is_about_records_that_are_there(today: Today) -> None:
    ids = {record["id"] for record in today["village"]}
    assert today["proposal"]
    assert {proposal["about"] for proposal in today["proposal"]} <= ids
