"""Plain words for faults: near spellings, lists and numbers as a reader expects them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, if any is."""
    known = list(known)
    folded = {name.casefold().replace("-", "_"): name for name in reversed(known)}
    close = get_close_matches(word.casefold().replace("-", "_"), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """`did you mean ...?` where a known word is near; otherwise what is known, or the sentence given."""
    known = sorted(known)
    near = nearest(word, known)
    if near is not None:
        return f"did you mean `{near}`?"
    return otherwise or f"known: {listed(known)}"


def listed(words: Iterable[object], limit: int = 30) -> str:
    """The words in one line; a long list ends with how many more there are."""
    shown = [str(word) for word in words]
    more = f" and {len(shown) - limit} more" if len(shown) > limit else ""
    return ", ".join(shown[:limit]) + more if shown else "none"


def amount(number: object, unit: str | None = None) -> str:
    """A number with its unit, written without needless decimals."""
    text = str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)
    return text if unit in (None, "1") else f"{text} {unit}"
