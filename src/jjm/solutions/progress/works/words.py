"""What the page of the milestones of a work says, in English and Hindi. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from jjm.standards import Catalogue

LANGUAGES = ("en", "hi")
_WORDS: Mapping[str, tuple[str, str]] = {
    "kicker": ("Work on a scheme", "योजना का कार्य"),
    "stands": ("How far it has come", "कार्य कहाँ तक पहुँचा"),
    "progress": ("Physical progress", "भौतिक प्रगति"),
    "unknown": ("not known: no component counts yet", "ज्ञात नहीं: अभी कोई अवयव नहीं गिना जाता"),
    "computed": (
        "Physical progress is worked out from the components below, each by its weight; nobody types it. A milestone "
        "counts once it is inspected and accepted.",
        "भौतिक प्रगति नीचे के अवयवों से, हर एक के भार के अनुसार निकाली जाती है; इसे कोई नहीं लिखता। "
        "पड़ाव निरीक्षण और स्वीकृति के बाद गिना जाता है।",
    ),
    "scheme": ("Scheme", "योजना"),
    "stage": ("Stage", "चरण"),
    "villages": ("Villages", "गाँव"),
    "taps": ("Tap connections", "नल कनेक्शन"),
    "recorded": ("Taps recorded on the scheme, by household", "योजना पर परिवारवार दर्ज नल"),
    "of": ("{achieved} of {planned}", "{planned} में से {achieved}"),
    "components": ("Components", "अवयव"),
    "component": ("Component", "अवयव"),
    "by_component": (
        "What is planned of each component, and what is achieved by accepted milestones and measurements",
        "हर अवयव में कितना नियोजित है, और स्वीकृत पड़ावों तथा मापन से कितना उपलब्ध है",
    ),
    "planned": ("Planned", "नियोजित"),
    "achieved": ("Achieved", "उपलब्ध"),
    "weight": ("weight {weight}", "भार {weight}"),
    "no_components": (
        "No components are planned yet; the detailed project report names them.",
        "अभी कोई अवयव नियोजित नहीं; विस्तृत परियोजना रिपोर्ट उन्हें बताती है।",
    ),
    "milestones": ("Milestones recorded", "दर्ज पड़ाव"),
    "none": ("No milestone is recorded yet.", "अभी कोई पड़ाव दर्ज नहीं है।"),
    "public": (
        "Who recorded them, and the photos, are told to those who are signed in.",
        "किसने दर्ज किए, और फ़ोटो, साइन इन करने वालों को दिखाए जाते हैं।",
    ),
    "reached": ("Reached on", "प्राप्ति तिथि"),
    "quantity": ("Quantity so far", "अब तक की मात्रा"),
    "found": ("Found by the inspection", "निरीक्षण में पाया गया"),
    "village": ("Village", "गाँव"),
    "status": ("Status", "स्थिति"),
    "position": ("Position", "स्थान"),
    "north_east": ("{lat}° N, {lon}° E", "{lat}° उ, {lon}° पू"),
    "reported_by": ("Reported by", "किसने दर्ज किया"),
    "inspected_by": ("Inspected by", "किसने निरीक्षण किया"),
    "accepted_by": ("Accepted by", "किसने स्वीकार किया"),
    "you": ("you", "आप"),
    "remark": ("Remark", "टिप्पणी"),
    "photo_field": ("Photo", "फ़ोटो"),
    "photo": ("Photo {number}", "फ़ोटो {number}"),
    "taken": ("taken at {where}", "{where} पर ली गई"),
    "case": ("Open the case {id}", "मामला {id} खोलें"),
    "next": ("More milestones", "और पड़ाव"),
    "record": ("Record a milestone", "पड़ाव दर्ज करें"),
    "for_whom": (
        "For engineers of the place. It waits for the inspection then.",
        "स्थान के अभियंताओं के लिए। इसके बाद निरीक्षण की प्रतीक्षा रहती है।",
    ),
    "sign_in": ("Engineers: sign in to record a milestone", "अभियंता: पड़ाव दर्ज करने के लिए साइन इन करें"),
    "quantity_hint": (
        "All that is done of the component so far, not only what was added.",
        "अवयव का अब तक का सारा काम, केवल नया जोड़ा हुआ नहीं।",
    ),
    "photo_hint": (
        "JPEG, PNG or WebP of up to 10 MB. Where and when it was taken is kept for those who act around the case, and "
        "is not in the copy that others see. Without a photo nobody can inspect; it can be added later on the page of "
        "the case.",
        "10 MB तक का JPEG, PNG या WebP। कहाँ और कब ली गई, यह मामले पर काम करने वालों के लिए रखा जाता है और "
        "दूसरों को दिखने वाली प्रति में नहीं होता। फ़ोटो के बिना निरीक्षण नहीं हो सकता; "
        "वह बाद में मामले के पृष्ठ पर भी जोड़ी जा सकती है।",
    ),
    "lat": ("Degrees north", "अक्षांश (उत्तर)"),
    "lon": ("Degrees east", "देशांतर (पूर्व)"),
    "lat_hint": (
        "Such as 20.30150. Left empty with the next, the position in the photo is taken.",
        "जैसे 20.30150। यह और अगला खाली छोड़ने पर फ़ोटो का स्थान लिया जाता है।",
    ),
    "lon_hint": ("Such as 85.10240.", "जैसे 85.10240।"),
    "choose_again": (
        "Nothing was recorded yet. Mend what is marked; if you had chosen a photo, choose it again.",
        "अभी कुछ दर्ज नहीं हुआ। चिह्नित बातें सुधारें; यदि फ़ोटो चुनी थी तो उसे फिर चुनें।",
    ),
    "done": ("The milestone is recorded: {id}.", "पड़ाव दर्ज हो गया: {id}।"),
    "other": (
        "This form recorded {id} before. What it says now is another milestone: send it again to record that one too.",
        "इस फ़ॉर्म से {id} पहले दर्ज हो चुका है। अब इसमें दूसरा पड़ाव लिखा है: उसे भी दर्ज करने के लिए फिर भेजें।",
    ),
    "wrong missing": ("Fill this in.", "इसे भरें।"),
    "wrong choice": ("Choose one of the list.", "सूची में से एक चुनें।"),
    "wrong number": ("Type a number from 0 to 1,00,00,000.", "0 से 1,00,00,000 तक की संख्या लिखें।"),
    "wrong day": ("Type a day such as 2026-11-25.", "तिथि इस प्रकार लिखें: 2026-11-25।"),
    "wrong future": ("This day has not come yet.", "यह तिथि अभी नहीं आई है।"),
    "wrong degrees": ("Type degrees, such as 20.30150.", "अंश लिखें, जैसे 20.30150।"),
    "wrong both": ("Give both degrees, or leave both empty.", "दोनों अंश लिखें, या दोनों खाली छोड़ें।"),
    "wrong nowhere": (
        "The photo does not say where it was taken: type the degrees here.",
        "फ़ोटो में स्थान नहीं है: अंश यहाँ लिखें।",
    ),
    "wrong abroad": (
        "This is not in India. Are north and east exchanged?",
        "यह भारत में नहीं है। क्या अक्षांश और देशांतर बदल गए हैं?",
    ),
    "wrong long": ("Use at most 1,000 characters.", "अधिकतम 1,000 अक्षर लिखें।"),
    "wrong document-type": (
        "This is no photo. Choose a JPEG, PNG or WebP.",
        "यह फ़ोटो नहीं है। JPEG, PNG या WebP चुनें।",
    ),
    "wrong body-too-large": ("This photo has more than 10 MB.", "यह फ़ोटो 10 MB से बड़ी है।"),
    "wrong document-broken": ("This photo cannot be opened.", "यह फ़ोटो नहीं खुलती।"),
    "works": ("Works on this scheme", "इस योजना के कार्य"),
    "works_here": ("Works on schemes in this village", "इस गाँव में योजनाओं के कार्य"),
    "work_line": ("{title}: {stage}, {progress}", "{title}: {stage}, {progress}"),
    "see": (
        "Components, physical progress and milestones of this work",
        "इस कार्य के अवयव, भौतिक प्रगति और पड़ाव",
    ),
}  # fmt: skip


def say(name: str, language: str, **values: object) -> str:
    """A sentence in that language with its gaps filled; in English where another is not spoken."""
    return _WORDS[name][_at(language)].format(**values)


def number(value: float, language: str) -> str:
    """A number as it is written in India: 12,34,567.5."""
    return format_decimal(value, locale=_locale(language))


def day(value: str, language: str) -> str:
    """A day: 25 November 2026."""
    return format_date(date.fromisoformat(value), "d MMMM y", locale=_locale(language))


def code(catalogue: Catalogue, codelist: str, value: object, language: str) -> str:
    """The title of a code, or the code where no list knows it."""
    known = catalogue.codelists[codelist].codes.get(str(value))
    return said(known.title, language) if known else str(value or "")


def said(titles: Mapping[str, Any], language: str) -> str:
    """A title of the standards in that language, or in English."""
    return str(titles.get(language) or titles["en"])


def name_of(record: Mapping[str, Any], language: str) -> str:
    """What a record is called, in its own script where the reader reads that."""
    local = str(record.get("name_local") or "")
    own = language == "hi" and any("\u0900" <= letter <= "\u097f" for letter in local)
    return local if own else str(record.get("name") or record["id"])


def where(point: Mapping[str, Any], language: str) -> str:
    """A position as it is read out."""
    lon, lat = point["coordinates"]
    return say("north_east", language, lat=lat, lon=lon)


def _at(language: str) -> int:
    return LANGUAGES.index(language) if language in LANGUAGES else 0


def _locale(language: str) -> Locale:
    return Locale(LANGUAGES[_at(language)], "IN")
