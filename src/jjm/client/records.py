"""Records: found, listed, read as they were, made, changed, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jjm.client.asking import Where
from jjm.client.core import Core, asked, changing, path_of, reading, sent
from jjm.client.model import Found, Hit, Page, Record, RegistryType
from jjm.client.wire import Answer, Flow, Give, Request, Walk, pairs

PAGE, MOST_AT_ONCE = 500, 1_000
_JSON = {"content-type": "application/json"}
_PATCH = {"content-type": "application/merge-patch+json"}


def types(core: Core) -> Flow[list[RegistryType]]:
    """The registry types of the node."""
    answer = yield from sent(core, reading("/api/v1"))
    return [RegistryType.of(told) for told in answer.json()["items"]]


def get(core: Core, type: str, id: str, how: Mapping[str, Any]) -> Flow[Record]:
    """One record."""
    path = yield from path_of(core, type, id)
    return _record((yield from sent(core, reading(path, asked(how)))))


def first(core: Core, type: str, where: Where, how: Mapping[str, Any], limit: int, count: bool) -> Flow[Page]:
    """The first page of a list."""
    path = yield from path_of(core, type)
    query = {**where, **asked(how), "limit": limit, "count": "exact" if count else None}
    return page((yield from sent(core, reading(path, query))))


def listed(core: Core, type: str, where: Where, how: Mapping[str, Any], limit: int) -> Walk[Record]:
    """All records of a list, page after page."""
    path = yield from path_of(core, type)
    yield from _pages(core, reading(path, {**where, **asked(how), "limit": limit}))


def items(core: Core, path: str, query: Mapping[str, object]) -> Walk[Record]:
    """The records of any list by its path."""
    yield from _pages(core, reading(path, query))


def history(core: Core, type: str, id: str) -> Walk[Record]:
    """The versions of a record, newest first."""
    path = yield from path_of(core, type, id, "history")
    yield from _pages(core, reading(path, {"limit": PAGE}))


def _pages(core: Core, request: Request) -> Walk[Record]:
    while True:
        found = page((yield from sent(core, request)))
        yield Give(found.records)
        if found.next is None:
            return
        request = reading(found.next)


def page(answer: Answer) -> Page:
    """A page of records."""
    told = answer.json()
    return Page([Record(item) for item in told["items"]], told["next"], told.get("count"))


def version(core: Core, type: str, id: str, number: int) -> Flow[Record]:
    """One version of a record."""
    path = yield from path_of(core, type, id, "history", str(number))
    return _record((yield from sent(core, reading(path))))


def batch_get(core: Core, type: str, ids: Sequence[str], fields: Sequence[str] | None) -> Flow[Found]:
    """Many records by their identifiers, however many they are."""
    path = (yield from path_of(core, type)) + ":batchGet"
    records: list[Record] = []
    missing: list[str] = []
    for start in range(0, len(ids), MOST_AT_ONCE):
        body = orjson.dumps({"ids": list(ids[start : start + MOST_AT_ONCE])})
        query = pairs(asked({"fields": fields}))
        told = (yield from sent(core, Request("POST", path, query, _JSON, body, again=True))).json()
        records += [Record(item) for item in told["items"]]
        missing += told["missing"]
    return Found(records, missing)


def search(core: Core, words: str, how: Mapping[str, object]) -> Flow[list[Hit]]:
    """Records by name."""
    answer = yield from sent(core, reading("/api/v1/search", {"q": words, **how}))
    return [Hit.of(told) for told in answer.json()["items"]]


def proof(core: Core, type: str, id: str, number: int | None) -> Flow[str]:
    """The proof file of a version."""
    path = yield from path_of(core, type, id, "proof")
    return (yield from sent(core, reading(path, {"version": number}))).text


def create(core: Core, type: str, values: Mapping[str, Any], ground: Mapping[str, Any]) -> Flow[Record]:
    """A new record."""
    path = yield from path_of(core, type)
    return (yield from _written(core, "POST", path, values, ground, _JSON))


def replace(core: Core, type: str, id: str, values: Mapping[str, Any], how: Mapping[str, Any]) -> Flow[Record]:
    """New values for a record as a whole, or a record under an identifier of the caller's own."""
    path = yield from path_of(core, type, id)
    return (yield from _written(core, "PUT", path, values, how, _JSON))


def patch(core: Core, type: str, id: str, values: Mapping[str, Any], how: Mapping[str, Any]) -> Flow[Record]:
    """New values for some fields of a record; null takes one out."""
    path = yield from path_of(core, type, id)
    return (yield from _written(core, "PATCH", path, values, how, _PATCH))


def retire(core: Core, type: str, id: str, how: Mapping[str, Any]) -> Flow[Record]:
    """The end of a record."""
    path = yield from path_of(core, type, id)
    return (yield from _written(core, "DELETE", path, None, how, {}))


def _written(
    core: Core,
    method: str,
    path: str,
    values: Mapping[str, Any] | None,
    how: Mapping[str, Any],
    headers: Mapping[str, str],
) -> Flow[Record]:
    said = {name: value for name, value in how.items() if name not in ("key", "etag")}
    match = {"if-match": how["etag"]} if how.get("etag") else {}
    body = None if values is None else orjson.dumps({name: value for name, value in values.items() if name != "_meta"})
    request = changing(method, path, said, key=how.get("key"), headers={**headers, **match}, content=body)
    return _record((yield from sent(core, request)))


def _record(answer: Answer) -> Record:
    return Record(answer.json(), answer.headers.get("etag"))
