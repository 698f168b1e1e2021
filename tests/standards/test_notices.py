"""Notices are checked like every standard, and an SMS is as long as carriers count it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_notice import NOTICE, PLACE, write_notice
from small_standards import write_folder
from small_workflow import write_workflow

from jjm.standards import check, default_folder, load, sms_length, values_of, worded
from jjm.standards.notices.words import longest

# An edit of the notice, what is said on the line that it changed, and what to write instead.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "a word is misspelt": ("variables:", "variable:", "`variable`", "did you mean `variables`?"),
    "another name": ("notice/tank-empty/", "notice/tank-full/", "this file is called tank-empty", "rename"),
    "a kind that is none": ("kind: work", "kind: werk", "no kind `werk`", "`work`?"),
    "no Hindi": ('    hi: "{tank} {since} से खाली है।"\n', "", "`hi`", "Hindi|hi"),
    "a variable nobody declared": (
        'en: "{tank} is empty since {since}. JJM"',
        'en: "{tnak} since {since}"',
        "`{tnak}`",
        "`tank`?",
    ),
    "a variable nobody says": (
        "  since: {title",
        '  depth: {title: {en: Depth, hi: गहराई}, most: 3, example: "1"}\n  since: {title',
        "no text says `{depth}`",
        "take the variable out",
    ),
    "a stray brace": (
        "is empty since {since}. JJM",
        "is empty since {since}. {JJM}",
        "a brace belongs to no variable",
        "small letters",
    ),
    "a language that says less": (
        'hi: "{tank} {since} से खाली है। जल जीवन मिशन"',
        'hi: "{tank} खाली है।"',
        "`hi` does not say the same",
        "every language",
    ),
    "a value too long for SMS": (
        "most: 30, example: \"06:00\"",
        "most: 31, example: \"06:00\"",
        "may have 31 characters",
        "most: 30",
    ),
    "too many parts": (
        "is empty since {since}. JJM",
        "is empty since {since}. " + "जल " * 60, "SMS",
        "shorten it to 3",
    ),
    "over before the night is": (
        "kind: work",
        "kind: work\nexpires_minutes: 60",
        "before the night is",
        "urgent: true",
    ),
    "a secret to be read again": ("kind: work", "kind: work\nsecret: true", "not kept to be read again", "inbox"),
    "a template of no text": ("sms: {en: ", "sms: {ta: ", "no text for sms in `ta`", "take the template out"),
    "no DLT template": ("1107160000000000001", "110716", "is not what belongs here", "19 digits"),
}  # fmt: skip


def folder_with(path: Path, text: str = NOTICE) -> Path:
    write_folder(path)
    return write_notice(path, text)


def test_the_small_notice_is_sound(tmp_path: Path) -> None:
    assert check(folder_with(tmp_path / "s")) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_notice_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    before, after, message, remedy = FAULTS[name]
    assert before in NOTICE
    faults = check(folder_with(tmp_path / "s", NOTICE.replace(before, after)))
    found = [f for f in faults if message in f.message and any(r in f.remedy for r in remedy.split("|"))]
    assert found, faults
    assert found[0].file is not None
    assert found[0].file.endswith(PLACE)
    assert found[0].line is not None
    assert found[0].line >= 1


def test_four_variables_are_registered_by_no_carrier(tmp_path: Path) -> None:
    more = '  a: {title: {en: A, hi: ए}, most: 3, example: "1"}\n  b: {title: {en: B, hi: बी}, most: 3, example: "1"}\n'
    text = NOTICE.replace("texts:\n", more + "texts:\n").replace("{since}. JJM", "{since} {a} {b}. JJM")
    faults = check(folder_with(tmp_path / "s", text.replace("से खाली है। जल जीवन", "{a} {b} से खाली है। जल जीवन")))
    assert [f.message for f in faults] == ["an SMS of 4 variables is registered by no carrier"] * 2


def test_a_workflow_names_a_notice_that_is_there(tmp_path: Path) -> None:
    (fault,) = check(write_notice(write_workflow(tmp_path / "s")))
    assert fault.message == "there is no notices/sample-approved.yaml"
    assert fault.file is not None
    assert fault.file.endswith("workflows/sample.yaml")


def test_a_file_makes_an_event(tmp_path: Path) -> None:
    event = load(folder_with(tmp_path / "s")).notices["tank-empty"]
    assert (event.version, event.kind, list(event.texts)) == ("1.0.0", "work", ["inbox", "email", "sms", "whatsapp"])
    values = values_of(event, {"tank": "Purva\n2 {since}", "since": "x" * 99})
    said = worded(event.texts["sms"][event.language("sms", "or")], values)
    assert said.text == f"Purva 2 {{since}} is empty since {'x' * 29}…. JJM", "a value is text, not a template"
    with pytest.raises(KeyError, match="since"):
        values_of(event, {"tank": "Purva 2"})


def test_shipped_sms_are_short_in_every_language() -> None:
    for event in load(default_folder()).notices.values():
        for language, wording in event.texts.get("sms", {}).items():
            assert sms_length(longest(wording.text, event.variables)).parts <= 3, (event.name, language)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("€" * 80, ("GSM-7", 160, 1)),
        ("€" * 81, ("GSM-7", 162, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("ज" * 70, ("UCS-2", 70, 1)),
        ("ज" * 71, ("UCS-2", 71, 2)),
        ("ज" * 135, ("UCS-2", 135, 3)),
        ("a`", ("UCS-2", 2, 1)),
        ("😀" * 35, ("UCS-2", 70, 1)),
    ],
)
def test_sms_are_counted_as_carriers_count(text: str, length: tuple[str, int, int]) -> None:
    assert sms_length(text) == length


@given(st.text(max_size=400))
def test_more_text_never_takes_fewer_sms(text: str) -> None:
    assert sms_length(text + "a").parts >= sms_length(text).parts
    assert sms_length(text + "ज").parts >= sms_length(text).parts
