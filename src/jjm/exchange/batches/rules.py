"""A batch as it was sent, read into items; what is wrong with one is said of that one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, cast

import orjson

from jjm.kit import Fault, bad_request
from jjm.registry import Act, Change, Draft

MOST_ITEMS = 20_000
_KNOWN = {"type", "action", "id", "data", "valid_from", "valid_to", "source", "reason", "ref"}
_LONGEST_REF = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One item: which type (by plural), what is to be done, and the draft of it; or what is wrong with it."""

    number: int
    ref: str | None = None
    plural: str = ""
    act: Act = Act.UPSERT
    draft: Draft | None = None
    faults: Sequence[Fault] = field(default_factory=tuple[Fault, ...])


def items_of(body: bytes, content_type: str) -> list[Any]:
    """The items in a body: a JSON array, or one to a line. Raises Problem 400 for what is neither, or too many."""
    lines = "ndjson" in content_type or "jsonl" in content_type
    try:
        found: object = (
            [orjson.loads(line) for line in body.splitlines() if line.strip()] if lines else orjson.loads(body)
        )
    except orjson.JSONDecodeError as error:
        fault = Fault(error.msg, "Send a JSON array, or NDJSON with its content type.", line=error.lineno)
        raise bad_request("not-json", "The batch is not JSON.", fault) from error
    if not isinstance(found, list):
        fault = Fault("the body is not an array", "Send a JSON array of items, or NDJSON with its content type.", "")
        raise bad_request("bad-batch", "The batch cannot be understood.", fault)
    known = cast("list[Any]", found)
    if not 1 <= len(known) <= MOST_ITEMS:
        fault = Fault(f"it holds {len(known)} items", f"Send 1 to {MOST_ITEMS:,} items in one batch.", "")
        raise bad_request("bad-batch", "The batch cannot be taken.", fault)
    return known


def read_item(number: int, given: Any) -> Item:
    """One item, numbered from 0, with pointers from its own root."""
    if not isinstance(given, dict):
        return Item(number, faults=[Fault("the item is not an object", "Send an object for each item.", "")])
    item = cast("dict[str, Any]", given)
    ref = item.get("ref")
    ref = ref if isinstance(ref, str) and len(ref) <= _LONGEST_REF else None
    faults = list(_faults(item))
    if faults:
        return Item(number, ref, faults=faults)
    act = Act(item.get("action", Act.UPSERT))
    data = dict(item.get("data") or {})
    data.pop("_meta", None)
    id = item.get("id", data.pop("id", None))
    days = [date.fromisoformat(item[name]) if item.get(name) else None for name in ("valid_from", "valid_to")]
    id = None if id is None else str(id)
    draft = Draft(Change.CREATE, data, id, days[0], days[1], item.get("source"), item.get("reason"), number)
    return Item(number, ref, item["type"], act, draft)


def _faults(item: Mapping[str, Any]) -> Iterator[Fault]:
    if unknown := sorted(set(item) - _KNOWN):
        yield Fault(
            f"`{unknown[0]:.100}` is not understood", f"Use {', '.join(sorted(_KNOWN))}.", f"/{unknown[0]:.100}"
        )
    if not isinstance(item.get("type"), str):
        yield Fault("no type is named", "Give the plural, such as `schemes`.", "/type")
    if item.get("action", Act.UPSERT) not in list(Act):
        yield Fault("this is no action", f"Use one of: {', '.join(Act)}.", "/action")
    if not isinstance(item.get("data", {}), dict):
        yield Fault("`data` is not an object", "Send the record as an object.", "/data")
    elif "data" not in item and item.get("action") != Act.RETIRE:
        yield Fault("there is no `data`", "Send the record, or the fields that change.", "/data")
    for name in ("id", "ref", "source", "reason"):
        if not _is_text(item.get(name, "")):
            yield Fault(f"`{name}` is not a text of up to 1,000 characters", "Send a text.", f"/{name}")
    for name in ("valid_from", "valid_to"):
        if not _is_day(item.get(name)):
            yield Fault(f"`{name}` is not a day", "Give a day, such as 2026-04-01.", f"/{name}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value and len(value) <= 1_000


def _is_day(value: Any) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def runs(items: Sequence[Item]) -> list[list[Item]]:
    """Items in their order, those next to each other of one type and action together."""
    return [list(run) for _, run in groupby(items, lambda item: (item.draft is None, item.plural, item.act))]
