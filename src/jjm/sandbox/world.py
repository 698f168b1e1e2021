"""The world of a seed, told in an order in which everything pointed to is already there."""

from __future__ import annotations

from collections.abc import Iterator

from jjm.sandbox.ground import lay_out
from jjm.sandbox.making import World
from jjm.sandbox.model import Ground, Record
from jjm.sandbox.order import filling_order
from jjm.sandbox.plans import plan_of
from jjm.standards import Catalogue

SEED, VILLAGES, IN_A_VILLAGE = 7, 120, 50


def ground(seed: int = SEED, villages: int = VILLAGES, households: int | None = None) -> Ground:
    """The truth behind the world: areas, villages, houses and schemes; fifty households a village unless it is said."""
    if villages < 1:
        raise ValueError("a State has at least one village")
    return lay_out(seed, villages, max(2 * villages, households or villages * IN_A_VILLAGE))


def world(
    catalogue: Catalogue, *, seed: int = SEED, villages: int = VILLAGES, households: int | None = None
) -> Iterator[tuple[str, list[Record]]]:
    """Records of the invented State Kalpit Pradesh by type: those of every type first, then what became of some.

    A record is as the API gives it, flat, with its `id`; `_meta` says its `change`, from which day it holds and that it
    is synthetic. What comes by its workflow alone is left to those who begin cases. The same seed and standards give
    the same world, byte for byte. Types that require each other in a ring can have no first record and are passed over.
    """
    made = World(catalogue, ground(seed, villages, households))
    for standard in filling_order(catalogue):
        plan = plan_of(standard.name)
        if plan is not None:
            plan(made)
        elif not standard.by_workflow:
            _fill_plainly(made, standard.name)
        yield standard.name, made.made.get(standard.name, [])
    yield from _waves(made)


def _fill_plainly(made: World, type: str) -> None:
    """Some records of a type that has no plan, at every third village."""
    for village in range(0, len(made.ground.villages), 3):
        made.make(type, {}, at=village)


def _waves(made: World) -> Iterator[tuple[str, list[Record]]]:
    """Later versions by type; of one record each in a wave of its own, in the order in which they were told."""
    seen: dict[str, int] = {}
    waves: dict[tuple[int, str], list[Record]] = {}
    for type, record in made.later:
        wave = seen[record["id"]] = seen.get(record["id"], 0) + 1
        waves.setdefault((wave, type), []).append(record)
    for (_, type), records in sorted(waves.items(), key=lambda entry: entry[0]):
        yield type, records
