"""Passwords: kept as Argon2id, long rather than odd, and none of those that everybody tries first."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from jjm.kit import Fault, invalid

LEAST, MOST = 12, 200
# RFC 9106, second recommended option: Argon2id, 64 MiB, 3 passes, 4 lanes. A tenth of a second on a small machine.
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Each takes 64 MiB while it runs; more at once would let a crowd of guesses use up the machine.
_AT_ONCE = 4
_REMEDY = f"Take at least {LEAST} characters, such as four words that do not belong together."


class Passwords:
    """Makes and checks hashes beside the other work of the node, a few at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def hashed(self, password: str) -> str:
        """The hash to keep, with its parameters and salt (PHC string)."""
        async with self._free:
            return await asyncio.to_thread(_HASHER.hash, _normal(password))

    async def fits(self, kept: str | None, password: str) -> bool:
        """True if this is the password; takes as long where there is none to compare with."""
        async with self._free:
            return await asyncio.to_thread(_verify, kept or _nobodys(), password) and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """True if it was made with other parameters than are used now, and is to be made anew when it is next seen."""
        return _HASHER.check_needs_rehash(kept)


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """A hash that no password is compared with for its own sake."""
    return _HASHER.hash("nobody")


def _normal(password: str) -> str:
    # The same letters typed on another keyboard must be the same password.
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, about: tuple[str, ...] = ()) -> None:
    """Refuse a password that is too short, among the commonest, or made of what is known of the person.

    Raises Problem 422 `weak-password`.
    """
    fault = _weakness(_normal(password), about)
    if fault is not None:
        raise invalid("The password was not taken.", [Fault(fault, _REMEDY, "/password")], "weak-password")


def _weakness(password: str, about: tuple[str, ...]) -> str | None:
    if not LEAST <= len(password) <= MOST:
        return f"it has {len(password)} characters, and {LEAST} to {MOST} are taken"
    if len(set(password)) < 5:
        return "it repeats the same few characters"
    folded = password.casefold()
    bare = re.sub(r"[\W\d_]+", "", folded)
    if folded in _common() or bare in _common() or _is_repeated(bare):
        return "it is among those that are tried first"
    if any(len(part) >= 4 and part in folded and len(folded) - len(part) < 8 for part in _parts(about)):
        return "it is made of the name, telephone number or address of the account"
    return None


def _is_repeated(bare: str) -> bool:
    """True for a common word written several times."""
    return any(len(word) >= 4 and word * (len(bare) // len(word)) == bare for word in _common() if bare)


def _parts(about: tuple[str, ...]) -> set[str]:
    found = {part for text in about for part in re.split(r"[\s@.+_-]+", text.casefold())}
    national = {part[-10:] for part in found if part.isdigit()}
    return found | national | {text.casefold() for text in about}


@cache
def _common() -> frozenset[str]:
    lines = files("jjm.access.sessions").joinpath("common.txt").read_text("utf-8").splitlines()
    return frozenset(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))
