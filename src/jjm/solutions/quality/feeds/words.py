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
    """What people call the sender: the organisation and its program, the token, or the person's identifier."""
    if sender is None:
        return id
    return f"{sender.participant_name}: {sender.name}" if sender.participant_name else sender.name


def of_notice(feed: Feed, sender: Sender | None, catalogue: Catalogue) -> dict[str, object]:
    """What the notice says."""
    return {
        "sender": called(sender, feed.sender),
        "what": dict(catalogue.types[feed.type].title),
        "found": str(feed.week.count),
        "usual": str(feed.week.usual),
        "day": feed.upto.strftime("%d.%m.%Y"),
    }


_ON_PAGES: dict[str, Words] = {
    "feeds": {"en": "Feeds of results", "hi": "परिणामों की फ़ीड"},
    "kicker": {"en": "Water quality", "hi": "जल गुणवत्ता"},
    "about": {
        "en": "Who brings results of tests from outside, what usually comes, and where too little comes.",
        "hi": "जाँच के परिणाम बाहर से कौन लाता है, सामान्यतः कितने आते हैं, और कहाँ बहुत कम आ रहे हैं।",
    },
    "some partial": {"en": "Feeds that bring too little: {count}", "hi": "बहुत कम लाने वाली फ़ीड: {count}"},
    "none partial": {
        "en": "No feed that you may see brings too little.",
        "hi": "आपको दिखने वाली कोई फ़ीड बहुत कम नहीं ला रही है।",
    },
    "all": {"en": "All feeds", "hi": "सभी फ़ीड"},
    "days": {"en": "The seven days from {first} to {last}", "hi": "{first} से {last} तक के सात दिन"},
    "sender": {"en": "Who sends", "hi": "भेजने वाला"},
    "what": {"en": "What is sent", "hi": "क्या भेजा जाता है"},
    "last": {"en": "Last day", "hi": "अंतिम दिन"},
    "today": {"en": "Today", "hi": "आज"},
    "week": {"en": "In seven days", "hi": "सात दिनों में"},
    "usual": {"en": "Usually in seven days", "hi": "सामान्यतः सात दिनों में"},
    "standing": {"en": "How it stands", "hi": "स्थिति"},
    "since": {"en": "Too little since", "hi": "कब से बहुत कम"},
    "unknown": {"en": "not known yet", "hi": "अभी ज्ञात नहीं"},
    "partial": {"en": "partial", "hi": "अधूरी"},
    "usual feed": {"en": "as usual", "hi": "सामान्य"},
    "new": {"en": "too new to say", "hi": "अभी नई"},
    "few": {"en": "too few to say", "hi": "कहने योग्य नहीं, संख्या कम"},
    "import": {"en": "A person who imports files", "hi": "फ़ाइलें आयात करने वाला व्यक्ति"},
    "token": {"en": "A program with a token of this node", "hi": "इस नोड के टोकन वाला प्रोग्राम"},
    "how": {"en": "How it is counted", "hi": "गिनती कैसे होती है"},
    "rule": {
        "en": "New results are counted by day in India: those that applications and tokens send, and those that people "
        "import from files; what is typed one by one is not. Seven days that are over are compared with the lower "
        "median of the last four whole weeks. Less than half is partial; below 20 in a usual week nothing is said.",
        "hi": "नए परिणाम भारत के दिन के अनुसार गिने जाते हैं: जो अनुप्रयोग और टोकन भेजते हैं, और जो लोग फ़ाइलों से आयात करते हैं; "
        "एक-एक करके लिखे गए नहीं। बीत चुके सात दिनों की तुलना पिछले चार पूरे सप्ताहों की निचली माध्यिका से होती है। "
        "आधे से कम अधूरी है; सामान्य सप्ताह में 20 से कम हों तो कुछ नहीं कहा जाता।",
    },
    "mends": {
        "en": "What does not come says nothing about the water: no contamination is closed by it.",
        "hi": "जो नहीं आता वह जल के बारे में कुछ नहीं बताता: उससे कोई संदूषण प्रकरण बंद नहीं होता।",
    },
}


def say(word: str, language: str, **values: str) -> str:
    """A word of the page of feeds and of findings; English where another language is not spoken."""
    said = _ON_PAGES[word]
    return (said.get(language) or said["en"]).format(**values)
