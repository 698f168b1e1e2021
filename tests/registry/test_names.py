"""Spellings of one name meet: across scripts, across habits of writing Latin letters, and across typing errors."""

from __future__ import annotations

import pytest

from jjm.registry.names import fold, keys, near, sound
from jjm.registry.scripts import latin

ALIKE = [
    ("रामपुर", "Rampur"),
    ("रामपुर", "Raampoor"),
    ("मुज़फ़्फ़रपुर", "Muzaffarpur"),
    ("मुजफ्फरपुर", "Muzaffarpur"),
    ("छत्तीसगढ़", "Chhattisgarh"),
    ("चंपा", "Champa"),
    ("अंबाला", "Ambala"),
    ("बलरामपुर", "Balrampur"),
    ("फ़तेहपुर", "Fatehpur"),
    ("ज्ञानपुर", "Gyanpur"),
    ("गोरेगाँव", "Goregaon"),
    ("मालेगाव", "Malegaon"),
    ("ग्राम १२", "Gram 12"),
    ("ਅੰਮ੍ਰਿਤਸਰ", "Amritsar"),
    ("ಬೆಂಗಳೂರು", "Bengaluru"),
    ("বর্ধমান", "Bardhaman"),
    ("জলপাইগুড়ি", "Jalpaiguri"),
    ("গুৱাহাটী", "Guwahati"),
    ("যোৰহাট", "Jorhat"),
    ("নগাঁও", "Nagaon"),
    ("বৰপেটা", "Barpeta"),
    ("ଯାଜପୁର", "Jajpur"),
    ("ମୟୂରଭଞ୍ଜ", "Mayurbhanj"),
]
SOUND_ALIKE = [
    ("ଓଡ଼ିଶା", "Odisha"),
    ("Orissa", "Odisha"),
    ("କଟକ", "Cuttack"),
    ("ଅନୁଗୁଳ", "Angul"),
    ("ଝାରସୁଗୁଡ଼ା", "Jharsuguda"),
    ("ସୁନ୍ଦରଗଡ଼", "Sundargarh"),
    ("কলকাতা", "Kolkata"),
    ("যাদবপুর", "Yadavpur"),
    ("শিৱসাগৰ", "Sivasagar"),
    ("ধুবুৰী", "Dhubri"),
    ("जूनागढ़", "Junagadh"),
    ("नयागांव", "Naya Gaon"),
    ("श्रीनगर", "Srinagar"),
    ("वाराणसी", "Varanasi"),
    ("अहमदाबाद", "Ahmedabad"),
    ("हैदराबाद", "Hyderabad"),
    ("Bhabanipur", "Bhawanipur"),
    ("Laxmipur", "Lakshmipur"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_of_one_name_are_folded_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [*ALIKE, *SOUND_ALIKE])
def test_spellings_with_other_vowels_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("Rampur", "Sitapur"), ("Ward 11", "Ward 1"), ("Angul", "Aligarh")])
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_what_is_not_spoken_is_left_out() -> None:
    assert latin("बलरामपुर") == "balrampur"
    assert latin("कमल") == "kamal"
    assert latin("नरेन्द्रपुर") == "narendrapur"
    assert latin("ನರಸಾಪುರ").endswith("a"), "Kannada speaks every a"


def test_an_unknown_script_keeps_its_letters() -> None:
    assert fold("  سرینگر ") == "سرینگر"


@pytest.mark.parametrize("slip", ["rmapur", "ranpur", "rampu", "ramppur", "rampor", "ampur", "raampura"])
def test_a_typing_error_still_meets_the_name(slip: str) -> None:
    assert set(near("rampur")) & set(near(fold(slip)))


def test_a_name_is_found_by_each_of_its_words() -> None:
    assert keys("New Rampur (Khurd)") == ["nev rampur khurd", "rampur khurd", "khurd"]
