"""Signed notes and checkpoints: how the node puts its name under a tree (C2SP signed-note, tlog-checkpoint)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jjm.kit import Fault, Problem
from jjm.ledger.tree import HASH

_ED25519 = b"\x01"
_SIGNATURE_LINE = re.compile(r"— (\S+) (\S+)")
_DECIMAL = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)
_MOST_SIGNATURES = 64
_AS_PUBLISHED = "Take the checkpoint as the node publishes it at /log/checkpoint, or from anyone who keeps copies."
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class TreeHead(NamedTuple):
    """What a checkpoint says: which log, how many entries, which root."""

    origin: str
    size: int
    root: bytes


def not_proven(detail: str, remedy: str) -> Problem:
    """422: a proof or a signature does not hold."""
    return Problem("not-proven", 422, "The proof does not hold", detail, [Fault(detail, remedy)])


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature line names the Ed25519 key it was made with."""
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def check_name(name: str) -> str:
    """The name of a key, if it may be one. Raises ValueError for spaces, `+`, control characters or nothing."""
    if not name or "+" in name or any(c.isspace() or ord(c) < 32 for c in name):
        raise ValueError(f"{name!r} cannot name a key: it must not be empty nor hold spaces or a plus sign")
    return name


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key known by name; accepts notes signed with it."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """The key written as `name+id+key`. Raises Problem `bad-vkey` for anything else."""
        name, _, rest = vkey.strip().partition("+")
        hex_id, _, encoded = rest.partition("+")
        try:
            key = decode64(encoded)
            if key[:1] != _ED25519 or len(key) != 33 or key_id(check_name(name), key[1:]).hex() != hex_id:
                raise ValueError("its parts do not belong together")
        except ValueError as error:
            detail = f"{vkey.strip()!r} is not the key of a ledger: {error}. Copy the whole line from /log/vkey."
            raise Problem("bad-vkey", 400, "The verifier key cannot be read", detail) from error
        return cls(name, key[1:])

    @property
    def vkey(self) -> str:
        """The key as others configure it: `name+id+key`."""
        return f"{self.name}+{key_id(self.name, self.public).hex()}+{encode64(_ED25519 + self.public)}"

    def knows(self, note: str) -> bool:
        """Whether one of the signature lines claims to be made with this key."""
        return bool(self._signatures(note.rpartition("\n\n")[2]))

    def open(self, note: str) -> str:
        """The text of a note that this key signed. Raises Problem `not-proven` for any other."""
        text, blank, lines = note.rpartition("\n\n")
        if not blank or not lines.endswith("\n") or _CONTROL.search(note):
            raise not_proven("This is not a signed note.", _AS_PUBLISHED)
        signatures = self._signatures(lines)
        if not signatures:
            detail = f"The checkpoint carries no signature of {self.name} with this key."
            raise not_proven(detail, "Compare the key with the one that the node published at /log/vkey.")
        text += "\n"
        for signature in signatures:
            self._check(signature, text)
        return text

    def _signatures(self, lines: str) -> list[bytes]:
        found = [_SIGNATURE_LINE.fullmatch(line) for line in lines.removesuffix("\n").split("\n")]
        if None in found or len(found) > _MOST_SIGNATURES:
            raise not_proven("A signature line is malformed.", _AS_PUBLISHED)
        named = [_bytes_of(match[2]) for match in found if match and match[1] == self.name]
        own = key_id(self.name, self.public)
        return [signature[4:] for signature in named if signature[:4] == own]

    def _check(self, signature: bytes, text: str) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature as error:
            detail = f"The signature of {self.name} does not fit the checkpoint: one of them was altered."
            raise not_proven(detail, _AS_PUBLISHED) from error


@dataclass(frozen=True, slots=True)
class Signer:
    """The node's private key under the log's name (its origin)."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(check_name(self.name), self.key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The text, which ends in a newline, as a note with this key's signature line."""
        signed = key_id(self.name, self.verifier.public) + self.key.sign(text.encode())
        return f"{text}\n— {self.name} {encode64(signed)}\n"

    def checkpoint(self, size: int, root: bytes) -> str:
        """The signed checkpoint of a tree."""
        return self.sign(f"{self.name}\n{size}\n{encode64(root)}\n")


def parse_checkpoint(text: str) -> TreeHead:
    """What the text of a checkpoint says. Raises Problem `not-proven` where it is no checkpoint."""
    lines = text.split("\n")
    try:
        origin, size, root, *extensions, end = lines
        head = TreeHead(origin, int(size), decode64(root))
        if not origin or end or "" in extensions or not _DECIMAL.fullmatch(size) or len(head.root) != HASH:
            raise ValueError("a line is out of place")
    except ValueError as error:
        raise not_proven(f"This is not a checkpoint: {error}.", _AS_PUBLISHED) from error
    return head


def encode64(data: bytes) -> str:
    """Standard base 64 with padding."""
    return b64encode(data).decode()


def decode64(text: str) -> bytes:
    """The bytes of standard base 64. Raises ValueError for any other spelling of them."""
    try:
        data = b64decode(text, validate=True)
    except NotBase64 as error:
        raise ValueError(f"{text!r} is not base 64") from error
    if encode64(data) != text:
        raise ValueError(f"{text!r} is not the canonical base 64 of its bytes")
    return data


def _bytes_of(signature: str) -> bytes:
    try:
        return decode64(signature)
    except ValueError as error:
        raise not_proven(f"A signature is malformed: {error}.", _AS_PUBLISHED) from error
