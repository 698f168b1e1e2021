"""How feeds of outside systems stand, over HTTP."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from jjm.access import Actor, Sender, actor_of, guarded, unauthenticated
from jjm.solutions.quality.feeds import store
from jjm.solutions.quality.feeds.model import Feed
from jjm.solutions.quality.feeds.rules import WEEK
from jjm.solutions.quality.feeds.service import day_over
from jjm.solutions.quality.feeds.telling import visible
from jjm.solutions.quality.feeds.words import Words, called, remedy, sentence
from jjm.workflow import workflows_of


def _known(actor: Actor) -> None:
    if actor.kind == "nobody":
        raise unauthenticated("How feeds stand is for those who are known here.")


router = APIRouter(prefix="/api/v1", tags=["quality"], route_class=guarded(_known))


class FeedTold(BaseModel):
    """What one sender brings of one type."""

    sender: str = Field(description="The application `APP-…`, the name of the token, or the person `PER-…`")
    sender_name: str
    kind: str | None = Field(description="`application`, `token` or `person`")
    participant: str | None
    type: str
    last_received: datetime = Field(description="When its last new record was recorded")
    this_week: int = Field(description="New records in the seven days from `first` to `last`")
    today: int = Field(description="New records on the day that is not over yet")
    usual: int | None = Field(description="Lower median of the last four weeks that were whole; null while not known")
    share: float | None = Field(description="`this_week` as a part of `usual`")
    standing: str = Field(description="`new`, `few`, `usual` or `partial`")
    partial: bool = Field(description="True while what it sends must not be read as the whole")
    since: date | None = Field(description="Day by which the fall was seen; null where there is none")
    sentence: Words
    remedy: Words | None


class FeedsTold(BaseModel):
    """The feeds of water quality that the caller may see."""

    first: date
    last: date = Field(description="The last day in India that is over")
    items: list[FeedTold]


@router.get("/quality/feeds", response_model=FeedsTold)
async def feeds(request: Request) -> FeedsTold:
    """What outside systems, tokens and people who import files bring, against what they usually bring.

    Partners see their own; people and tokens also see feeds from areas of which they may read all such records. A
    partial feed never means that water was mended.
    """
    registry, actor = workflows_of(request).registry, await actor_of(request)
    upto = day_over(registry.clock.now())
    async with registry.database.read() as conn:
        found = await visible(registry, conn, actor, await store.feeds(conn, upto))
    first = upto - WEEK + timedelta(days=1)
    return FeedsTold(first=first, last=upto, items=[_told(feed, sender) for feed, sender in found])


def _told(feed: Feed, sender: Sender | None) -> FeedTold:
    return FeedTold(
        sender=feed.sender,
        sender_name=called(sender, feed.sender),
        kind=sender and sender.kind,
        participant=sender and sender.participant,
        type=feed.type,
        last_received=feed.last_at,
        this_week=feed.week.count,
        today=feed.today,
        usual=feed.week.usual,
        share=feed.week.share,
        standing=feed.week.standing,
        partial=feed.is_partial,
        since=feed.fallen,
        sentence=sentence(feed),
        remedy=remedy(feed),
    )
