"""The mean of findings of which some are below the limit of detection: a span, since they may be anything below it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jjm.solutions.quality.limits.model import Below, Found, Measured
from jjm.solutions.quality.limits.units import in_unit_of
from jjm.standards import Limit, Span


def average(found: Sequence[Found], limit: Limit) -> Span | Below | None:
    """The mean in the unit of the limit, from the least to the most that it can be.

    What is below a limit of detection counts as nothing at the lower end and as that limit at the upper one; where all
    are below, so is their mean: below the greatest of the limits. None where there is nothing to average, or a finding
    is a word or has a unit that cannot be compared.
    """
    ends = [_ends(one, limit) for one in found]
    known = [end for end in ends if end is not None]
    if not known or len(known) < len(ends):
        return None
    if all(isinstance(one, Below) for one in found):
        return Below(max(most for _, most in known))
    count = Decimal(len(known))
    return Span(sum((least for least, _ in known), Decimal(0)) / count, sum((m for _, m in known), Decimal(0)) / count)


def _ends(found: Found, limit: Limit) -> tuple[Decimal, Decimal] | None:
    if not isinstance(found, Measured | Below):
        return None
    is_below = isinstance(found, Below)
    value = in_unit_of(limit, found.lod if is_below else found.value, found.unit)
    if value is None:
        return None
    return (Decimal(0), value) if is_below else (value, value)
