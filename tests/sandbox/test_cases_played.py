"""In the invented State water is sampled and tested, and what is unsafe of it is made safe again: by the rules."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import nodes

from jjm.app.rehearsal import furnish
from jjm.workflow import verify_steps


async def test_water_is_sampled_found_unsafe_and_made_safe_again(tmp_path: Path, database_url: str) -> None:
    async with nodes.started(tmp_path / "node", database_url) as node:
        await furnish(node, 7, 30, 100, lambda type, count: None)
        begun = process_time()
        await furnish(node, 7, 30, 100, lambda type, count: None)  # a second start lets nothing happen twice
        print(f"{process_time() - begun:.2f} s")
        await nodes.sequenced(node)
        async with node.database.read() as conn:
            found = await conn.fetch("select type, state, count(*) as n from workflow.item group by type, state")
            unmarked = [
                row["id"]
                for type in ("sample", "kit_test", "contamination")
                for row in await conn.fetch(f"select id from registry.{type} where source not like 'synthetic%'")
            ]
            faults = [str(fault) async for fault in verify_steps(conn)]
    states = {(row["type"], row["state"]): row["n"] for row in found}
    wanted = {"CLOSED": 2, "ACTION_TAKEN": 1, "NOTIFIED": 1, "OPEN": 1}
    assert {state: n for (type, state), n in states.items() if type == "contamination"} == wanted
    assert states["kit_test", "SAFE"] == states["kit_test", "REFERRED"] == 1
    assert states["sample", "APPROVED"] == 14
    assert (states["sample", "REGISTERED"], states["sample", "UNDER_TEST"], states["sample", "PENDING_APPROVAL"]) == (
        2, 1, 1
    )  # fmt: skip
    assert (unmarked, faults) == ([], [])
