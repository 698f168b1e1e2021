"""What was refused in the life of a consent, written into its log, which both sides and the keeper of the node read."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, Literal

from jjm.access.consents import store
from jjm.access.consents.rules import status_at
from jjm.access.context import Access
from jjm.access.model import Actor
from jjm.kit import Problem, WriteConnection

Tried = Literal["grant", "deny", "pause", "resume", "withdraw", "send-code", "renew", "import"]
_REASONS: Final[Mapping[str, str]] = {
    "consent-unknown": "not-a-side",
    "forbidden": "not-a-side",
    "sign-in-refused": "wrong-code",
    "bad-consent": "more-than-before",
}
"""Why, where the problem's own code says less; `consent-unknown` is all that somebody else is told."""
_DAY: Final = timedelta(days=1)
_MOST: Final = 100
"""So many refusals of one who tries are written down in a day, lest anybody fills the log of another's consent."""


@asynccontextmanager
async def refusals_noted(access: Access, actor: Actor, id: str | None, act: Tried) -> AsyncGenerator[None, None]:
    """Write down what is refused inside, by whom and why, once its transaction is undone; then raise it again.

    None for `id` stands for no consent at all. Troubles of the node itself (5xx) are no refusals.
    """
    try:
        yield
    except Problem as problem:
        if id is not None and problem.status < 500:
            async with access.database.write() as conn:
                await _note(access, conn, actor, id, act, problem)
        raise


async def _note(access: Access, conn: WriteConnection, actor: Actor, id: str, act: Tried, problem: Problem) -> None:
    kept, now = await store.find(conn, access.vault, id), access.clock.now()
    if kept is None:
        return
    code = _REASONS.get(problem.code, problem.code)
    if code == "wrong-state" and act != "import":
        code = f"consent-{status_at(kept.consent, now).lower()}"
    await store.add_refusal(conn, id, actor.name, now, act, code, (now - _DAY, _MOST))
