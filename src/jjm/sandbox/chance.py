"""Chance from a seed: every part of the world draws from a stream of its own, so that a new part moves no other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

from jjm.sandbox.model import LAST_DAY, Position

# An Indian subscriber's number has ten digits and never begins with 0, which stands for trunk calls: nobody has these.
_NO_ONE = "+91 00000"


def stream(seed: int, *names: object) -> random.Random:
    """The stream of that name; the same on every machine and every release of Python."""
    return random.Random("/".join(map(str, (seed, *names))))  # noqa: S311, invented content is no secret


def phone(rng: random.Random) -> str:
    """A phone number that cannot be dialled."""
    return f"{_NO_ONE} {rng.randrange(100_000):05}"


def day_between(rng: random.Random, first: date, last: date = LAST_DAY) -> date:
    """A day from the first to the last, both included; the last where they stand the wrong way round."""
    span = (last - first).days
    return first + timedelta(rng.randint(0, span)) if span > 0 else last


def later(rng: random.Random, day: date, least: int, most: int) -> date:
    """A day so many days after another."""
    return day + timedelta(rng.randint(least, most))


def near(rng: random.Random, place: Position, degrees: float = 0.006) -> Position:
    """A place not far from another."""
    longitude, latitude = (round(part + rng.uniform(-degrees, degrees), 5) for part in place)
    return longitude, latitude


def shares(rng: random.Random, total: int, parts: int, least: int = 1) -> list[int]:
    """A total divided unevenly, at least so much to each part."""
    weights = [rng.lognormvariate(0, 0.55) for _ in range(parts)]
    free, whole = max(total - least * parts, 0), sum(weights)
    cuts = [round(free * reached / whole) for reached in accumulate(weights)]
    return [least + cut - before for cut, before in zip(cuts, [0, *cuts], strict=False)]


def weighted(rng: random.Random, choices: Sequence[tuple[str, float]]) -> str:
    """One of the words, each as likely as its weight."""
    return rng.choices([word for word, _ in choices], [weight for _, weight in choices])[0]
