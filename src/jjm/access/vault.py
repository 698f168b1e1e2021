"""What access keeps of people that nobody shall read from its tables: sealed, and found again blindly."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from jjm.kit import Problem, Unopened
from jjm.kit import Vault as Box


@dataclass(frozen=True)
class Vault:
    """Seals values with AES-256-GCM bound to what they are, and finds equal ones by HMAC-SHA-256.

    Its keys follow from the one secret in the node's folder that seals all that is personal (decision 0009), which the
    database and its dumps do not hold.
    """

    box: Box

    def seal(self, what: str, value: bytes) -> bytes:
        """The value, readable only here and only as what it is, such as `contact:PER-…`."""
        return self.box.seal(value, what.encode())

    def open(self, what: str, sealed: bytes) -> bytes:
        """The value again. Raises Problem `seal-broken` for one sealed as something else or with another key."""
        try:
            return self.box.open(sealed, what.encode())
        except Unopened as error:
            detail = f"A sealed value does not open: {error}. Put back the folder's own `personal.key`."
            raise Problem("seal-broken", 503, "What is sealed cannot be opened", detail) from error

    def blind(self, what: str, value: str) -> bytes:
        """The same 32 bytes for the same value of the same kind; they tell nothing without the key."""
        return self.blinds(what, value)[0]

    def blinds(self, what: str, value: str) -> list[bytes]:
        """Those bytes under each master key still in use, the current one first: what is kept may be under any."""
        text = f"{what}\0{value}".encode()
        return [hmac.digest(key, text, "sha256") for key in self.box.blinds("access")]
