"""What the node says of a fault is said in the reader's language, with the values that it names."""

from __future__ import annotations

import re

import pytest
from shipped import shipped

from jjm.standards import Catalogue
from jjm.standards.validator import RecordValidator
from jjm.web import language
from tools.fault_texts import fault_texts

_GAP = re.compile(r"%\((\w+)\)s")
SAID = language.load()["hi"].faults
CATALOGUE: Catalogue = shipped()


def test_every_text_is_found_again_by_its_words_with_what_stands_in_its_gaps() -> None:
    for text in fault_texts().by_text:
        values = {gap: f"X-{place}" for place, gap in enumerate(_GAP.findall(text))}
        assert SAID.told(text % values) == SAID.texts[text] % values, text


def test_texts_of_guards_effects_and_checks_are_read_from_the_source() -> None:
    found = fault_texts()
    for text in (
        "you took %(action)s in this case yourself",  # a guard of the block
        "boiling does not take %(chemical)s away",  # a guard of a solution, its remedy in a name
        "the retest is still unsafe",  # from a table of a guard
        "`%(later)s` is before `%(earlier)s`",  # from a function that guards share
        "no %(type)s `%(id)s` holds then",  # a reference
        "write at most %(limit)s %(of)s",  # a limit
    ):
        assert text in found.by_text, text
    assert len(found.unread) <= 2, found.unread


@pytest.mark.parametrize(
    ("type", "record", "said"),
    [
        ("household", {"village": 5}, "5 मान्य नहीं है, चाहिए: `village` प्रकार के अभिलेख की पहचान"),
        ("scheme", {"design_population": -1}, "-1 0 person से कम है"),
        ("scheme", {"kind": "SVX"}, "'SVX' सूची `scheme-kind` का कूट नहीं है"),
        ("scheme", {"nmae": "x"}, "`nmae` इस मानक का खाना नहीं है"),
        ("scheme", {}, "`name` नहीं दिया गया"),
    ],
)
def test_what_is_wrong_with_a_record_is_said_in_hindi(type: str, record: dict[str, object], said: str) -> None:
    faults = RecordValidator(CATALOGUE.types[type], CATALOGUE).validate(record)
    told = [SAID.told(fault.message) for fault in faults]
    assert said in told, told
    english = [fault.remedy for fault in faults if SAID.told(fault.remedy) == fault.remedy]
    assert english == []


def test_what_this_language_does_not_know_stays_as_it_is() -> None:
    assert SAID.told("the moon is full") == "the moon is full"
    assert SAID.told("x" * 5000 + " is null") == "x" * 5000 + " is null"
    assert language.load()["en"].told("no retest is linked") == "no retest is linked"


def test_two_sentences_of_a_form_are_said_together() -> None:
    assert SAID.told("no retest is linked. Look at the sample.") == "कोई पुनः जाँच जुड़ी नहीं है। नमूने को देखें।"
