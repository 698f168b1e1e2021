"""The rules of works under the names that workflow files use."""

from __future__ import annotations

from jjm.solutions.progress.works import rules
from jjm.workflow import Deeds, Guard

_GUARDS: tuple[Guard, ...] = (
    rules.all_is_built,
    rules.contract_is_of_the_scheme,
    rules.every_home_has_a_tap,
    rules.every_item_is_met,
    rules.every_item_once,
    rules.handover_is_done,
    rules.inspection_agrees,
    rules.names_one_asset,
    rules.not_before_completion,
    rules.not_before_it_was_reached,
    rules.not_in_the_future,
    rules.plan_stays,
    rules.position_is_in_india,
    rules.resolution_after_report,
    rules.sanction_is_of_the_scheme,
    rules.weights_are_there,
)


def _named(guard: Guard) -> str:
    return guard.__name__.replace("_", "-")


DEEDS = Deeds(
    guards={_named(guard): guard for guard in _GUARDS},
    fills={"progress-of-components": rules.progress_of_components},
    looks={"sanction-is-of-the-scheme": ("sanction",), "contract-is-of-the-scheme": ("contract",)},
)
