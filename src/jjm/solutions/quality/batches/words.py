"""What the page of a laboratory's runs says, in English and Hindi."""

from __future__ import annotations

_SAID = {
    "runs": ("Runs of instruments", "उपकरणों के परीक्षण-दौर"),
    "kicker": ("Laboratory", "प्रयोगशाला"),
    "send": ("Send the results of a run", "एक दौर के परिणाम भेजें"),
    "sign_in": ("Sign in to send results", "परिणाम भेजने हेतु साइन इन करें"),
    "how": (
        "One line a finding: kind, sample, parameter, value, below, word, unit, method, tested_at. `kind` is sample, "
        "blank or duplicate; `below` is the limit of detection where nothing was found.",
        "प्रत्येक परिणाम की एक पंक्ति: kind, sample, parameter, value, below, word, unit, method, tested_at। `kind` है "
        "sample, blank या duplicate; कुछ न मिलने पर `below` में पता लगाने की सीमा।",
    ),
    "number": ("Number of the run", "दौर की संख्या"),
    "number_hint": ("As the laboratory numbers its runs; each number once.", "जैसे प्रयोगशाला गिनती है; हर संख्या एक बार।"),
    "run_at": ("Run at", "परीक्षण का समय"),
    "instrument": ("Instrument", "उपकरण"),
    "file": ("File (CSV)", "फ़ाइल (CSV)"),
    "again": ("Choose the file again before you send.", "भेजने से पहले फ़ाइल फिर चुनें।"),
    "earlier": ("Runs so far", "अब तक के दौर"),
    "none": ("No run is recorded yet.", "अभी कोई दौर दर्ज नहीं है।"),
    "controls": ("Controls passed", "सफल नियंत्रण"),
    "held": ("Held", "रोका गया"),
    "yes": ("yes", "हाँ"),
    "no": ("no", "नहीं"),
    "taken": (
        "Samples of run {number} that wait for approval now: {count}.",
        "दौर {number} के नमूने जो अब स्वीकृति की प्रतीक्षा में हैं: {count}।",
    ),
    "is_held": (
        "A blank or duplicate failed: nothing of run {number} is approved. Run it again under another number.",
        "रिक्त या द्विकृति नमूना असफल रहा: दौर {number} का कुछ भी स्वीकृत नहीं होगा। इसे दूसरी संख्या से फिर चलाएँ।",
    ),
    "no_controls": (
        "Run {number} had no blank and no duplicate: nothing tells whether the instrument was right.",
        "दौर {number} में न रिक्त नमूना था न द्विकृति: उपकरण सही था, यह किसी से पता नहीं चलता।",
    ),
    "problems": ("Lines that were not taken", "पंक्तियाँ जो नहीं ली गईं"),
    "at": ("Line {line} {sample}", "पंक्ति {line} {sample}"),
    "more": ("{count} more are not told here.", "{count} और यहाँ नहीं दिखाई गई हैं।"),
    "control": ("Control", "नियंत्रण"),
    "parameter": ("Parameter", "मापदंड"),
    "passed": ("Passed", "सफल"),
    "why": ("Why", "क्यों"),
    "wrong missing": ("This must be filled in.", "इसे भरना आवश्यक है।"),
    "wrong moment": ("This is no time. Write it as 2026-11-30T09:40.", "यह समय नहीं है। ऐसे लिखें: 2026-11-30T09:40।"),
    "wrong text": ("The file is not UTF-8 text. Save it as CSV UTF-8.", "फ़ाइल UTF-8 पाठ नहीं है। CSV UTF-8 में सहेजें।"),
    "wrong large": ("The file is larger than 8 MB. Send it in parts.", "फ़ाइल 8 MB से बड़ी है। भागों में भेजें।"),
}  # fmt: skip


def say(name: str, language: str, **values: object) -> str:
    """A sentence in that language, with its values."""
    return _SAID[name][language == "hi"].format(**values)
