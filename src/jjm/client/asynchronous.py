"""The client for programs that do many things at once; its calls are those of `Client`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Self, Unpack

import httpx

from jjm.client import batches, bulk, core, download, feed, partners, records
from jjm.client.asking import AsOf, Changing, Following, Ground, Listing, Taking, Where
from jjm.client.batches import Batch, Item
from jjm.client.begin import Setting, opened
from jjm.client.keys import KeyPair
from jjm.client.model import (
    Change,
    Export,
    File,
    Found,
    Hit,
    Imported,
    Job,
    Page,
    Position,
    Record,
    RegistryType,
    Stretch,
)
from jjm.client.partners import Agreement, Requested, Subscription
from jjm.client.refusal import Fault
from jjm.client.transport import Concurrent, settings
from jjm.client.wire import Answer, Content

BEGIN = Position()


class AsyncClient(Concurrent):
    """A node, for a program on asyncio.

    Every call raises `Refused` where the node refuses, `Unreachable` where it does not answer, `Untrusted` where what
    came is not what the node made. A type is said by its name or its address (`scheme`, `schemes`).
    """

    def __init__(
        self, url: str, *, transport: httpx.AsyncBaseTransport | None = None, **setting: Unpack[Setting]
    ) -> None:
        self.core = opened(url, setting)
        self._http = httpx.AsyncClient(transport=transport, **settings(self.core.url))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End the connections to the node."""
        await self._http.aclose()

    # Any call

    async def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        wait: float = 0,
    ) -> Answer:
        """One call of the API by its path; it is sent again only where it is safe or carries an `Idempotency-Key`."""
        asked = core.asked_for(method, path, query, headers=headers, content=content, wait=wait)
        return await self._run(core.sent(self.core, asked))

    async def path(self, type: str, *rest: str) -> str:
        """The path of a type, or of what lies below it."""
        return await self._run(core.path_of(self.core, type, *rest))

    def items(self, path: str, query: Mapping[str, object] | None = None) -> AsyncIterator[Record]:
        """The records of any list by its path, page after page."""
        return self._walk(records.items(self.core, path, query or {}))

    async def fetch(self, path: str, out: BinaryIO) -> None:
        """The content of any answer written to an open file, as it comes."""
        await self._run(bulk.fetched(self.core, path, out))

    # Records

    async def types(self) -> Sequence[RegistryType]:
        """The registry types of the node."""
        return await self._run(records.types(self.core))

    async def get(self, type: str, id: str, **how: Unpack[AsOf]) -> Record:
        """One record, by its identifier or as `system:value`; today, or at a point on both clocks."""
        return await self._run(records.get(self.core, type, id, how))

    def list(
        self, type: str, where: Where | None = None, *, page: int = records.PAGE, **how: Unpack[Listing]
    ) -> AsyncIterator[Record]:
        """All records of a list, one after the other; pages of so many are fetched as they are needed."""
        return self._walk(records.listed(self.core, type, where or {}, how, page))

    async def page(
        self, type: str, where: Where | None = None, *, limit: int = 50, count: bool = False, **how: Unpack[Listing]
    ) -> Page:
        """The first records of a list, and how many there are in all where that is asked for."""
        return await self._run(records.first(self.core, type, where or {}, how, limit, count))

    async def batch_get(self, type: str, ids: Sequence[str], *, fields: Sequence[str] | None = None) -> Found:
        """Many records by their identifiers, however many they are."""
        return await self._run(records.batch_get(self.core, type, ids, fields))

    def history(self, type: str, id: str) -> AsyncIterator[Record]:
        """The versions of a record, newest first."""
        return self._walk(records.history(self.core, type, id))

    async def version(self, type: str, id: str, number: int) -> Record:
        """One version of a record."""
        return await self._run(records.version(self.core, type, id, number))

    async def search(
        self,
        words: str,
        *,
        types: Sequence[str] = (),
        within: str | None = None,
        near: str | None = None,
        limit: int = 20,
    ) -> Sequence[Hit]:
        """Records by name, however it is spelt, the likeliest first."""
        how = {"types": ",".join(types) or None, "within": within, "near": near, "limit": limit}
        return await self._run(records.search(self.core, words, how))

    async def proof(self, type: str, id: str, version: int | None = None) -> str:
        """The proof file of a version, which anyone can check offline (`verify_proof` of `jjm.ledger`)."""
        return await self._run(records.proof(self.core, type, id, version))

    async def create(self, type: str, values: Mapping[str, Any], **ground: Unpack[Ground]) -> Record:
        """A new record. Sent again after a lost line it is still made once."""
        return await self._run(records.create(self.core, type, values, ground))

    async def replace(self, type: str, id: str, values: Mapping[str, Any], **how: Unpack[Changing]) -> Record:
        """New values for a record as a whole, or a record under an identifier of the caller's own."""
        return await self._run(records.replace(self.core, type, id, values, how))

    async def patch(self, type: str, id: str, values: Mapping[str, Any], **how: Unpack[Changing]) -> Record:
        """New values for some fields of a record; None takes one out. `etag` is that of the version you read."""
        return await self._run(records.patch(self.core, type, id, values, how))

    async def retire(self, type: str, id: str, **how: Unpack[Changing]) -> Record:
        """The end of a record; nothing is erased."""
        return await self._run(records.retire(self.core, type, id, how))

    # In bulk

    async def import_records(
        self,
        type: str,
        content: Path | Iterable[Mapping[str, Any]],
        *,
        told: bulk.Told | None = None,
        **how: Unpack[Taking],
    ) -> Imported:
        """Send many records, from a file (NDJSON, CSV, Parquet, also .gz) or as they are; what became of them."""
        return await self._run(bulk.imported(self.core, type, content, how, told))

    async def begin_import(
        self, type: str, content: Content, how: Mapping[str, object], *, headers: Mapping[str, str]
    ) -> Job:
        """The job that takes in this content, as it has just begun."""
        return await self._run(bulk.begun(self.core, type, content, how, headers))

    async def export(
        self,
        type: str,
        where: Where | None = None,
        *,
        format: str = "ndjson",
        gzip: bool = True,
        told: bulk.Told | None = None,
        **how: Unpack[Listing],
    ) -> Export:
        """All records of a list as files on the node, as they are at one position of the ledger."""
        asked = {**how, "format": format, "gzip": gzip}
        return await self._run(bulk.exported(self.core, type, where or {}, asked, told))

    async def download(self, file: File, to: Path, *, told: download.Told | None = None) -> Path:
        """Bring a file here under a new name, checked; a line that breaks goes on where it broke, now or next time."""
        return await self._run(download.downloaded(self.core, file, to, told))

    async def job(self, id: str) -> Job:
        """A job, as far as it is."""
        return await self._run(bulk.job(self.core, id))

    async def wait(self, job: Job, *, told: bulk.Told | None = None) -> Job:
        """The job once it is done. Raises Refused with the reason where it failed or was stopped."""
        return await self._run(bulk.done(self.core, job, told))

    async def cancel(self, job: Job) -> Job:
        """Stop a job at its next good place; what it has done by then stays done."""
        return await self._run(bulk.cancel(self.core, job.id))

    def problems(self, done: Imported) -> AsyncIterator[Fault]:
        """All that was wrong with a file, line by line."""
        return self._walk(bulk.problems(self.core, done))

    # Changes

    def stretches(self, after: Position = BEGIN, **how: Unpack[Following]) -> AsyncIterator[Stretch]:
        """The changes behind a position in stretches, each with the position to go on from.

        It ends with the newest change; with `wait` it goes on as changes happen. Raises Refused `history-rewritten` for
        a position from before a restore that now means something else; the last that still holds is in its `more`.
        """
        return self._walk(feed.stretches(self.core, after, how))

    async def changes(self, after: Position = BEGIN, **how: Unpack[Following]) -> AsyncIterator[Change]:
        """The same, one change after the other."""
        async for stretch in self.stretches(after, **how):
            for change in stretch:
                yield change

    # Pushes

    async def push(self, name: str, items: Sequence[Item]) -> Batch:
        """Push changes under a name of your own; sent again under it, they are answered with the same receipts."""
        return await self._run(batches.pushed(self.core, name, items))

    async def batch(self, name: str) -> Batch:
        """The receipts of a batch once more."""
        return await self._run(batches.batch(self.core, name))

    # Partners

    async def ask_to_participate(self, asked: Mapping[str, Any], key: KeyPair) -> Requested:
        """Ask to become a participant, with an application and the public half of its key; no token is needed."""
        return await self._run(partners.asked_to_participate(self.core, asked, key))

    async def agreement(self, id: str) -> Agreement:
        """An agreement, as it stands."""
        return await self._run(partners.agreement(self.core, id))

    async def draft_agreement(self, asked: Mapping[str, Any]) -> Agreement:
        """Draft an agreement; it binds nobody before both sides have signed it."""
        return await self._run(partners.agreement_drafted(self.core, asked))

    async def sign_agreement(self, id: str, key: KeyPair | None = None) -> Agreement:
        """Sign an agreement with a key of the participant; an administrator signs for the node, without one."""
        return await self._run(partners.agreement_signed(self.core, id, key))

    async def subscribe(
        self,
        url: str,
        *,
        types: Sequence[str] = (),
        within: str | None = None,
        kinds: Sequence[str] = (),
        fields: Sequence[str] | None = None,
        batch: int = 1,
        after: Position | None = None,
    ) -> Subscription:
        """Have changes posted to an address, from now on or behind a position. Keep the secret: it is told once."""
        return await self._run(partners.subscribed(self.core, url, types, within, kinds, fields, batch, after))

    async def subscription(self, id: str) -> Subscription:
        """A subscription: how far it is, how it fares."""
        return await self._run(partners.subscription(self.core, id))

    async def replay(self, id: str, after: Position) -> Subscription:
        """Have what lies behind a position posted once more, under the same ids."""
        return await self._run(partners.replayed(self.core, id, after))

    async def unsubscribe(self, id: str) -> None:
        """End a subscription."""
        await self._run(partners.unsubscribed(self.core, id))
