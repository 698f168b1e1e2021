"""What follows from a kit test, in its own transaction: the kit has less reagent, the laboratory has a sample more."""

from __future__ import annotations

from jjm.access import NODE
from jjm.kit import invalid
from jjm.registry import Change, Draft, examine, newest_version, record
from jjm.solutions.quality.kits.rules import left_after, out_of_range
from jjm.solutions.quality.samples.effects import sample_asked
from jjm.workflow import Acting, Ask


async def uses_kit(acting: Acting) -> None:
    """Each parameter that was tested takes one portion of its reagent."""
    test = acting.deed.becomes
    if not test.get("kit"):
        return
    table = acting.registry.table("test_kit")
    kit = (await newest_version(acting.registry, acting.conn.asking, NODE, table, str(test["kit"]))).data
    tested = [one["parameter"] for one in test["results"] if one["result"] != "not_tested"]
    left = left_after(kit, tested)
    if left == list(kit.get("reagents") or ()):
        return
    draft = Draft(Change.CHANGE, {**kit, "reagents": left}, str(test["kit"]), reason=f"used for {acting.id}")
    (faults,) = await examine(acting.registry, acting.conn.asking, table, [draft])
    if faults:
        raise invalid("What is left of the kit was not recorded.", faults)
    await record(acting.registry, acting.conn, NODE, table, [draft])


async def reads_kit(acting: Acting) -> None:
    """The node says what the kit said: all in range, or presumably contaminated."""
    await acting.take(acting.id, Ask("OUT_OF_RANGE" if out_of_range(acting.deed.becomes) else "IN_RANGE"))


async def refers_to_laboratory(acting: Acting) -> None:
    """What is presumably contaminated goes to a laboratory at once."""
    await acting.take(acting.id, Ask("REFER_TO_LAB"))


async def asks_for_sample(acting: Acting) -> None:
    """A laboratory sample of the same place is asked for, which confirms the kit test."""
    await acting.begin("sample", sample_asked(acting.deed.becomes, acting.id))
