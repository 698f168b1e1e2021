"""A batch is recorded, and the results of its samples are submitted: each sample wholly, or told why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.access import NODE, Actor
from jjm.kit import Problem, WriteConnection, invalid
from jjm.registry import Change, Draft, examine, newest_version, record
from jjm.solutions.quality.batches.model import Line, Taken
from jjm.solutions.quality.batches.reading import problem, read_lines
from jjm.solutions.quality.batches.rules import checked_controls
from jjm.workflow import Ask, Workflows, take_many


async def take_in(
    workflows: Workflows, conn: WriteConnection, actor: Actor, run: Mapping[str, Any], text: str
) -> Taken:
    """Take in the file of a run: `laboratory`, `number`, `instrument`, `run_at`.

    Raises Problem 403, 404 for an unknown laboratory, 422 `bad-run` for a file that cannot be read.
    """
    catalogue = workflows.registry.catalogue
    lines, problems = read_lines(text, catalogue, str(run["run_at"]))
    codes = catalogue.codelists["water-quality-parameter"].codes
    controls = checked_controls(lines, {name: code.extra.get("unit", "") for name, code in codes.items()})
    batch = await _recorded(workflows, conn, actor, run, controls)
    taken = Taken(batch, any(not one["passed"] for one in controls), controls, problems=problems)
    spoilt = {one["sample"] for one in problems if one["sample"]}
    whole = {sample: own for sample, own in _by_sample(lines).items() if sample not in spoilt}
    await _submit(workflows, conn, actor, taken, whole)
    taken.problems.sort(key=lambda one: one["line"] or 0)
    return taken


def _by_sample(lines: Sequence[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for one in lines:
        if one.kind == "sample" and one.sample:
            found.setdefault(one.sample, []).append(one)
    return found


async def _recorded(
    workflows: Workflows, conn: WriteConnection, actor: Actor, run: Mapping[str, Any], controls: Sequence[Any]
) -> str:
    """The record of the batch, in the district of its laboratory."""
    registry = workflows.registry
    # Asked inside the transaction, which begins here: the batch will not be all that is written.
    laboratory = await newest_version(registry, conn, NODE, registry.table("laboratory"), str(run["laboratory"]))
    held = any(not one["passed"] for one in controls)
    known = {one["sample"] for one in controls if "sample" in one}
    there = await _there(workflows, conn, known)
    told = [{k: v for k, v in one.items() if k != "sample" or v in there} for one in controls]
    data = {**run, "district": laboratory.data["district"], "controls": told, "held": held}
    table, draft = registry.table("laboratory_batch"), Draft(Change.CREATE, data, moves=True)
    (faults,) = await examine(registry, conn.asking, table, [draft])
    if faults:
        raise invalid("The batch was not recorded.", faults)
    (made,) = await record(registry, conn, actor, table, [draft])
    return made.id


async def _there(workflows: Workflows, conn: WriteConnection, ids: set[str]) -> set[str]:
    """Those of these samples that are known; a duplicate of another is told as failed, and points to nothing."""
    found = set[str]()
    for id in ids:
        try:
            await newest_version(workflows.registry, conn.asking, NODE, workflows.registry.table("sample"), id)
        except Problem:
            continue
        found.add(id)
    return found


async def _submit(
    workflows: Workflows, conn: WriteConnection, actor: Actor, taken: Taken, samples: Mapping[str, Sequence[Line]]
) -> None:
    """Submit the results of samples, together. What refuses one is told on its lines, and the others go on."""
    asks = {
        sample: Ask("SUBMIT_RESULTS", {"results": [one.result for one in lines], "batch": taken.batch})
        for sample, lines in samples.items()
    }
    for sample, found in (await take_many(workflows, conn, actor, asks)).items():
        if isinstance(found, Problem):
            taken.problems += _told(found, sample, samples[sample])
        else:
            taken.submitted.append(sample)


def _told(refused: Problem, sample: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    if not refused.faults:
        return [problem(lines[0].number, sample, refused.detail, "Look at the sample, and send its lines again.")]
    found: list[dict[str, Any]] = []
    for fault in refused.faults:
        _, _, place = (fault.pointer or "").partition("/results/")
        index = place.partition("/")[0]
        line = lines[int(index)] if index.isdigit() and int(index) < len(lines) else lines[0]
        found.append(problem(line.number, sample, fault.message, fault.remedy))
    return found
