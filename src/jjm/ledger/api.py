"""The public log over HTTP: C2SP tlog-tiles for copies and witnesses, proofs ready-made for everyone else."""

from __future__ import annotations

import re
from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jjm.kit import Database, Fault, bad_request, not_found
from jjm.kit.http import only_known
from jjm.ledger import evidence, service
from jjm.ledger.leaf import instant, leaf_of
from jjm.ledger.model import entry_id
from jjm.ledger.note import encode64
from jjm.ledger.tiles import parse_tile_path
from jjm.ledger.tree import leaf_hash

_NUMBER = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_BRIEFLY = {"cache-control": "public, max-age=1"}


def routes(database: Database, vkey: str) -> list[Route]:
    """The routes below `/log`; `vkey` is the public key under the log's name."""
    log = _Log(database, vkey)
    return [
        Route("/log/checkpoint", log.checkpoint),
        Route("/log/vkey", log.key),
        Route("/log/tile/{path:path}", log.tile),
        Route("/log/entries/{position}", log.entry),
        Route("/log/entries/{position}/proof", log.proof),
        Route("/log/proof/inclusion", log.inclusion),
        Route("/log/proof/consistency", log.consistency),
    ]


class _Log:
    def __init__(self, database: Database, vkey: str) -> None:
        self._database = database
        self._vkey = vkey

    async def checkpoint(self, request: Request) -> Response:
        async with self._database.read() as conn:
            head = await evidence.head(conn)
        return PlainTextResponse(head.note, headers=_BRIEFLY)

    async def key(self, request: Request) -> Response:
        return PlainTextResponse(self._vkey + "\n")

    async def tile(self, request: Request) -> Response:
        try:
            wanted = parse_tile_path(request.path_params["path"])
        except ValueError as error:
            raise not_found(f"There is no such tile: {error}.") from error
        async with self._database.read() as conn:
            if wanted.level is None:
                body = await evidence.entry_bundle(conn, wanted.index, wanted.width)
            else:
                body = await evidence.tile(conn, wanted.level, wanted.index, wanted.width)
        return Response(body, media_type="application/octet-stream", headers=_FOR_EVER)

    async def entry(self, request: Request) -> Response:
        position = _number("position", request.path_params["position"])
        async with self._database.read() as conn:
            entry = await service.entry_at(conn, position)
        leaf = leaf_of(entry)
        body = {
            "position": entry.position,
            "entry": entry_id(entry.batch, entry.slot),
            "type": entry.type,
            "subject": entry.subject,
            "version": entry.version,
            "change": entry.change,
            "digest": entry.digest.hex(),
            "at": instant(entry.at),
            "actor": entry.actor,
            "node": entry.node,
            "leaf": leaf.decode(),
            "leaf_hash": encode64(leaf_hash(leaf)),
        }
        return _json(body)

    async def proof(self, request: Request) -> Response:
        position = _number("position", request.path_params["position"])
        async with self._database.read() as conn:
            text = await evidence.proof_file(conn, position)
        name = {"content-disposition": f'attachment; filename="entry-{position}.tlog-proof"'}
        return PlainTextResponse(text, headers=name)

    async def inclusion(self, request: Request) -> Response:
        asked = _numbers(request, needed="position", optional="size")
        async with self._database.read() as conn:
            proof = await evidence.inclusion(conn, asked["position"], asked.get("size"))
        body = {
            "position": proof.position,
            "size": proof.size,
            "leaf_hash": encode64(proof.leaf_hash),
            "hashes": [encode64(value) for value in proof.hashes],
            "root": encode64(proof.root),
        }
        return _json(body)

    async def consistency(self, request: Request) -> Response:
        asked = _numbers(request, needed="old", optional="new")
        async with self._database.read() as conn:
            proof = await evidence.consistency(conn, asked["old"], asked.get("new"))
        body = {
            "old": proof.old,
            "new": proof.new,
            "old_root": encode64(proof.old_root),
            "new_root": encode64(proof.new_root),
            "hashes": [encode64(value) for value in proof.hashes],
        }
        return _json(body)


def _numbers(request: Request, *, needed: str, optional: str) -> Mapping[str, int]:
    given = request.query_params
    only_known(request, (needed, optional))
    if needed not in given:
        fault = Fault(f"{needed} is missing.", f"Add ?{needed}= with a whole number.", pointer=needed)
        raise bad_request("missing-parameter", f"The call needs {needed}.", fault)
    return {name: _number(name, value) for name, value in given.items()}


def _number(name: str, value: str) -> int:
    if not _NUMBER.fullmatch(value):
        fault = Fault(f"{name} is {value!r}.", "Give a whole number, not negative.", pointer=name, value=value)
        raise bad_request("bad-number", f"{name} is not a whole number: {value!r}.", fault)
    return int(value)


def _json(body: Mapping[str, object]) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
