"""Calls about contaminations: who drinks the water, for those who work on it; and the notice, for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from jjm.access import NODE, Actor, actor_of, guarded, unauthenticated
from jjm.kit import Fault, ReadConnection, bad_request, not_found
from jjm.registry import Registry, get, newest_version
from jjm.solutions.quality.homes import points_to_family
from jjm.solutions.quality.households.store import told_of
from jjm.solutions.quality.remedy.rules import chemicals
from jjm.solutions.quality.served.model import Served, Traced
from jjm.solutions.quality.served.notice import TEXT, name_in, notice
from jjm.solutions.quality.served.service import served
from jjm.solutions.quality.times import day_in_india, instant
from jjm.workflow import workflows_of


def _known(actor: Actor) -> None:
    if actor.kind == "nobody":
        raise unauthenticated("Who drinks from where is for those who work on it; the notice is for everybody.")


_open = APIRouter(prefix="/api/v1", tags=["quality"])
_inside = APIRouter(prefix="/api/v1", tags=["quality"], route_class=guarded(_known))


class ServedTold(BaseModel):
    """Who drinks the water of a place."""

    traced: Traced = Field(
        description="`source`: schemes that draw from it; `network`: components downstream; `scheme`: the whole of it, "
        "since nothing is known of its network; `place`: the place alone"
    )
    schemes: list[str]
    villages: list[str]
    habitations: list[str] = Field(description="Only these parts of the villages; empty means all of them")
    taps: int
    households: int
    institutions: int
    households_at: str = Field(description="Where those who may see persons read the households, by their own policy")
    messages: list[HouseholdsTold] = Field(description="The latest advice first")


class HouseholdsTold(BaseModel):
    """How far the households that drink the water were told by one step of a contamination; numbers, and no person."""

    step: int
    notice: str | None = Field(description="Event by which they are told; null where there are no words for the advice")
    told: int = Field(description="Households for which a message was written, or whose number had one already")
    no_contact: int = Field(description="Households of which no telephone number is recorded")
    no_carrier: int = Field(description="Households with a number to which nothing is carried here")
    begun_at: datetime
    ended_at: datetime | None
    overtaken: bool = Field(description="Ended because a later step said something newer")


class NoticeTold(BaseModel):
    """What is said to everybody."""

    contamination: str
    language: str
    status: str
    text: str
    taps: int | None = Field(description="How many drink it; null for a household's tap, which would point to a family")
    households: int | None


@_inside.get("/quality/contaminations/{id}/served", response_model=ServedTold)
async def who_drinks(request: Request, id: str) -> dict[str, Any]:
    """The schemes, villages, habitations, taps and households that drink contaminated water."""
    registry, actor = workflows_of(request).registry, await actor_of(request)
    async with registry.database.read() as conn:
        await get(registry, conn, actor, registry.table("contamination"), id, fields=frozenset({"id"}))
        found, messages = await served(registry, conn, await _case(registry, conn, id)), await told_of(conn, id)
    return {
        "traced": found.traced, "schemes": found.schemes, "villages": found.villages,
        "habitations": found.habitations, "taps": found.taps, "households": found.households,
        "institutions": found.institutions, "households_at": _households(found),
        "messages": messages,
    }  # fmt: skip


@_open.get("/quality/contaminations/{id}/notice", response_model=NoticeTold)
async def said_to_all(
    request: Request, id: str, lang: Annotated[str, Query(pattern="^[a-z]{2,3}$")] = "en"
) -> dict[str, Any]:
    """The notice of a contamination in plain words, for everybody: what was found, on which day, and what to do."""
    registry = workflows_of(request).registry
    if lang not in (known := registry.catalogue.phrases[TEXT].languages):
        fault = Fault(f"the notice is not written in `{lang}`", f"Known: {', '.join(known)}.", "/lang", value=lang)
        raise bad_request("bad-parameter", "`lang` cannot be answered.", fault)
    async with registry.database.read() as conn:
        case = await _case(registry, conn, id)
        found, (text,) = await served(registry, conn, case), await notices_of(registry, conn, case, [lang])
    told = {"contamination": id, "language": lang, "status": case["status"], "text": text}
    counted = {"taps": None, "households": None} if points_to_family(case) else asdict(found)
    return told | {name: counted[name] for name in ("taps", "households")}


async def notices_of(
    registry: Registry, conn: ReadConnection, case: dict[str, Any], languages: Sequence[str]
) -> list[str]:
    """The words of the notice of a contamination, in each of these languages."""
    sample = (await newest_version(registry, conn, NODE, registry.table("sample"), case["sample"])).data
    retest = case.get("retest_sample")
    again = (await newest_version(registry, conn, NODE, registry.table("sample"), retest)).data if retest else None
    village = (await newest_version(registry, conn, NODE, registry.table("village"), case["village"])).data
    taken = instant(sample, "collected_at")
    if taken is None:
        raise not_found("The sample of this contamination has no day.")
    chemical = chemicals(case["parameters"], registry.catalogue, day_in_india(taken))
    retested = instant(again, "collected_at") if again else None
    return [
        notice(
            case, str(name_in(village, language) or case["village"]), taken, retested, bool(chemical),
            registry.catalogue, language,
        )
        for language in languages
    ]  # fmt: skip


async def _case(registry: Registry, conn: ReadConnection, id: str) -> dict[str, Any]:
    return dict((await newest_version(registry, conn, NODE, registry.table("contamination"), id)).data)


def _households(found: Served) -> str:
    parts = {"habitation": ",".join(found.habitations)} if found.habitations else {}
    return f"/api/v1/households?{urlencode({'village': ','.join(found.villages)} | parts, safe=',')}"


def routers() -> list[APIRouter]:
    """The calls about who drinks the water, and what they are told."""
    return [_open, _inside]
