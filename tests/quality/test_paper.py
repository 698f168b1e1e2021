"""The letters of a printed report: Devanagari as it is joined, nothing cut, nothing left out in silence."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as some
from pdf_reading import shaped_runs, text_of
from reportlab.lib.colors import HexColor
from shipped import shipped

from jjm.kit import Grid, Section, SheetFact
from jjm.solutions.quality.reports.letters import lacks, pieces, runs
from jjm.solutions.quality.reports.paper import Paper, Words, drawn
from jjm.solutions.quality.reports.setting import Style, laid
from jjm.solutions.quality.reports.words import both, names

PRINTED = (
    "water-quality-parameter", "sample-verdict", "test-verdict", "judgement-reason", "untested-reason",
    "analysis-method", "custodian", "sample-condition", "sample-purpose", "sampling-point-kind",
    "laboratory-accreditation",
)  # fmt: skip
STYLE = Style("Helvetica", 8, 10, HexColor("#000000"))
LETTERS = some.text(some.sampled_from("किक्षर्मत्रँऋ़ज्ञौश्रीहृ०९। \u200dabWi.,-()ā₹ગவ😀") | some.characters(), max_size=60)


def shapes(text: str) -> list[int]:
    return [glyph.id for run in runs(text) for glyph in run.glyphs]


def test_letters_are_joined_and_put_in_their_order() -> None:
    assert len(shapes("क्ष")) == 1, "one shape for three letters"
    assert shapes("कि")[1:] == shapes("क"), "the vowel that follows is drawn before"
    assert len(shapes("र्म")) == 2 and shapes("र्म")[0] == shapes("म")[0], "r goes on top of what follows"


def test_no_word_of_the_standards_or_of_reports_is_printed_with_a_box() -> None:
    codelists = shipped().codelists
    codes = (code for name in PRINTED for code in codelists[name].codes.values())
    titles = (code.title[language] for code in codes for language in ("en", "hi"))
    assert [said for said in (*titles, *(text for name in names() for text in both(name))) if lacks(said)] == []
    assert not lacks("Rāmpur ₹ café 50 °C µg/L क\u200dष") and all(map(lacks, ("ગામ", "கிராமம்", "😀", "a\x07")))


@given(LETTERS, some.integers(20, 200))
def test_no_line_is_longer_than_its_room_and_no_letter_is_lost(text: str, room: int) -> None:
    lines = [line for set_line in laid([text], STYLE, room) for _, line in set_line.texts]
    assert letters("".join(lines)) == letters(text)
    assert [line for line in lines if STYLE.width(line) > room + 0.01 and len(list(pieces(line))) > 1] == []


def letters(text: str) -> str:
    return normalize("NFC", "".join(text.split()))


def words(place: str, seal: str, language: int) -> Words:
    """A report of one fact and one row in a language."""
    facts = [SheetFact(("Village", "गाँव")[language], place)]
    grid = Grid("", [("Seal", "सील")[language], "B", "C", "D", "E", "F"], [[seal, "", "", "", "", ""]] * 60)
    return Words(("Report", "रिपोर्ट")[language], [Section("", facts), Section("", grid=grid)], Section("", facts))


def report(place: str, seal: str = "7") -> Paper:
    return Paper("kicker", (), words(place, seal, 0), words(place, seal, 1), "https://node.example/verify/1")


def test_what_is_printed_reads_the_same_by_run_and_by_code() -> None:
    long = "श्रीमहर्षिवाल्मीकिग्रामीणपेयजलगुणवत्तापरीक्षणएवंअनुसंधानप्रयोगशाला" * 3
    pdf = drawn(report(long, "हृदय-क्षेत्र ई ஃ"))
    assert pdf.count(b"/Type /Page\n") > 1, "over two pages"
    assert long in "".join(said for said, _ in shaped_runs(pdf)), "a name without a space is broken, not cut"
    assert [(said, codes) for said, codes in shaped_runs(pdf) if codes.replace("\u200b", "") != said] == []
    assert "lack letters of: Seal." in text_of(pdf)


def test_the_same_bytes_whatever_was_printed_before() -> None:
    first = report("कटड़ा")
    pdf = drawn(first)
    drawn(report("अन्य गाँव"))
    runs.cache_clear()
    assert drawn(first) == pdf != drawn(replace(first, warning=("Invented", "काल्पनिक")))
    assert "lack letters" not in text_of(pdf)
