"""What every workflow keeps: a case that ended has no timer, and each case stands where its last step led."""

from __future__ import annotations

from jjm.kit import ReadConnection
from jjm.workflow import verify_steps


async def broken(conn: ReadConnection) -> list[str]:
    """Cases of which that does not hold."""
    rows = await conn.fetch(
        "select t.item from workflow.timer t join workflow.item i on i.id = t.item where i.ended_at is not null"
    )
    return [f"{row['item']} ended and has a timer" for row in rows] + [str(f) async for f in verify_steps(conn)]
