"""The rules of works under the names that workflow files use."""

from __future__ import annotations

from jjm.solutions.progress.works import effects, records, rules
from jjm.workflow import Deeds, Effect, Guard

_GUARDS: tuple[Guard, ...] = (
    rules.all_is_built,
    rules.asset_lies_there,
    rules.component_is_planned,
    rules.contract_is_of_the_scheme,
    rules.every_home_has_a_tap,
    rules.every_item_is_met,
    rules.every_item_once,
    rules.handover_is_done,
    rules.handover_is_of_the_scheme,
    rules.inspection_agrees,
    rules.names_one_asset,
    rules.not_before_completion,
    rules.not_before_it_was_reached,
    rules.not_in_the_future,
    rules.plan_stays,
    rules.position_is_in_india,
    rules.resolution_after_report,
    rules.sanction_is_of_the_scheme,
    rules.taps_are_a_component,
    rules.weights_are_there,
    rules.work_is_commissioned,
    rules.work_is_under_way,
)
_EFFECTS: tuple[Effect, ...] = (
    effects.counts_in_its_work,
    effects.hands_over_the_scheme,
    effects.moves_the_scheme,
    effects.places_the_asset,
    effects.tells_in_the_figures,
)


def _named(deed: Guard | Effect) -> str:
    return deed.__name__.replace("_", "-")


DEEDS = Deeds(
    guards={_named(guard): guard for guard in _GUARDS},
    effects={_named(effect): effect for effect in _EFFECTS},
    fills={
        "progress-of-components": rules.progress_of_components,
        "taps-of-components": rules.taps_of_components,
        "evidence-of-reports": records.evidence_of_reports,
    },
    looks={
        "asset-lies-there": ("component", "water_source", "scheme"),
        "component-is-planned": ("work",),
        "work-is-under-way": ("work",),
        "work-is-commissioned": ("scheme", "work"),
        "handover-is-of-the-scheme": ("scheme", "work"),
        "sanction-is-of-the-scheme": ("sanction",),
        "contract-is-of-the-scheme": ("contract",),
    },
)
