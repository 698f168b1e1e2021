"""Private keys in the node's folder: made at first start, kept encrypted.

A key lies in the node's folder as PKCS#8, encrypted with `JJM_KEY_PASSPHRASE` where that is set. Without it the
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
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jjm.kit.errors import Problem
from jjm.kit.sealing import Vault

_log = logging.getLogger(__name__)
_VARIABLE = "JJM_KEY_PASSPHRASE"
_ASIDE = "-former-"


def open_key(folder: Path, stem: str, passphrase: str | None = None) -> Ed25519PrivateKey:
    """The private key kept in `folder` as STEM.key, made now if there is none.

    `passphrase` defaults to the environment's JJM_KEY_PASSPHRASE. Where one is given for the first time, a key so far
    sealed with the folder's own secret is sealed with it instead and that secret is deleted.
    Raises Problem `key-locked` where the key cannot be opened.
    """
    return _KeyFile(folder, stem).open(os.environ.get(_VARIABLE) if passphrase is None else passphrase)


def open_vault(folder: Path, stem: str, passphrase: str | None = None) -> Vault:
    """What seals with the secret kept in `folder` as STEM.key, made now if there is none; see `open_key`.

    The secret is the 32 bytes of the private key in that file. Those set aside by `renew_key` still open what they
    sealed. Raises Problem `key-locked` where one of them cannot be opened.
    """
    stems = [stem, *(path.stem for path in _set_aside(folder, stem))]
    return Vault(*(open_key(folder, name, passphrase).private_bytes_raw() for name in stems))


def renew_key(folder: Path, stem: str, passphrase: str | None = None) -> bytes:
    """Set the key in STEM.key aside, and put a new one in its place; the 32 bytes of the new one.

    Whoever has opened the old one goes on with it until told. Raises Problem `key-locked` where that one cannot be
    opened.
    """
    given = os.environ.get(_VARIABLE) if passphrase is None else passphrase
    open_key(folder, stem, given)
    old = _KeyFile(folder, stem)
    aside = _KeyFile(folder, f"{stem}{_ASIDE}{secrets.token_hex(4)}")
    if old.secret.exists():
        os.link(old.secret, aside.secret)
    os.link(old.key, aside.key)
    # The new key is sealed as the old one was, so that its file is all that has to change at once.
    seal, new = given or old.secret.read_text("ascii"), Ed25519PrivateKey.generate()
    _replace(old.key, _sealed(new, seal))
    return new.private_bytes_raw()


def drop_keys_set_aside(folder: Path, stem: str) -> int:
    """Destroy the keys that `renew_key` has set aside, once nothing is sealed with them; how many there were."""
    found = _set_aside(folder, stem)
    for path in found:
        path.unlink()
    for path in folder.glob(f"{stem}{_ASIDE}*.secret"):
        path.unlink()
    _sync(folder)
    return len(found)


def _set_aside(folder: Path, stem: str) -> list[Path]:
    return sorted(folder.glob(f"{stem}{_ASIDE}*.key"))


@dataclass(frozen=True, slots=True)
class _KeyFile:
    folder: Path
    stem: str

    @property
    def key(self) -> Path:
        """The encrypted key."""
        return self.folder / f"{self.stem}.key"

    @property
    def secret(self) -> Path:
        """What it is sealed with, where no passphrase was given."""
        return self.folder / f"{self.stem}.secret"

    def open(self, given: str | None) -> Ed25519PrivateKey:
        """The key itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.key.exists():
            self._make(given)
        key = self._load(given or self._secret())
        if key is None and given and (key := self._load(self._secret())):
            _replace(self.key, _sealed(key, given))
            self.secret.unlink()
            _log.info("%s is now sealed with %s", self.key, _VARIABLE)
        if key is None:
            raise self._locked()
        return key

    def _make(self, given: str | None) -> None:
        if not given:
            _create(self.secret, secrets.token_urlsafe(32).encode())
        passphrase = given or self._secret()
        if passphrase is None:
            raise self._locked()
        if _create(self.key, _sealed(Ed25519PrivateKey.generate(), passphrase)):
            _log.info("made %s", self.key)

    def _load(self, passphrase: str | None) -> Ed25519PrivateKey | None:
        if passphrase is None:
            return None
        try:
            key = serialization.load_pem_private_key(self.key.read_bytes(), passphrase.encode())
        except (ValueError, TypeError):
            return None
        return key if isinstance(key, Ed25519PrivateKey) else None

    def _secret(self) -> str | None:
        with suppress(FileNotFoundError):
            return self.secret.read_text("ascii")
        return None

    def _locked(self) -> Problem:
        detail = (
            f"The key {self.key} cannot be opened: set {_VARIABLE} to the passphrase it was sealed with, "
            f"or put back {self.secret}. A new key would break with everything this node has signed or sealed."
        )
        return Problem("key-locked", 503, "A key of the node is locked", detail)


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
