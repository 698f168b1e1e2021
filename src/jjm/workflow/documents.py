"""Documents and photos of cases: kept by what they hold, each recorded by a step, required by actions, erased."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jjm.access import Actor, Scope, Vault
from jjm.kit import Holding, Problem, ReadConnection, SealedRows, WriteConnection, forbidden, load_queries, not_found
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.looks import Looked
from jjm.workflow.model import Item
from jjm.workflow.places import held_there, places_around, writes_there
from jjm.workflow.rules import may_take
from jjm.workflow.showing import require_seen
from jjm.workflow.stepping import note

queries = load_queries("jjm.workflow", "documents")
DOCUMENT, ERASED = "DOCUMENT", "DOCUMENT_ERASED"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a document, with their type."""

    type: str
    body: bytes


async def attach(
    workflows: Workflows, conn: WriteConnection, actor: Actor, id: str, kind: str, content: bytes, looked: Looked
) -> tuple[int, bool]:
    """Add a document to a case; its number, and whether it is new: the same bytes of a kind are added once in a state.

    Whoever may act in the case may, and who began it. Raises Problem 404, 403 `not-yours`, 409 `no-such-action` for a
    case that is closed.
    """
    item = await _seen(workflows, conn, actor, id)
    if item.ended_at is not None:
        raise Problem("no-such-action", 409, "This cannot be done now", "The case is closed; nothing is added to it.")
    if not await _acts(workflows, conn.asking, actor, item):
        raise forbidden("Documents are added by those who act in the case, or began it.", "not-yours")
    digest = sha256(content).digest()
    known = await queries.same(conn, item=id, kind=kind, digest=digest, state=item.state)
    if known is not None:
        return known, False
    await _keep(workflows.access.vault, conn, digest, content, looked)
    more = {"document": {"kind": kind, "digest": digest.hex(), "type": looked.type, "size": len(content)}}
    after = await note(workflows, conn, actor, item, DOCUMENT, more=more)
    sealed = looked.position and workflows.access.vault.seal(_place(id, after.steps), orjson.dumps(looked.position))
    await queries.add_document(
        conn, item=id, number=after.steps, kind=kind, digest=digest, state=item.state, at=workflows.now(),
        actor=actor.name, position=sealed, taken_at=looked.taken_at,
    )  # fmt: skip
    return after.steps, True


async def shown_documents(workflows: Workflows, conn: ReadConnection, actor: Actor, id: str) -> list[dict[str, Any]]:
    """The documents of a case, for whoever sees its record; place and time of photos for those who act around it."""
    item = await _read(workflows, conn, actor, id)
    whole = await _is_around(workflows, conn, actor, item)
    return [_told(workflows.access.vault, id, row, whole) async for row in queries.documents(conn, item=id)]


async def content_of(
    workflows: Workflows, conn: ReadConnection, actor: Actor, id: str, number: int, *, original: bool
) -> Content:
    """A document: as it was sent to those who act around the record, a photo without place and time to others.

    Raises Problem 404, 403 `original-only` for what has no such copy, or is asked for as it was sent.
    """
    item = await _read(workflows, conn, actor, id)
    row = await queries.content(conn, item=id, number=number)
    if row is None or row["key"] is None:
        raise not_found(f"There is no document {number} in case `{id}`.", id=id)
    if (original or row["clean"] is None) and not await _is_around(workflows, conn, actor, item):
        detail = "As it was sent it is shown to those who hold a role around the record; photos have a copy for others."
        raise forbidden(detail, "original-only")
    key = workflows.access.vault.open(_named(row["digest"]), row["key"])
    sealed = row["body"] if original or row["clean"] is None else row["clean"]
    return Content(row["type"], AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], row["digest"]))


