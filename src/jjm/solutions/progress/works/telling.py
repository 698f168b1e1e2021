"""A work and its milestones in words, as parts of pages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jjm.access import Actor
from jjm.kit import Grid, Section, SheetFact
from jjm.solutions.progress.works.words import code, day, number, say, where
from jjm.standards import Catalogue

_COMPONENT = "milestone"
_BY = ("reported_by", "inspected_by", "accepted_by")


@dataclass(frozen=True, slots=True)
class Work:
    """A work as its reader sees it, with what its scheme and villages are called, and the language of the reader."""

    work: Mapping[str, Any]
    catalogue: Catalogue
    names: Mapping[str, str]
    language: str
    recorded: int = 0
    """Taps recorded on the scheme, household by household."""

    def component(self, name: str) -> str:
        """What a component is called."""
        return code(self.catalogue, _COMPONENT, name, self.language)

    def amount(self, component: str, quantity: float | None) -> str:
        """A quantity of a component with what it is counted in."""
        measures = (c.get("measure") for c in self.work.get("components") or () if c["component"] == component)
        return f"{number(quantity or 0, self.language)} {next(measures, None) or ''}".strip()


def progress_said(work: Mapping[str, Any], language: str) -> str:
    """Physical progress as it was computed."""
    found = work.get("physical_progress")
    return say("unknown", language) if found is None else f"{number(found, language)} %"


def stands(told: Work) -> Section:
    """How far a work has come."""
    work, language = told.work, told.language
    villages = ", ".join(told.names.get(id, id) for id in work["villages"][:20])
    facts = [
        SheetFact(say("progress", language), progress_said(work, language)),
        SheetFact(say("stage", language), code(told.catalogue, "work-stage", work.get("stage"), language)),
        SheetFact(say("scheme", language), told.names.get(work["scheme"], work["scheme"]),
                  f"/types/schemes/{work['scheme']}"),
        SheetFact(say("villages", language), villages + (" …" if len(work["villages"]) > 20 else "")),
    ]  # fmt: skip
    if (planned := work.get("connections_planned")) is not None:
        achieved = number(work.get("connections_achieved", 0), language)
        words = say("of", language, achieved=achieved, planned=number(planned, language))
        facts.append(SheetFact(say("taps", language), words))
        facts.append(SheetFact(say("recorded", language), number(told.recorded, language)))
    return Section(say("stands", language), facts, sentences=[say("computed", language)])


def components(told: Work) -> Section:
    """What is planned of each component and what is achieved."""
    language, found = told.language, told.work.get("components") or ()
    if not found:
        return Section(say("components", language), sentences=[say("no_components", language)])
    head = [say(name, language) for name in ("component", "planned", "achieved")]
    grid = Grid(say("by_component", language), head, [_row(told, one) for one in found])
    return Section(say("components", language), grid=grid)


def _row(told: Work, one: Mapping[str, Any]) -> list[str]:
    language, name = told.language, one["component"]
    weight = say("weight", language, weight=number(one["weight"], language))
    reached = f" ({day(one['reached_on'], language)})" if one.get("reached_on") else ""
    achieved = told.amount(name, one.get("achieved"))
    return [f"{told.component(name)} ({weight})", told.amount(name, one["planned"]), achieved + reached]


def choices(told: Work) -> list[tuple[str, str]]:
    """The components of a work to choose from, each with how far it has come."""
    language = told.language
    return [
        (name, f"{told.component(name)}: " + say(
            "of", language, achieved=number(one.get("achieved", 0), language), planned=told.amount(name, one["planned"])
        ))
        for one in told.work.get("components") or () for name in (one["component"],)
    ]  # fmt: skip


def milestones(
    told: Work, items: Sequence[Mapping[str, Any]], actor: Actor, following: Sequence[tuple[str, str]]
) -> Section:
    """The milestones of a page, by component as planned, the newest day first."""
    language = told.language
    order = {one["component"]: n for n, one in enumerate(told.work.get("components") or ())}
    newest = sorted(items, key=lambda one: str(one["reached_on"]), reverse=True)
    sorted_ = sorted(newest, key=lambda one: order.get(one["component"], len(order)))
    parts = [_milestone(told, one, actor) for one in sorted_]
    said = [] if parts else [say("none", language)]
    said += [say("public", language)] if parts and actor.kind == "nobody" else []
    return Section(say("milestones", language), sentences=said, links=following, parts=parts)


def _milestone(told: Work, one: Mapping[str, Any], actor: Actor) -> Section:
    language = told.language
    facts = [
        SheetFact(say("reached", language), day(one["reached_on"], language)),
        SheetFact(say("quantity", language), told.amount(one["component"], one["quantity"])),
        SheetFact(say("village", language), told.names.get(one["village"], one["village"])),
        SheetFact(say("status", language), code(told.catalogue, "progress-report-status", one["status"], language)),
    ]
    if one["inspected_quantity"] is not None:
        found = told.amount(one["component"], one["inspected_quantity"])
        facts.append(SheetFact(say("found", language), found))
    if one["location"]:
        facts.append(SheetFact(say("position", language), where(one["location"], language)))
    facts += [_person(name, one[name], actor, language) for name in _BY if one[name]]
    if one["remark"]:
        facts.append(SheetFact(say("remark", language), one["remark"]))
    links = [(_photo(n, photo, language), f"/cases/{one['id']}/documents/{photo['number']}")
             for n, photo in enumerate(one["photos"], 1) if photo["url"]]  # fmt: skip
    if actor.kind == "person":
        links.append((say("case", language, id=one["id"]), f"/cases/{one['id']}"))
    return Section(told.component(one["component"]), facts, links=links)


def _person(name: str, who: str, actor: Actor, language: str) -> SheetFact:
    own = who == actor.name
    return SheetFact(say(name, language), say("you", language) if own else who, is_code=not own)


def _photo(number: int, photo: Mapping[str, Any], language: str) -> str:
    words = say("photo", language, number=number)
    if not photo["position"]:
        return words
    at = where({"coordinates": photo["position"]}, language)
    return f"{words}, {say('taken', language, where=at)}"
