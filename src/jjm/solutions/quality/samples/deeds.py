"""The guards and fillings of `standards/workflows/sample.yaml`, by their names there."""

from __future__ import annotations

from jjm.solutions.quality.samples import judging, rules
from jjm.solutions.quality.samples.effects import asks_again
from jjm.workflow import Deeds, WordGuard

DEEDS = Deeds(
    guards={
        "sample-was-taken": rules.sample_was_taken,
        "not-taken-twice": rules.not_taken_twice,
        "sample-asks-for-tests": rules.asks_for_tests,
        "hands-in-order": rules.hands_in_order,
        "bottle-is-whole": rules.bottle_is_whole,
        "no-kit-waits": rules.no_kit_waits,
        "results-well-formed": rules.results_well_formed,
        "results-complete": rules.results_complete,
        "laboratory-accredited": rules.laboratory_accredited,
        "within-holding-time": rules.within_holding_time,
        "batch-of-laboratory": rules.batch_of_laboratory,
        "batch-not-held": rules.batch_not_held,
    },
    effects={"asks-again": asks_again},
    fills={
        "verdict": judging.verdict,
        "with-the-sampler": judging.with_the_sampler,
        "with-the-laboratory": judging.with_the_laboratory,
        "of-the-kit-test": judging.of_the_kit_test,
    },
    looks={
        "laboratory-accredited": ("laboratory",),
        "batch-of-laboratory": ("batch",),
        "batch-not-held": ("batch",),
        "batch-has": ("batch",),
    },
    told={"batch-has": WordGuard(rules.batch_has, lambda _: rules.CONTROLS)},
)
