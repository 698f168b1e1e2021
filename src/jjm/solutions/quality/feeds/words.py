"""What is said of a feed, in English and Hindi."""

from __future__ import annotations

from jjm.access import Sender
from jjm.solutions.quality.feeds.model import Feed, Standing
from jjm.standards import Catalogue

Words = dict[str, str]
_SAID = {
    Standing.NEW: {
        "en": "It is not known yet what usually comes: fewer than four whole weeks lie before.",
        "hi": "अभी ज्ञात नहीं कि सामान्यतः कितना आता है: पहले के पूरे सप्ताह चार से कम हैं।",
    },
    Standing.FEW: {
        "en": "So few come in a usual week that a fall would say nothing.",
        "hi": "सामान्य सप्ताह में इतने कम आते हैं कि कमी से कुछ नहीं कहा जा सकता।",
    },
    Standing.USUAL: {"en": "At least half of the usual came.", "hi": "सामान्य का कम से कम आधा आया।"},
}
_PARTIAL = {
    "en": "{count} came in the seven days to {day}, where {usual} are usual: the feed is partial. "
    "What is missing says nothing about the water: no contamination is closed by it, and nothing reads as mended.",
    "hi": "{day} तक के सात दिनों में {count} आए, सामान्यतः {usual} आते हैं: यह फ़ीड अधूरी है। "
    "जो नहीं आया वह जल के बारे में कुछ नहीं बताता: उससे कोई संदूषण प्रकरण बंद नहीं होता, और कुछ भी ठीक हुआ नहीं माना जाता।",
}
_REMEDY = {
    "en": "Ask the sender whether its system ran and sent all rows (a holiday may be the reason), and have it send the "
    "missing days again; the same record sent twice counts once.",
    "hi": "भेजने वाले से पूछें कि उसकी प्रणाली चली और सब पंक्तियाँ भेजीं या नहीं (अवकाश भी कारण हो सकता है), और छूटे दिन "
    "फिर भिजवाएँ; एक ही अभिलेख दो बार भेजने पर एक बार गिना जाता है।",
}


def sentence(feed: Feed) -> Words:
    """How the feed stands, in plain words."""
    if not feed.is_partial:
        return _SAID[feed.week.standing]
    values = {"count": feed.week.count, "usual": feed.week.usual, "day": feed.upto.strftime("%d.%m.%Y")}
    return {language: text.format(**values) for language, text in _PARTIAL.items()}


def remedy(feed: Feed) -> Words | None:
    """What to do about it; None where there is nothing to do."""
    return _REMEDY if feed.is_partial else None


def called(sender: Sender | None, id: str) -> str:
    """What people call the sender: the organisation and its program."""
    return f"{sender.participant_name}: {sender.name}" if sender else id


def of_notice(feed: Feed, sender: Sender | None, catalogue: Catalogue) -> dict[str, object]:
    """What the notice says."""
    return {
        "sender": called(sender, feed.sender),
        "what": dict(catalogue.types[feed.type].title),
        "found": str(feed.week.count),
        "usual": str(feed.week.usual),
        "day": feed.upto.strftime("%d.%m.%Y"),
    }
