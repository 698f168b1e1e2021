"""A State says things in its own languages, beside the national words and never in their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from editions import edition

from jjm.standards import Catalogue, check, default_folder, load

FILE = "states/IN-OD.yaml"
BOIL = '      or: "{village}, {point}: ପାଣି ନିରାପଦ ନୁହେଁ ({found})। ପିଇବା ପୂର୍ବରୁ ଫୁଟାନ୍ତୁ। ଜଳ ଜୀବନ ମିଶନ"\n'
UNTIL = "    until: {or:"
# What is changed in Odisha's file, what is said of it, what to write instead, and where.
FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    "a notice that is none": ("  water-boil:", "  water-boyl:", "no notice", "`water-boil`?", "/notices/water-boyl"),
    "a way it is not told": (
        "  water-boil:\n",
        '  water-boil:\n    email: {or: {subject: "…", text: "{village} {point} {found}"}}\n',
        "not told by email", "inbox, sms, whatsapp", "/notices/water-boil/email",
    ),
    "says less": (BOIL, '      or: "{village}: {found}"\n', "does not say the same", "every language", "/sms/or"),
    "says what nobody declared": (BOIL, BOIL.replace("{found}", "{what}"), "`{what}`", "declare it", "/sms/or"),
    "too long for SMS": (BOIL, BOIL.replace("। ", "। " + "ପାଣି " * 30, 1), "SMS", "shorten it to 3", "/sms/or"),
    "in place of the national words": (
        BOIL,
        BOIL + '      hi: "{village} {point} {found}"\n',
        "keeps that wording", "leave it out", "/sms/hi",
    ),
    "a language of others": ("languages: [en, hi, or]", "languages: [en, hi]", "none of the State's", "add it", ""),
    "a sentence that is none": (UNTIL, "    untill: {or:", "no sentence `untill`", "`until`?", "/untill"),
    "a text with a gap": ('    no_boiling: {or: "ଫୁଟାଇଲେ ଲାଭ ହୁଏ ନାହିଁ।"}\n', "", "lacks no_boiling", "or none", ""),
    "a text that is none": ("  contamination-notice:", "  contamination:", "no text", "`contamination-notice`", ""),
    "a codelist that is none": ("  water-advisory:", "  water-advice:", "no codelist", "`water-advisory`?", ""),
    "a code that is none": ("    boil: {or:", "    boyl: {or:", "no national code", "`boil`?", "/water-advisory/boyl"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_states_words_is_named_with_file_line_and_remedy(tmp_path: Path, name: str) -> None:
    before, after, message, remedy, where = FAULTS[name]
    faults = check(edition(tmp_path / "s", (FILE, before, after)))
    found = [f for f in faults if message in f.message and remedy in f.remedy]
    assert found, faults
    assert found[0].file and found[0].file.endswith("IN-OD.yaml") and found[0].line
    assert (found[0].pointer or "").endswith(where)


def test_two_states_do_not_word_one_thing_twice(tmp_path: Path) -> None:
    own = 'languages: [en, hi, as, bn, or]\nlabels:\n  water-advisory:\n    boil: {or: "ଫୁଟାନ୍ତୁ"}\n'
    (fault,) = check(edition(tmp_path / "s", ("states/IN-AS.yaml", "languages: [en, hi, as, bn]\n", own)))
    assert fault.file and fault.file.endswith("IN-OD.yaml")
    assert fault.pointer == "/labels/water-advisory/boil/or" and "Assam words this in `or` already" in fault.message


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The standards as they are shipped."""
    return load(default_folder())


def test_words_of_a_state_stand_beside_the_national_ones(shipped: Catalogue) -> None:
    assert list(shipped.notices["water-boil"].texts["sms"]) == ["en", "hi", "or"]
    assert shipped.notices["water-boil"].language("sms", "or") == "or"
    assert shipped.notices["case-came"].language("inbox", "or") == "en", "not worded by Odisha"
    title = shipped.codelists["water-advisory"].codes["boil"].title
    assert (title["en"], title["or"]) == ("Boil before drinking", "ପିଇବା ପୂର୍ବରୁ ଫୁଟାନ୍ତୁ")


def test_a_text_is_said_in_a_language_wholly_or_not_at_all(shipped: Catalogue) -> None:
    text = shipped.phrases["contamination-notice"]
    assert text.languages == ("en", "hi", "or")
    assert text.said("advice", "or", advice="{village}") == "କଣ କରିବେ: {village}।", (
        "a value is no place for further ones"
    )
    assert text.said("until", "ta") == text.said("until", "en")


def test_a_file_of_phrases_is_checked_like_every_standard(tmp_path: Path) -> None:
    file = "phrases/contamination-notice.yaml"
    edits = (file, "jjm:phrases/contamination-notice/", "jjm:phrases/notice/"), (file, "{place} का जल पीने", "जल पीने")
    faults = check(edition(tmp_path / "s", *edits))
    assert [(f.pointer, f.line) for f in faults] == [("/$id", 1), ("/phrases/unsafe/hi", 6)], faults
