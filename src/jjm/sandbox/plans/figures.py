"""Plans of what is stated about a village: its figures by source and year, and its sanitation."""

from __future__ import annotations

from datetime import date

from jjm.sandbox.chance import day_between, stream, weighted
from jjm.sandbox.making import Values, World, absent
from jjm.sandbox.model import LAST_DAY, Village

YEARS = (2024, 2025)  # financial years that are counted from the registries, by the year in which they begin
_SURVEYED = (2023, 2024)


def year_end(year: int) -> date:
    """The last day of the financial year that begins in this year."""
    return date(year + 1, 3, 31)


def village_figure(world: World) -> None:
    """Figures counted from this world's own records, and those of a survey that does not quite agree with them."""
    for number, village in enumerate(world.ground.villages):
        for year in _SURVEYED:
            _figure(world, number, _surveyed(world, village, number, year), "synthetic", year)
        for year in YEARS:
            _figure(world, number, _counted(village, year_end(year)), "registry", year)


def _figure(world: World, number: int, values: Values, source: str, year: int) -> None:
    told = {"village": world.id("village", number), "figure_source": source, "year": year}
    world.make("village_figure", values | told, at=number, since=year_end(year))


def _counted(village: Village, day: date) -> Values:
    people = {c: sum(h.members for h in village.houses if h.category == c) for c in ("sc", "st", "general")}
    kinds = [i.kind for i in village.institutions]
    since = village.supplied_since
    return _har_ghar_jal(village, day) | {
        "as_on": day.isoformat(),
        "households": len(village.houses),
        "households_with_tap": village.taps(day),
        "households_without_toilet": len(village.houses) // 9,
        "population": village.population,
        **{f"population_{category}": count for category, count in people.items()},
        "habitations": len(village.habitations),
        "schools": kinds.count("school"),
        "schools_with_tap": village.with_tap("school", day),
        "anganwadis": kinds.count("anganwadi"),
        "anganwadis_with_tap": village.with_tap("anganwadi", day),
        "piped_supply": since is not None and since <= day,
        "service_level": 55.0 if since is not None and since <= day else None,
        "remarks": None,
    }


def _har_ghar_jal(village: Village, day: date) -> Values:
    reported = village.har_ghar_jal
    if reported is None or reported > day:
        return absent("har_ghar_jal_reported_on", "har_ghar_jal_certified_on") | {"har_ghar_jal": "not_reported"}
    assembly = date.fromordinal(reported.toordinal() + 75 + len(village.houses))
    certified = assembly <= day
    return {
        "har_ghar_jal": "certified" if certified else "reported",
        "har_ghar_jal_reported_on": reported.isoformat(),
        "har_ghar_jal_certified_on": assembly.isoformat() if certified else None,
    }


def _surveyed(world: World, village: Village, number: int, year: int) -> Values:
    """What a survey found: never quite the count, never more taps than households."""
    rng = stream(world.ground.seed, "survey", number, year)
    households = max(1, round(len(village.houses) * rng.uniform(0.94, 1.03)))
    taps = min(households, round(village.taps(year_end(year)) * rng.uniform(0.9, 1.04)))
    told = _counted(village, year_end(year))
    told |= absent("population_sc", "population_st", "population_general", "service_level")
    return told | {
        "as_on": date(year + 1, 1, 15).isoformat(),
        "households": households,
        "households_with_tap": taps,
        "population": round(households * village.population / len(village.houses)),
        "har_ghar_jal": None,
        "har_ghar_jal_reported_on": None,
        "har_ghar_jal_certified_on": None,
    }


def sanitation_status(world: World) -> None:
    """Where each village stands under the Swachh Bharat Mission."""
    for number, village in enumerate(world.ground.villages):
        rng = stream(world.ground.seed, "sanitation", number)
        standings = [("odf", 0.25), ("odf_plus_aspiring", 0.35), ("odf_plus_rising", 0.2), ("odf_plus_model", 0.2)]
        status = weighted(rng, standings)
        declared = day_between(rng, date(2019, 10, 2), date(2023, 10, 2))
        model = status == "odf_plus_model"
        values = {
            "village": world.id("village", number),
            "status": status,
            "declared_on": declared.isoformat(),
            "verified_on": date.fromordinal(declared.toordinal() + rng.randint(40, 300)).isoformat(),
            "households": len(village.houses),
            "households_with_toilet": len(village.houses) - (0 if model else len(village.houses) // 9),
            "sanitary_complexes": rng.choice((0, 0, 1)),
            "solid_waste": model or status == "odf_plus_rising",
            "liquid_waste": model,
            "as_on": LAST_DAY.isoformat(),
        }
        world.make("sanitation_status", values, key=number, at=number)
