"""The door of adapters over HTTP: what any outsider's program can do, with a progress bar."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from jjm.adapters import LoadResult, Record
from jjm.app.client import Client, fault_of
from jjm.app.sending import NDJSON, send
from jjm.app.terminal import Terminal
from jjm.client import Fault, Imported, of_records
from jjm.kit import Problem

_PAGE = 1_000
_STALE = 412
_LONGEST_NUMBER = 200
_PATCH = {"content-type": "application/merge-patch+json"}


class HttpDoor:
    """A node as an adapter sees it; remembers the version of each record it has seen, so as to change that one."""

    def __init__(self, client: Client, terminal: Terminal) -> None:
        self._client, self._terminal = client, terminal
        self._seen: dict[str, str] = {}

    async def existing(self, type: str, fields: Sequence[str]) -> AsyncIterator[Record]:
        """All records of the type that hold today, with these fields."""
        path, asked = await self._client.path(type), {"fields": ",".join(fields), "limit": _PAGE}
        with self._terminal.progress(f"Reading {type}") as advance:
            done = 0
            async for record in self._client.items(path, asked):
                self._seen[record["id"]] = f'"{record["_meta"]["version"]}"'
                done += 1
                advance(done, None)
                yield record

    async def load(
        self, type: str, records: Iterable[Record], *, source: str, valid_from: date, on_duplicate: str, label: str
    ) -> LoadResult:
        """Bring in many records as one job."""
        asked = {"source": source, "valid_from": valid_from.isoformat(), "on_duplicate": on_duplicate}
        with self._terminal.progress(label) as advance:
            sent = await send(self._client, type, of_records(records), asked, kind=NDJSON, taken=advance)
        return await self._result(sent)

    async def _result(self, sent: Imported) -> LoadResult:
        result = LoadResult(sent.created, sent.updated, sent.unchanged, sent.refused)
        if sent.problems:
            lines = (await self._client.call("GET", sent.problems)).content.splitlines()
            result.problems += [fault_of(Fault.of(orjson.loads(line))) for line in lines]
        return result

    async def change(self, type: str, id: str, patch: Record, *, valid_from: date, reason: str) -> None:
        """These fields have these values since that day."""
        await self._patch(type, id, patch, {"valid_from": valid_from.isoformat(), "reason": reason})

    async def correct(self, type: str, id: str, patch: Record, *, reason: str) -> None:
        """These fields should have had these values all along."""
        await self._patch(type, id, patch, {"change": "correct", "reason": reason})

    async def correct_all(
        self, type: str, patches: Iterable[Record], *, source: str, reason: str, label: str
    ) -> LoadResult:
        """These fields of many records should have had these values all along, as one job."""
        asked = {"source": source, "reason": reason, "on_duplicate": "update", "change": "correct"}
        with self._terminal.progress(label) as advance:
            sent = await send(self._client, type, of_records(patches), asked, kind=NDJSON, taken=advance)
        self._seen.clear()
        return await self._result(sent)

    async def _patch(self, type: str, id: str, patch: Record, asked: Mapping[str, str]) -> None:
        path = await self._client.path(type, id)
        known = self._seen.get(id) or await self._version(path)
        try:
            self._seen[id] = await self._send_patch(path, patch, asked, known)
        except Problem as problem:
            if problem.status != _STALE:
                raise
            # What was seen is no longer the newest version: the record is what it is now, and the patch goes on top.
            self._seen[id] = await self._send_patch(path, patch, asked, await self._version(path))

    async def _send_patch(self, path: str, patch: Record, asked: Mapping[str, str], version: str) -> str:
        headers = {**_PATCH, "if-match": version}
        content = orjson.dumps(patch)
        return (await self._client.call("PATCH", path, params=asked, content=content, headers=headers)).headers["etag"]

    async def _version(self, path: str) -> str:
        return (await self._client.call("GET", path, params={"fields": "id"})).headers["etag"]

    async def rename(self, level: str, id: str, name: str, *, effective: date, reason: str) -> None:
        """The area bears another name since that day."""
        await self._operate(level, id, "rename", {"name": name}, effective, reason)

    async def reparent(
        self, level: str, id: str, parents: Mapping[str, str | list[str]], *, effective: date, reason: str
    ) -> None:
        """The area lies elsewhere since that day."""
        await self._operate(level, id, "reparent", {"parents": dict(parents)}, effective, reason)

    async def _operate(
        self, level: str, id: str, kind: str, asked: Mapping[str, Any], effective: date, reason: str
    ) -> None:
        # A list names no Government Order: what it is stands in the order's place, so that it can be found again.
        order = {"number": reason[:_LONGEST_NUMBER], "date": effective.isoformat()}
        body = {**asked, "effective": effective.isoformat(), "order": order}
        await self._client.call("POST", f"{await self._client.path(level, id)}:{kind}", json=body)
        self._seen.pop(id, None)

    async def propose(self, proposals: Iterable[Record], *, source: str) -> LoadResult:
        """Put questions before a person, but for those whose key stands already."""
        asked = list(proposals)
        known = {record.get("key") async for record in self.existing("proposal", ["key"])}
        fresh = {proposal["key"]: proposal for proposal in asked if proposal["key"] not in known}
        if not fresh:
            return LoadResult(unchanged=len(asked))
        with self._terminal.progress("Proposing") as advance:
            kept = of_records(fresh.values())
            sent = await send(self._client, "proposal", kept, {"source": source}, kind=NDJSON, taken=advance)
        result = await self._result(sent)
        result.unchanged += len(asked) - len(fresh)
        return result
