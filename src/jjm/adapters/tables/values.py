"""How one cell is read: blank words, LGD codes, Census codes, counts and names. Raises ValueError with the reason."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

# Spelt exactly so: a village may be called Nan or Na.
BLANK_WORDS = frozenset(
    ["", "-", "--", "NA", "na", "N/A", "n/a", "#N/A", "NAN", "NaN", "nan", "NULL", "Null", "null", "None", "none"]
)
_WHOLE = re.compile(r"(\d+)(?:\.0*)?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})+(?:\.0*)?")
_AMOUNT = re.compile(r"(?:rs\.?|₹|inr)?\s*(\d+(?:,\d{2,3})*(?:\.\d+)?)\s*(?:/-|%)?", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.*)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
LAKH = 100_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff]")


def clean(cell: str) -> str:
    """The cell without stray spaces and control characters, in Unicode form NFC."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell)
    return " ".join(cell.split() if cell.isprintable() else _CONTROL.sub(" ", cell).split())


def text(cell: str) -> str | None:
    """A name or other text; None for a blank word."""
    value = clean(cell)
    return None if value in BLANK_WORDS else value


def code(cell: str) -> str | None:
    """A directory code: digits without leading zeros, also from `35.0`; None where blank or zero (`0` means none)."""
    if cell.isascii() and cell.isdigit() and cell[0] != "0":
        return cell
    value = text(cell)
    if value is None:
        return None
    if not (value.isascii() and (match := _WHOLE.fullmatch(value))):
        raise ValueError("a code is a whole number")
    return match[1].lstrip("0") or None


def census(cell: str) -> str | None:
    """A Census code as it stands, zeros in front included; None where it is all zeros: formed after that Census."""
    value = text(cell)
    if value is None:
        return None
    if not (value.isascii() and (match := _WHOLE.fullmatch(value))):
        raise ValueError("a Census code is a number")
    return match[1] if match[1].strip("0") else None


def count(cell: str) -> int | None:
    """How many of something: a whole number, also written `75.0` or `1,23,456`; None where blank."""
    if cell.isascii() and cell.isdigit():
        return int(cell)
    value = text(cell)
    if value is None:
        return None
    if _GROUPED.fullmatch(value):
        value = value.replace(",", "")
    if value.isascii() and (match := _WHOLE.fullmatch(value)):
        return int(match[1])
    raise ValueError("a count is a whole number, not below zero")


def number(cell: str) -> int | float | None:
    """A quantity or share, also written `1,23,456.70`, `Rs. 12.5` or `81.57 %`; None where blank."""
    found = _exact(cell)
    return None if found is None else _plain(found)


def lakh(cell: str) -> int | float | None:
    """A figure that is stated in lakh, written out exactly: `72.24` gives 7224000; None where blank."""
    found = _exact(cell)
    return None if found is None else _plain(found * LAKH)


def day(cell: str) -> str | None:
    """A day as reports write it, dd/mm/yyyy, as ISO 8601; a time behind it is left out; None where blank."""
    value = text(cell)
    if value is None:
        return None
    if match := _DAY.fullmatch(value):
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    if match := _ISO.fullmatch(value):
        return date(*(int(part) for part in match.groups())).isoformat()
    raise ValueError("a day is written dd/mm/yyyy")


def _exact(cell: str) -> Decimal | None:
    value = text(cell)
    if value is None:
        return None
    if match := _AMOUNT.fullmatch(value):
        return Decimal(match[1].replace(",", ""))
    raise ValueError("a number is needed here, not below zero")


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
