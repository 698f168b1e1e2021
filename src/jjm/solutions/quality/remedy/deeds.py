"""The guards, fillings and effects of `standards/workflows/contamination.yaml`, by their names there."""

from __future__ import annotations

from jjm.solutions.quality.remedy import effects, repeats, retests, rules
from jjm.workflow import Deeds

DEEDS = Deeds(
    guards={
        "opened-by-unsafe-sample": rules.opened_by_unsafe_sample,
        "health-and-village-informed": rules.health_and_village_informed,
        "advice-fits": rules.advice_fits,
        "people-are-advised": rules.people_are_advised,
        "remedy-after-sample": rules.remedy_after_sample,
        "retest-fits": retests.retest_fits,
        "safe-retest": retests.safe_retest,
        "unsafe-retest": retests.unsafe_retest,
        "retest-came-to-nothing": retests.came_to_nothing,
        "clean-kit": retests.clean_kit,
        "joined-by-unsafe-sample": repeats.joined_by_unsafe_sample,
        "unsafe-since-remedy": repeats.unsafe_since_remedy,
    },
    effects={
        "opens-contamination": effects.opens_contamination,
        "answers-contamination": effects.answers_contamination,
    },
    fills={
        "of-the-sample": rules.of_the_sample,
        "advised-now": rules.advised_now,
        "retest": retests.retest,
        "one-level-up": retests.one_level_up,
    },
)
