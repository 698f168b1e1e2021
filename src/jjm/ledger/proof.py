"""The proof file: one text from which anyone can check, offline, that the node recorded a change (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    extra <base 64 of canonical JSON: {"leaf": text, "record"?: object, "personal"?: object, "salt"?: hex}>
    index <position>
    <base 64 hash>, one a line, from the leaf's neighbour up to the root's child
    <empty line>
    <checkpoint: the signed note, as published>

`leaf` is the exact leaf. `record`, where the issuer adds it, is the content whose SHA-256 stands in the leaf as
`digest`: {type, id, version, change, valid_from, valid_to, source, reason, data, personal?}. Its `data` holds what is
not personal, its `personal` the SHA-256 of `salt` and the canonical JSON of what is: that is the `personal` of the
extra line, where the issuer shows it. A record without a part of its own for what is personal was hashed behind `salt`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from jjm.kit import canonical, digest
from jjm.ledger.note import TreeHead, Verifier, decode64, encode64, not_proven, parse_checkpoint
from jjm.ledger.tree import leaf_hash, verify_inclusion

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_PROOF = re.compile(rf"{re.escape(_FIRST_LINE)}\nextra (\S+)\nindex (0|[1-9]\d{{0,18}})((?:\n\S+)*)", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_LEAF_KEYS = ("actor", "at", "change", "digest", "node", "subject", "type", "version")
_SAME = {"type": "type", "id": "subject", "version": "version", "change": "change"}
_ASK_AGAIN = "Ask the node for the proof again; if that one fails too, the record or the ledger was altered."


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof file proves: this leaf stands at this position of the tree the node signed.

    `record` is the record's content where the file carries it; its digest is the one in the leaf. `personal` are its
    personal values where the file carries them; their digest is the one in the record.
    """

    position: int
    leaf: Mapping[str, object]
    head: TreeHead
    record: Mapping[str, object] | None
    personal: Mapping[str, object] | None = None


def write_proof(
    leaf: bytes,
    position: int,
    hashes: Sequence[bytes],
    note: str,
    record: Mapping[str, object] | None = None,
    salt: bytes = b"",
    personal: Mapping[str, object] | None = None,
) -> str:
    """The proof file of a leaf; with `record` (and `personal` and `salt`) also of what the record said."""
    extra: dict[str, object] = {"leaf": leaf.decode()}
    if record is not None:
        extra |= {"record": record} | ({"salt": salt.hex()} if salt else {})
        extra |= {} if personal is None else {"personal": personal}
    lines = [_FIRST_LINE, f"extra {encode64(canonical(extra))}", f"index {position}", *map(encode64, hashes)]
    return "\n".join(lines) + "\n\n" + note


def verify_proof(document: str, vkey: str) -> Proven:
    """What the proof file proves under the key of the ledger, without any node or network.

    Raises Problem `not-proven` with the reason where it proves nothing, `bad-vkey` where the key cannot be read.
    """
    verifier = Verifier.parse(vkey)
    lines, blank, note = document.partition("\n\n")
    match = _PROOF.fullmatch(lines)
    if not blank or match is None:
        raise not_proven("This is not a proof file of a ledger entry.", "Give the file as the node issued it.")
    head = _opened(note, verifier)
    content = _extra(_decoded(match[1]))
    position, hashes = int(match[2]), [_decoded(line) for line in match[3].split()]
    leaf = str(content["leaf"]).encode()
    if not verify_inclusion(position, head.size, leaf_hash(leaf), hashes, head.root):
        raise not_proven(f"The leaf is not entry {position} of the tree that {head.origin} signed.", _ASK_AGAIN)
    entry = _leaf(leaf)
    record = _record(content, entry)
    return Proven(position, entry, head, record, _personal(content, record or {}))


def _opened(note: str, verifier: Verifier) -> TreeHead:
    head = parse_checkpoint(verifier.open(note))
    if head.origin != verifier.name:
        raise not_proven(f"The checkpoint speaks of {head.origin}, the key of {verifier.name}.", _ASK_AGAIN)
    return head


def _extra(data: bytes) -> dict[str, object]:
    content = _object(data, "The extra line")
    if not {"leaf"} <= set(content) <= {"leaf", "record", "salt", "personal"} or _canonical(content) != data:
        raise not_proven("The extra line is not the canonical form of leaf, record, personal and salt.", _ASK_AGAIN)
    return content


def _leaf(leaf: bytes) -> dict[str, object]:
    entry = _object(leaf, "The leaf")
    if tuple(entry) != _LEAF_KEYS or _canonical(entry) != leaf:
        raise not_proven("The leaf is not the canonical form of a ledger entry.", _ASK_AGAIN)
    return entry


def _record(content: Mapping[str, object], leaf: Mapping[str, object]) -> dict[str, object] | None:
    if "record" not in content:
        return None
    record = _object(_canonical(content["record"]), "The record")
    salt = b"" if "personal" in record else _salt(content)
    if digest(record, salt).hex() != leaf["digest"]:
        raise not_proven("The record is not what the node recorded: its digest differs from the leaf's.", _ASK_AGAIN)
    for name, of_leaf in _SAME.items():
        if record.get(name) != leaf[of_leaf]:
            raise not_proven(f"The record's {name} is not the one in the leaf.", _ASK_AGAIN)
    return record


def _personal(content: Mapping[str, object], record: Mapping[str, object]) -> dict[str, object] | None:
    if "personal" not in content:
        return None
    values = _object(_canonical(content["personal"]), "What is personal")
    if digest(values, _salt(content)).hex() != record.get("personal"):
        raise not_proven("What is personal is not what the node recorded: it has another digest.", _ASK_AGAIN)
    return values


def _salt(content: Mapping[str, object]) -> bytes:
    salt = str(content.get("salt", ""))
    if not _HEX.fullmatch(salt):
        raise not_proven("The salt is not hexadecimal.", _ASK_AGAIN)
    return bytes.fromhex(salt)


def _canonical(value: object) -> bytes:
    try:
        return canonical(value)
    except (ValueError, RecursionError) as error:
        raise not_proven(f"A value has no canonical form: {error}.", _ASK_AGAIN) from error


def _object(data: bytes, what: str) -> dict[str, object]:
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise not_proven(f"{what} is not JSON: {error}.", _ASK_AGAIN) from error
    if not isinstance(value, dict):
        raise not_proven(f"{what} is not a JSON object.", _ASK_AGAIN)
    return cast("dict[str, object]", value)


def _decoded(text: str) -> bytes:
    try:
        return decode64(text)
    except ValueError as error:
        raise not_proven(f"A line of the proof is malformed: {error}.", _ASK_AGAIN) from error
