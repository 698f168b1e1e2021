"""What is wrong with a field of a form, in the language of the reader; what is not known here, as the node says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from jjm.kit import Fault
from jjm.standards import Field
from jjm.web.asked import value_of
from jjm.web.choosing import named, references
from jjm.web.language import N_
from jjm.web.site import Page

_MISSING = "` is missing"
Words: TypeAlias = tuple[str, str, Mapping[str, Any]]
"""What is wrong and what mends it, with what stands in their gaps."""


def told_of(page: Page, fault: Fault, of: Field | None, sent: Mapping[str, str]) -> Fault:
    """A fault of a field in the words of the reader."""
    found: Words | None
    if (fault.pointer or "").removeprefix("/data").count("/") != 1:
        found = None if of is None else _lost(page, fault, of, sent)
    elif fault.message.endswith(_MISSING):
        found = N_("This is missing"), N_("Fill it in; this step asks for it."), {}
    else:
        found = None if of is None else _lost(page, fault, of, sent) or _unfit(page, of, sent)
    if found is None:
        return fault
    message, remedy, gaps = found
    say = page.language.say
    return replace(fault, message=say(message, **gaps), remedy=say(remedy, **gaps))


def _lost(page: Page, fault: Fault, of: Field, sent: Mapping[str, str]) -> Words | None:
    """A record that is not there, by its kind and the identifier that was typed."""
    there = references(of, sent, f"data.{of.name}")
    one = next((one for one in there if fault.value in named(sent, one)), None)
    if one is None:
        return None
    gaps = {"type": page.language.of(page.registry.table(one.type).standard.title), "id": fault.value}
    said = N_("%(type)s: nothing with the identifier %(id)s is recorded here")
    return said, N_("Search for it by name below, or correct the identifier."), gaps


def _unfit(page: Page, of: Field, sent: Mapping[str, str]) -> Words | None:
    """A value that cannot be one of the field; None where nothing is seen that cannot be."""
    value = value_of(of, sent, f"data.{of.name}", page.shown)
    if value is None:
        return None
    if of.kind in ("integer", "number"):
        return _no_number(page, of, value)
    if of.kind == "date" and not _is_day(str(value)):
        return N_("This is no day"), N_("Type it such as 2026-11-25."), {}
    if of.kind == "text" and of.max_length and len(str(value)) > of.max_length:
        return (
            N_("This is too long"),
            N_("Use at most %(most)s characters."),
            {"most": page.language.number(of.max_length)},
        )
    return None


def _no_number(page: Page, of: Field, value: Any) -> Words | None:
    number = page.language.number
    if of.kind == "integer" and not isinstance(value, int):
        return N_("This is no whole number"), N_("Type a whole number, such as 12."), {}
    if not isinstance(value, (int, float)):
        return N_("This is no number"), N_("Type a number, such as 12.5."), {}
    if of.minimum is not None and value < of.minimum:
        return N_("This is too little"), N_("Give at least %(least)s."), {"least": number(of.minimum)}
    if of.maximum is not None and value > of.maximum:
        return N_("This is too much"), N_("Give at most %(most)s."), {"most": number(of.maximum)}
    return None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
