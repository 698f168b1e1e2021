"""No contamination is closed without a safe retest, nor left without anybody told where it waits for one."""

from __future__ import annotations

import orjson
from prove.safe_water import wrong

from jjm.kit import ReadConnection

_CLOSED = (
    "select c.id, to_jsonb(c) as case, to_jsonb(s) as retest, "
    "(select coalesce(jsonb_agg(to_jsonb(o)), '[]') from workflow.link l join registry.sample o on o.id = l.other "
    "where l.item = c.id and l.kind = 'again') as joined, "
    "(select coalesce(jsonb_agg(jsonb_build_array(p.action, p.actor)), '[]') from workflow.step p where p.item = s.id)"
    " as who "
    "from registry.contamination c left join registry.sample s on s.id = c.retest_sample where c.status = 'CLOSED'"
)
_UNANSWERED = (
    "select s.id from registry.sample s where s.status = 'APPROVED' and s.verdict = 'contaminated' and not exists ("
    "select from workflow.link l where s.id = l.other and l.kind in ('source', 'retest', 'again'))"
)


async def broken(conn: ReadConnection) -> list[str]:
    """Closed contaminations that should not be, and unsafe samples of which nothing came."""
    said: list[str] = []
    for row in await conn.fetch(_CLOSED):
        case, retest, joined, who = (orjson.loads(row[name] or "null") for name in ("case", "retest", "joined", "who"))
        said += [f"{row['id']}: {one}" for one in wrong(case, retest, joined, [tuple(pair) for pair in who])]
    return said + [f"{row['id']} is unsafe and no case" for row in await conn.fetch(_UNANSWERED)]
