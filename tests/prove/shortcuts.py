"""The ways around a safe retest that a long walk must have tried, by what the node said to them."""

from __future__ import annotations

SHORTCUTS = (
    "no retest is linked",
    "it is of another point",
    "it was not taken after the remedy",
    "the retest is not approved yet",
    "the retest is not unsafe",
    "the retest sample is not lost",
    "no approved unsafe sample of the same water is linked",
    "the people are not advised yet",
    "boiling does not take as away",
    "it was done before the last unsafe sample was taken",
    "no kit test is linked",
    "it is no kit test of the same point",
)
