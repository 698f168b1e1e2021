"""The guards and effects of `standards/workflows/kit-test.yaml`, by their names there."""

from __future__ import annotations

from jjm.solutions.quality.kits import effects, rules
from jjm.workflow import Deeds

DEEDS = Deeds(
    guards={
        "kit-results-well-formed": rules.well_formed,
        "kit-is-good": rules.kit_is_good,
        "kit-all-in-range": rules.all_in_range,
        "kit-some-out-of-range": rules.some_out_of_range,
    },
    effects={
        "uses-kit": effects.uses_kit,
        "reads-kit": effects.reads_kit,
        "refers-to-laboratory": effects.refers_to_laboratory,
        "asks-for-sample": effects.asks_for_sample,
    },
    looks={"kit-is-good": ("kit",)},
)
