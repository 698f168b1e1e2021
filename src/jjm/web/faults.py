"""What the node says of a fault, in the language of the reader.

A fault comes as one English text, with its values in it: from a guard, from the check of a record, from another
process or an earlier day. A language says it by the texts of the program with gaps (`tools.fault_texts` reads them
from the source), so the text is found by its words, and what stood in the gaps is put into the translation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

CONTEXT = "fault"
"""The `msgctxt` of these texts in the file of a language, so that they are not taken for words of the pages."""
_GAP = re.compile(r"%\((\w+)\)s")
_LONGEST, _DEEPEST, _SENTENCES = 500, 4, 4
# A longer text, or one of more sentences, stays as it is: looking for gaps takes a power of its length.


@dataclass(frozen=True, slots=True)
class _Form:
    """A text with gaps, as it is looked for, and what is said instead."""

    sought: re.Pattern[str]
    said: str
    letters: int


@dataclass(frozen=True, eq=False)
class Telling:
    """The texts of faults in one language, by their English."""

    texts: Mapping[str, str]

    def told(self, text: str) -> str:
        """A text of a fault in this language; as it is where this language has no words for it."""
        return self._told(text, _DEEPEST) or self._by_sentence(text) or text

    def _by_sentence(self, text: str) -> str | None:
        """What is wrong and what mends it, where both stand in one text."""
        for end in islice(re.finditer(r"\. ", text[: 2 * _LONGEST]), _SENTENCES):
            first, then = (self._told(part, _DEEPEST) for part in (text[: end.start()], text[end.end() :]))
            if first and then:
                return f"{first}। {then}"
        return None

    def _told(self, text: str, depth: int) -> str | None:
        if text in self._plain:
            return self._plain[text]
        if depth == 0 or len(text) > _LONGEST:
            return None
        for form in self._forms:
            if found := form.sought.fullmatch(text):
                values = {name: self._told(value, depth - 1) or value for name, value in found.groupdict().items()}
                return form.said % values
        return None

    @cached_property
    def _plain(self) -> Mapping[str, str]:
        return {
            text.replace("%%", "%"): said.replace("%%", "%") for text, said in self.texts.items() if "%(" not in text
        }

    @cached_property
    def _forms(self) -> list[_Form]:
        """The texts with gaps, those with the most words of their own first: they say the most for certain."""
        found = [_form(text, said) for text, said in self.texts.items() if "%(" in text]
        return sorted(found, key=lambda form: -form.letters)


def _form(text: str, said: str) -> _Form:
    pieces = _GAP.split(text)
    own, gaps = pieces[::2], pieces[1::2]
    sought = "".join(
        re.escape(words.replace("%%", "%")) + (f"(?P<{gap}>.+?)" if gap else "")
        for words, gap in zip(own, [*gaps, ""], strict=True)
    )
    return _Form(re.compile(sought, re.DOTALL), said, sum(map(len, own)))
