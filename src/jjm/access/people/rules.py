"""How a telephone number, an e-mail address and a one-time code are written, so that the same one is known again."""

from __future__ import annotations

import re
import secrets
import unicodedata

from jjm.access.people.model import Contact
from jjm.kit import Fault, Problem, invalid

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 5, 4
_INDIAN = re.compile(r"[6-9][0-9]{9}")
_WORLD = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


def normal_phone(text: str) -> str | None:
    """A telephone number as `+91…`; ten digits are an Indian mobile number. None for what is no number."""
    bare = re.sub(r"[\s().-]", "", text)
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    national = bare.removeprefix("+91").removeprefix("0")
    if _INDIAN.fullmatch(national):
        return "+91" + national
    return bare if _WORLD.fullmatch(bare) and not bare.startswith("+91") else None


def normal_email(text: str) -> str | None:
    """An e-mail address in small letters; None for what is none."""
    folded = unicodedata.normalize("NFC", text.strip()).lower()
    return folded if len(folded) <= 200 and _EMAIL.fullmatch(folded) else None


def contact_of(name: str, phone: str | None, email: str | None) -> Contact:
    """How to reach a person, written in one way. Raises Problem 422 for what is no number or address."""
    found = Contact(" ".join(name.split()), phone and normal_phone(phone), email and normal_email(email))
    faults: list[Fault] = []
    if phone and not found.phone:
        remedy = "Write an Indian mobile number with ten digits, or any other with + and the code of its country."
        faults.append(Fault("this is no telephone number", remedy, "/phone"))
    if email and not found.email:
        faults.append(Fault("this is no e-mail address", "Write it as in asha@example.in.", "/email"))
    if not found.name:
        faults.append(Fault("the name is empty", "Write what the person is called.", "/name"))
    if faults:
        raise invalid("The account was not made.", faults, "invalid-person")
    return found


def new_code() -> str:
    """A one-time code of 100 random bits, in groups that can be read out on the telephone."""
    picked = [secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(picked[i : i + _GROUP]) for i in range(0, len(picked), _GROUP))


def normal_code(text: str) -> str:
    """A one-time code as it was made, however it was typed."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper().translate(str.maketrans("ILO", "110")))
    return "-".join(bare[i : i + _GROUP] for i in range(0, len(bare), _GROUP))


def code_refused() -> Problem:
    """410: one answer for a code that is unknown, used, withdrawn or too old."""
    detail = "This code is unknown, was used already, or is too old. Ask the officer who gave it for another one."
    return Problem("code-refused", 410, "The code is no longer good", detail)
