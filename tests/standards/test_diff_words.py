"""`diff` tells what becomes of those who are told something: notices, phrases, calendars, States' own words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from editions import edition

from jjm.standards import Catalogue, Verdict, default_folder, diff, load

NOTICE, PHRASES, CALENDAR, ODISHA = (
    "notices/case-late.yaml",
    "phrases/contamination-notice.yaml",
    "calendars/IN-OD.yaml",
    "states/IN-OD.yaml",
)
ONLY = """\
  only:
    en: "Only what is named here was tested again."
    hi: "फिर परीक्षण केवल उसी का हुआ जिसका नाम यहाँ है।"
"""
UTKAL = '  - {day: "04-01", title: {en: Utkal Divas (foundation of Odisha), hi: उत्कल दिवस}}\n'

CHANGES = {
    "a notice worded anew": (NOTICE, "Open your inbox. Jal", "See your inbox. Jal", "editorial", "register it again"),
    "a notice of another urgency": (NOTICE, "kind: work", "kind: work\nurgent: true", "additive", "`urgent` was"),
    "a sentence less in one language": (
        PHRASES,
        '    en: "What to do: {advice}."\n    hi: "क्या करें: {advice}।"\n',
        '    en: "Do: {advice}."\n    hi: "क्या करें: {advice}।"\n',
        "editorial",
        "/phrases/advice is worded anew in `en`",
    ),
    "a holiday less": (CALENDAR, UTKAL, "", "additive", "04-01 now counts as working time"),
    "other hours": (CALENDAR, 'friday: ["10:00-13:30", ', 'friday: ["11:00-13:30", ', "additive", "clocks that run"),
}


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The shipped standards."""
    return load(default_folder())


@pytest.mark.parametrize("case", CHANGES)
def test_what_changes_for_those_who_are_told_is_told(case: str, shipped: Catalogue, tmp_path: Path) -> None:
    file, before, after, effect, said = CHANGES[case]
    verdict = diff(shipped, load(edition(tmp_path / "new", (file, before, after))))
    assert {finding.file for finding in verdict.findings} == {file}
    (finding,) = verdict.findings
    assert finding.effect == effect and said in finding.message
    assert verdict.compatible
    # The number at the end of `$id` was not raised.
    assert [finding.file for finding in verdict.versions] == [file]


def test_words_of_a_state_are_told_with_the_state(shipped: Catalogue, tmp_path: Path) -> None:
    folder = edition(tmp_path / "new")
    text = (folder / ODISHA).read_text("utf-8")
    (folder / ODISHA).write_text(text[: text.index("\nnotices:") + 1], "utf-8")
    fewer = load(folder)
    verdict = diff(shipped, fewer)
    _nothing_but(verdict, ODISHA)
    assert not verdict.compatible and not verdict.versions
    assert all("is no longer said in `or`" in finding.message for finding in verdict.findings)
    again = diff(fewer, shipped)
    assert again.compatible and {finding.effect for finding in again.findings} == {"additive"}


def _nothing_but(verdict: Verdict, file: str) -> None:
    assert {finding.file for finding in verdict.findings} == {file}


def test_a_sentence_or_a_calendar_taken_out_is_breaking(shipped: Catalogue, tmp_path: Path) -> None:
    folder = edition(tmp_path / "new")
    assam = folder / "calendars" / "IN-AS.yaml"
    shutil.copy(folder / CALENDAR, assam)
    assam.write_text(assam.read_text("utf-8").replace("jjm:calendar/IN-OD/", "jjm:calendar/IN-AS/"), "utf-8")
    more = load(folder)
    come = diff(shipped, more)
    assert [(f.effect, f.subject) for f in come.findings] == [("additive", "calendars/IN-AS")]
    gone = diff(more, shipped)
    assert [(f.effect, f.subject) for f in gone.findings] == [("breaking", "calendars/IN-AS")]
