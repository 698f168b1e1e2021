"""New values from somebody who does not see all of a record: what is hidden from them stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from jjm.access import Actor
from jjm.kit import WriteConnection
from jjm.registry import store
from jjm.registry.model import Change, Draft
from jjm.registry.service.context import Registry
from jjm.registry.service.seeing import hidden_in, sight_of
from jjm.registry.table import Table

_REPLACING = (Change.CHANGE, Change.CORRECT, Change.RESTORE)


async def keep_unseen(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, drafts: Sequence[Draft]
) -> None:
    """Bring hidden fields that drafts leave out over from the version they build on; null still takes one away."""
    sight = await sight_of(registry, conn, actor, table)
    asked = {d.id: d for d in drafts if d.id is not None and d.change in _REPLACING} if sight.hidden else {}
    if not asked:
        return
    known = await store.lock(conn, table, list(asked))
    gone = [id for id in asked if id not in known]
    for id, version in (known | (await store.retired(conn, table, gone) if gone else {})).items():
        hidden = await hidden_in(conn, sight, table, id, version.data)
        unseen = {name: value for name, value in version.data.items() if name in hidden}
        asked[id].data = {**unseen, **asked[id].data}
