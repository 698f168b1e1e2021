"""The key that signs the ledger: its public half is given to everyone."""

from __future__ import annotations

from pathlib import Path

from jjm.kit import open_key
from jjm.ledger.note import Signer, check_name


def open_signer(folder: Path, name: str, passphrase: str | None = None) -> Signer:
    """The signing key kept in `folder`, made now if there is none, under the log's name (its origin).

    Raises Problem `key-locked` where the key cannot be opened, ValueError for a name no key may have.
    """
    check_name(name)
    return Signer(name, open_key(folder, "ledger", passphrase))
