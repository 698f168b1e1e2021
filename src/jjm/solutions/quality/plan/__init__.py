"""The testing plan at work: who must test what by when in an area, how far it is done, and what is overdue.

The duties are declared (`standards/testing-plans`). `plan_of` counts the laboratory samples of each source, laboratory
and village, turn by turn, as seen on any day.
"""

from jjm.solutions.quality.plan.model import Asked, Coverage, Missing, Standing, Turn
from jjm.solutions.quality.plan.rules import period_of, samples_for, standing, turns
from jjm.solutions.quality.plan.service import plan_of

__all__ = [
    "Asked",
    "Coverage",
    "Missing",
    "Standing",
    "Turn",
    "period_of",
    "plan_of",
    "samples_for",
    "standing",
    "turns",
]
