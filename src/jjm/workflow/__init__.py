"""Workflow: cases move from state to state, and somebody always answers for each (docs/decisions/0011-workflow.md).

A workflow is declared in the standards and is about one registry type: each record of the type is a case, and only a
transition changes its state. `begin` and `take` act in the caller's transaction; `shown_case` is a case as somebody
sees it, `inbox_of` what waits for somebody. `fire`, `reseat` and `begin_by_news` are what goes on by itself.
`OnCases` is what is erased with a record. Solutions
bring guards and effects by name (`Deeds`), besides those that the block has itself (`OWN`). Calls are declared by
`routers`.
"""

from fastapi import APIRouter

from jjm.workflow.api import acting as _acting
from jjm.workflow.api import open_door as _open_door
from jjm.workflow.api import picture_of
from jjm.workflow.api import router as _cases
from jjm.workflow.auditing import verify_steps
from jjm.workflow.context import Workflows, workflows_of
from jjm.workflow.deeds import Acting, Deed, Deeds, Effect, Fill, Guard, WordGuard, joined
from jjm.workflow.documents import attach, content_of, holdings, shown_documents
from jjm.workflow.documents_api import adding as _adding
from jjm.workflow.documents_api import reading as _documents
from jjm.workflow.entering import Moved
from jjm.workflow.erasing import OnCases
from jjm.workflow.giving import assign, say, who_may_answer
from jjm.workflow.guards import OWN
from jjm.workflow.inbox import Clock, Inbox, counts_of, desks_of, inbox_of
from jjm.workflow.looks import LARGEST, Looked, look
from jjm.workflow.many import MOST, take_each, take_many
from jjm.workflow.model import KEEPER, LAST_DESK, STEP, Ask, Desk, Item, Step
from jjm.workflow.news import begin_by_news, behind
from jjm.workflow.replacing import take_over
from jjm.workflow.seats import reseat
from jjm.workflow.service import begin, take
from jjm.workflow.showing import shown_case, shown_for_many, shown_starts, shown_steps
from jjm.workflow.starting import prepare
from jjm.workflow.telling import Deliver, Telling, persons_told, tell_by_news, tellings
from jjm.workflow.timeline import timeline_of
from jjm.workflow.upkeep import fire
from jjm.workflow.who import may_act


def routers() -> list[APIRouter]:
    """The calls of workflows."""
    return [_open_door, _cases, _acting, _documents, _adding]


__all__ = [
    "KEEPER",
    "LARGEST",
    "LAST_DESK",
    "MOST",
    "OWN",
    "STEP",
    "Acting",
    "Ask",
    "Clock",
    "Deed",
    "Deeds",
    "Deliver",
    "Desk",
    "Effect",
    "Fill",
    "Guard",
    "Inbox",
    "Item",
    "Looked",
    "Moved",
    "OnCases",
    "Step",
    "Telling",
    "WordGuard",
    "Workflows",
    "assign",
    "attach",
    "begin",
    "begin_by_news",
    "behind",
    "content_of",
    "counts_of",
    "desks_of",
    "fire",
    "holdings",
    "inbox_of",
    "joined",
    "look",
    "may_act",
    "persons_told",
    "picture_of",
    "prepare",
    "reseat",
    "routers",
    "say",
    "shown_case",
    "shown_documents",
    "shown_for_many",
    "shown_starts",
    "shown_steps",
    "take",
    "take_each",
    "take_many",
    "take_over",
    "tell_by_news",
    "tellings",
    "timeline_of",
    "verify_steps",
    "who_may_answer",
    "workflows_of",
]
