"""The node's signing key: made at first start, kept encrypted, public half given to everyone.

The key lies in the node's folder as PKCS#8, encrypted with `JJM_KEY_PASSPHRASE` where that is set. Without it the
passphrase is a random secret in a second file of the same folder that only the node's user may read. That protects a
copy of the key file alone (a stray backup, a support bundle); it does not protect against someone who can read the
whole folder or become the node's user. For that, set the passphrase from a secret store and keep it off the machine's
disk; let it be a long random one, since PKCS#8 as written here stretches it by only 2,048 rounds of PBKDF2.
"""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jjm.kit import Problem
from jjm.ledger.note import Signer, check_name

_log = logging.getLogger(__name__)
_KEY = "ledger.key"
_SECRET = "ledger.secret"  # noqa: S105 - the name of a file
_VARIABLE = "JJM_KEY_PASSPHRASE"


def open_signer(folder: Path, name: str, passphrase: str | None = None) -> Signer:
    """The signing key kept in `folder`, made now if there is none, under the log's name (its origin).

    `passphrase` defaults to the environment's JJM_KEY_PASSPHRASE. Where one is given for the first time, a key so far
    sealed with the folder's own secret is sealed with it instead and that secret is deleted.
    Raises Problem `ledger-key-locked` where the key cannot be opened, ValueError for a name no key may have.
    """
    check_name(name)
    folder.mkdir(parents=True, exist_ok=True)
    given = os.environ.get(_VARIABLE) if passphrase is None else passphrase
    if not (folder / _KEY).exists():
        _make(folder, given)
    key = _load(folder, given or _secret(folder))
    if key is None and given and (key := _load(folder, _secret(folder))):
        _replace(folder / _KEY, _sealed(key, given))
        (folder / _SECRET).unlink()
        _log.info("the ledger's key in %s is now sealed with %s", folder, _VARIABLE)
    if key is None:
        raise _locked(folder)
    return Signer(name, key)


def _make(folder: Path, given: str | None) -> None:
    if not given:
        _create(folder / _SECRET, secrets.token_urlsafe(32).encode())
    passphrase = given or _secret(folder)
    if passphrase is None:
        raise _locked(folder)
    if _create(folder / _KEY, _sealed(Ed25519PrivateKey.generate(), passphrase)):
        _log.info("made the ledger's key in %s", folder)


def _load(folder: Path, passphrase: str | None) -> Ed25519PrivateKey | None:
    if passphrase is None:
        return None
    try:
        key = serialization.load_pem_private_key((folder / _KEY).read_bytes(), passphrase.encode())
    except (ValueError, TypeError):
        return None
    return key if isinstance(key, Ed25519PrivateKey) else None


def _secret(folder: Path) -> str | None:
    with suppress(FileNotFoundError):
        return (folder / _SECRET).read_text("ascii")
    return None


def _sealed(key: Ed25519PrivateKey, passphrase: str) -> bytes:
    encryption = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def _create(path: Path, content: bytes) -> bool:
    # The file appears whole or not at all, and of two processes that start together one wins.
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync(path.parent)
    return True


def _replace(path: Path, content: bytes) -> None:
    _draft(path, content).replace(path)
    _sync(path.parent)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(folder: Path) -> Problem:
    detail = (
        f"The ledger's key {folder / _KEY} cannot be opened: set {_VARIABLE} to the passphrase it was sealed with, "
        f"or put back {folder / _SECRET}. A new key would break with every checkpoint this node has signed."
    )
    return Problem("ledger-key-locked", 503, "The ledger's key is locked", detail)