async def erase_document(
    workflows: Workflows, conn: WriteConnection, actor: Actor, id: str, number: int, comment: str
) -> None:
    """Erase what a document holds; that it was there, its digest and who erased it stay. For the node's keeper.

    Raises Problem 404, 403.
    """
    item = await _seen(workflows, conn, actor, id)
    if not actor.has(Scope.ADMIN):
        raise forbidden("Documents are erased by the keeper of the node.", "not-yours")
    by = {"at": workflows.now(), "by": actor.name}
    digest = await queries.erase_document(conn, item=id, number=number, step=item.steps + 1, **by)
    if digest is None:
        raise not_found(f"There is no document {number} in case `{id}`.", id=id)
    await queries.erase_content(conn, digest=digest)
    await note(workflows, conn, actor, item, ERASED, comment, more={"document": {"number": number}})


async def kinds_here(conn: ReadConnection, item: Item) -> Sequence[str]:
    """The kinds of documents that were added since a case came to its state: what an action there may ask for."""
    return [row["kind"] async for row in queries.kinds_since(conn, item=item.id)]


def holdings(vault: Vault) -> Sequence[Holding]:
    """All that workflows keep sealed."""
    return [
        SealedRows("documents of cases", vault.box, queries.keys_to_wrap, queries.wrap_keys),
        SealedRows("positions of photos", vault.box, queries.positions_to_wrap, queries.wrap_positions),
    ]


async def _keep(vault: Vault, conn: WriteConnection, digest: bytes, content: bytes, looked: Looked) -> None:
    key = AESGCM.generate_key(256)
    body, clean = (None if one is None else _sealed(key, one, digest) for one in (content, looked.clean))
    sealed = vault.seal(_named(digest), key)
    kept = {"type": looked.type, "size": len(content), "key": sealed, "body": body, "clean": clean}
    await queries.keep_content(conn, digest=digest, **kept)


def _sealed(key: bytes, content: bytes, digest: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, digest)


def _named(digest: bytes) -> str:
    return f"content:{digest.hex()}"


def _place(id: str, number: int) -> str:
    return f"position:{id}/{number}"


def _told(vault: Vault, id: str, row: Any, whole: bool) -> dict[str, Any]:
    names = ("number", "kind", "state", "at", "actor", "type", "size", "erased_at", "erased_by", "erased_why")
    sealed = row["position"] if whole else None
    position = orjson.loads(vault.open(_place(id, row["number"]), sealed)) if sealed else None
    shown = row["erased_at"] is None and (whole or row["cleaned"])
    return {name: row[name] for name in names} | {
        "digest": row["digest"].hex(), "position": position, "taken_at": row["taken_at"] if whole else None,
        "url": f"/api/v1/cases/{id}/documents/{row['number']}" if shown else None,
    }  # fmt: skip


async def _acts(workflows: Workflows, conn: ReadConnection, actor: Actor, item: Item) -> bool:
    workflow = await workflows.version(conn, item.workflow, item.version)
    places = await places_around(workflows, conn, item.areas)
    held, writes = held_there(actor, places), writes_there(actor, item.type, places)
    actions = workflow.stages[item.state].actions.values()
    return item.begun_by == actor.name or any(may_take(a, item, actor, held, writes=writes) for a in actions)


async def _is_around(workflows: Workflows, conn: ReadConnection, actor: Actor, item: Item) -> bool:
    """True for holders of roles around the record, who began the case or was given it, and the keeper."""
    places = await places_around(workflows, conn, item.areas)
    own = item.begun_by == actor.name or (item.person is not None and item.person == actor.id)
    return own or actor.has(Scope.ADMIN) or bool(held_there(actor, places))


async def _read(workflows: Workflows, conn: ReadConnection, actor: Actor, id: str) -> Item:
    item = await store.item(conn, id)
    if item is None:
        raise not_found(f"There is no case `{id}` here.", id=id)
    await require_seen(workflows, conn, actor, item)
    return item


async def _seen(workflows: Workflows, conn: WriteConnection, actor: Actor, id: str) -> Item:
    item = await store.locked_item(conn, id)
    if item is None:
        raise not_found(f"There is no case `{id}` here.", id=id)
    await require_seen(workflows, conn.asking, actor, item)
    return item
