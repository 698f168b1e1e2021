"""Batches: many changes pushed under a name, taken in once, with a receipt for each item that can be had again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict
from urllib.parse import quote

import orjson

from jjm.client.core import Core, reading, sent
from jjm.client.refusal import Fault
from jjm.client.wire import Flow, Pause, Request

_LOOK, _LONGEST_LOOK = 0.2, 5.0
_NDJSON = {"content-type": "application/x-ndjson"}
Outcome = Literal["accepted", "duplicate", "refused"]


class Item(TypedDict):
    """One change that is pushed: `type` by its address, such as `water_quality_tests`, and the record as `data`.

    A record known by its `id` or an external identifier is changed where it differs, another is made (`upsert`).
    `ref` is the sender's own name of the item, which comes back in its receipt.
    """

    type: str
    data: NotRequired[Mapping[str, Any]]
    action: NotRequired[Literal["upsert", "create", "change", "correct", "retire"]]
    id: NotRequired[str]
    ref: NotRequired[str]
    valid_from: NotRequired[str]
    valid_to: NotRequired[str]
    source: NotRequired[str]
    reason: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an item: accepted as this version of a record, a duplicate of it, or refused with the faults."""

    item: int
    outcome: Outcome
    ref: str | None
    id: str | None
    version: int | None
    faults: Sequence[Fault] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Receipt:
        """As the API tells it."""
        faults = [Fault.of(fault) for fault in told.get("faults") or ()]
        return cls(told["item"], told["outcome"], told.get("ref"), told.get("id"), told.get("version"), faults)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was taken in, with the receipts of all its items."""

    name: str
    items: int
    accepted: int
    duplicates: int
    refused: int
    receipts: Sequence[Receipt]

    def __iter__(self) -> Iterator[Receipt]:
        return iter(self.receipts)


def pushed(core: Core, name: str, items: Sequence[Item]) -> Flow[Batch]:
    """The batch with that name, once it is taken in."""
    body = b"".join(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE, default=str) for item in items)
    request = Request("PUT", _path(name), headers=_NDJSON, content=body, again=True, signed=True)
    told = (yield from sent(core, request)).json()
    return (yield from _whole(core, told))


def batch(core: Core, name: str) -> Flow[Batch]:
    """The same batch once more, as its receipt was kept."""
    return (yield from _whole(core, (yield from sent(core, reading(_path(name)))).json()))


def _whole(core: Core, told: Mapping[str, Any]) -> Flow[Batch]:
    look = _LOOK
    while told["state"] == "working":
        yield Pause(look)
        look = min(_LONGEST_LOOK, look * 1.5)
        told = (yield from sent(core, reading(told["url"]))).json()
    receipts = list(map(Receipt.of, told["receipts"] or ()))
    more: str | None = told["next"]
    while more is not None:
        page = (yield from sent(core, reading(more))).json()
        receipts += map(Receipt.of, page["receipts"])
        more = page["next"]
    counts = {name: int(told[name]) for name in ("items", "accepted", "duplicates", "refused")}
    return Batch(told["name"], receipts=receipts, **counts)


def _path(name: str) -> str:
    return f"/api/v1/batches/{quote(name, safe='')}"
