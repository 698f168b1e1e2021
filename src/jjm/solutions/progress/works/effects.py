"""What approvals change, in the transaction of the approval: the work, the asset, the village's figures, the scheme."""

from __future__ import annotations

from jjm.solutions.progress.works import records, stages
from jjm.solutions.progress.works.store import works_of
from jjm.workflow import Acting, Ask

_ASSETS = {"component": "scheme_component", "water_source": "water_source", "scheme": "scheme"}


async def counts_in_its_work(acting: Acting) -> None:
    """An accepted report is what is achieved of its component, with its day and itself as the evidence."""
    report = acting.deed.becomes
    work, etag = await acting.read("work", report["work"])
    values = records.counted(work, report, acting.id)
    if values is not None:
        await acting.take(report["work"], Ask("COUNT", values, expected=etag))


async def places_the_asset(acting: Acting) -> None:
    """An approved geotag is the position of its asset."""
    tag = acting.deed.becomes
    named = next(name for name in _ASSETS if tag.get(name))
    asset, _ = await acting.read(_ASSETS[named], tag[named])
    values = records.placed(tag, acting.id, named, asset)
    if values is not None:
        await acting.change(_ASSETS[named], tag[named], values)


async def tells_in_the_figures(acting: Acting) -> None:
    """What is reported, certified or withdrawn of Har Ghar Jal stands in the figures of the village."""
    id, values = records.in_the_figures(acting.deed.becomes, acting.id)
    await acting.change("village_figure", id, values)


async def moves_the_scheme(acting: Acting) -> None:
    """A scheme comes as far as its works have."""
    work, step = acting.deed.becomes, acting.deed
    others = [one for one in await works_of(acting.registry, acting.conn, work["scheme"]) if one["id"] != acting.id]
    scheme, _ = await acting.read("scheme", work["scheme"])
    values = stages.moved(scheme, [work, *others], step.catalogue, back=step.action.name == "REOPEN")
    if values is not None:
        await acting.change("scheme", work["scheme"], values)


async def hands_over_the_scheme(acting: Acting) -> None:
    """A scheme that was taken over is handed over, and so is the work that led there."""
    handover = acting.deed.becomes
    await acting.change("scheme", handover["scheme"], records.handed_over(handover, acting.id))
    work = acting.deed.referred.get("work")
    if work is not None and work["stage"] == "COMMISSIONED":
        await acting.take(work["id"], Ask("HAND_OVER", links=(("handover", acting.id),)))
