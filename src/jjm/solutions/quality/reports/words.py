"""The words of reports and of the pages that prove them, in English and Hindi: pure."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "hi")
_WORDS: Mapping[str, tuple[str, str]] = {
    "report": ("Report of a water sample", "जल नमूने की रिपोर्ट"),
    "sample": ("Water sample", "जल नमूना"),
    "check": ("Check of a report", "रिपोर्ट की जाँच"),
    "place": ("Where and by whom it was tested", "कहाँ का नमूना, किसने परीक्षण किया"),
    "number": ("Number of the sample", "नमूने की संख्या"),
    "laboratory": ("Laboratory", "प्रयोगशाला"),
    "accreditation": ("Accreditation", "प्रत्यायन"),
    "accredited_upto": ("valid until {day}", "{day} तक मान्य"),
    "village": ("Village", "गाँव"),
    "habitation": ("Habitation", "बसावट"),
    "scheme": ("Scheme", "योजना"),
    "water_source": ("Source", "जल स्रोत"),
    "component": ("Component", "अवयव"),
    "sampling_point": ("Sampling point", "नमूना स्थल"),
    "point_kind": ("Kind of place", "स्थल का प्रकार"),
    "purpose": ("Purpose", "उद्देश्य"),
    "status": ("Status", "स्थिति"),
    "custody": ("In whose hands it was", "नमूना किसके पास रहा"),
    "custody_none": ("No change of hands is recorded.", "हाथ बदलने का कोई विवरण दर्ज नहीं है।"),
    "when": ("When", "कब"),
    "what": ("What happened", "क्या हुआ"),
    "with": ("With", "किसके पास"),
    "seal": ("Seal", "सील"),
    "box": ("Temperature, °C", "तापमान, °C"),
    "condition": ("Condition", "दशा"),
    "results": ("Results", "परिणाम"),
    "results_caption": (
        "Limits by {edition}. The permissible limit counts only where there is no other source.",
        "सीमाएँ: {edition}। अनुमेय सीमा तभी लागू है जब कोई अन्य स्रोत न हो।",
    ),
    "parameter": ("Parameter", "मापदंड"),
    "value": ("Value", "मान"),
    "unit": ("Unit", "इकाई"),
    "method": ("Method", "विधि"),
    "acceptable": ("Acceptable", "स्वीकार्य"),
    "permissible": ("Permissible", "अनुमेय"),
    "class": ("Class", "वर्ग"),
    "tested_at": ("Tested", "परीक्षण"),
    "below": ("below {value}", "{value} से कम"),
    "most": ("at most {most}", "अधिकतम {most}"),
    "least": ("at least {least}", "न्यूनतम {least}"),
    "span": ("{least} to {most}", "{least} से {most}"),
    "undetectable": ("not detectable", "अनुपस्थित"),
    "agreeable": ("agreeable", "रुचिकर"),
    "no_relaxation": ("no relaxation", "कोई छूट नहीं"),
    "no_limit": ("no limit", "सीमा नहीं"),
    "untested": ("Asked for and not tested: {names}.", "मांगा गया पर परीक्षण नहीं हुआ: {names}।"),
    "verdict": ("Verdict", "निष्कर्ष"),
    "decided_by": ("Decided by", "किन मापदंडों से"),
    "edition": ("Edition of the limits", "सीमाओं का संस्करण"),
    "approved_at": ("Approved", "स्वीकृति"),
    "approved_by": ("Approved by", "स्वीकृतकर्ता"),
    "in_charge": (
        "the laboratory in-charge, account {account}",
        "प्रयोगशाला प्रभारी, खाता {account}",
    ),
    "verify": (
        "Some limits of this edition were not yet compared with an official copy of the standard.",
        "इस संस्करण की कुछ सीमाओं का मिलान मानक की आधिकारिक प्रति से अभी नहीं हुआ है।",
    ),
    "only": (
        "The report speaks of the bottle that was tested, of its day and of what is named in it.",
        "यह रिपोर्ट केवल परीक्षित बोतल, उस दिन और यहाँ लिखे मापदंडों के बारे में है।",
    ),
    "ledger": ("What proves it", "प्रमाण"),
    "entry": ("Place in the ledger", "खाता-बही में स्थान"),
    "version": ("Version of the record", "अभिलेख का संस्करण"),
    "digest": ("Digest (SHA-256)", "डाइजेस्ट (SHA-256)"),
    "node": ("Node", "नोड"),
    "key": ("Key that signs reports", "रिपोर्ट पर हस्ताक्षर की कुंजी"),
    "scan": (
        "Scan the code, or open the address below it: the node shows what its ledger proves of this sample today. "
        "Compare it with what is printed here.",
        "कोड स्कैन करें या उसके नीचे का पता खोलें: नोड दिखाता है कि उसकी खाता-बही आज इस नमूने के बारे में क्या सिद्ध करती है। "
        "उसे यहाँ छपे से मिलाएँ।",
    ),
    "signed": (
        "Whoever has the file checks its signature: {address}",
        "फ़ाइल का हस्ताक्षर यहाँ से जाँचें: {address}",
    ),
    "invented": (
        "Invented data for trying out. No place, person or number is real.",
        "परीक्षण के लिए बनाया गया काल्पनिक डेटा। कोई स्थान, व्यक्ति या संख्या वास्तविक नहीं है।",
    ),
    "lacking": (
        "The fonts of this paper lack letters of: {names}. An empty box stands for each; the record has them whole.",
        "इस काग़ज़ के फ़ॉन्ट में कुछ अक्षर नहीं हैं: {names}। उनकी जगह खाली खाने छपे हैं; अभिलेख में वे पूरे हैं।",
    ),
    "proven": (
        "Proven: the ledger of this node holds exactly this report.",
        "सिद्ध: इस नोड की खाता-बही में ठीक यही रिपोर्ट दर्ज है।",
    ),
    "not_proven": (
        "NOT proven. Do not rely on this report.",
        "सिद्ध नहीं हुआ। इस रिपोर्ट पर भरोसा न करें।",
    ),
    "why altered": (
        "What this node keeps of the sample is not what was entered in the ledger when the report was approved.",
        "नोड पर रखा नमूने का विवरण वह नहीं है जो रिपोर्ट स्वीकृत होते समय खाता-बही में दर्ज हुआ था।",
    ),
    "why missing": (
        "This node has no such report: no sample of this number, or no such version of it.",
        "इस नोड पर ऐसी कोई रिपोर्ट नहीं है: इस संख्या का नमूना या उसका यह संस्करण नहीं मिला।",
    ),
    "why ledger": (
        "The ledger of this node does not hold at that place what it has signed.",
        "नोड की खाता-बही में उस स्थान पर वह नहीं है जिस पर उसने हस्ताक्षर किए थे।",
    ),
    "why not_approved": (
        "The sample is known, and its ledger entry holds, but it is not an approved report: {status}.",
        "नमूना ज्ञात है और खाता-बही की प्रविष्टि सही है, पर यह स्वीकृत रिपोर्ट नहीं है: {status}।",
    ),
    "in force": (
        "The report is in force: nothing was recorded of this sample since it was approved.",
        "रिपोर्ट प्रभावी है: स्वीकृति के बाद इस नमूने के बारे में कुछ और दर्ज नहीं हुआ।",
    ),
    "changed": (
        "The report is no longer in force: version {newest} of the record came after it. Status now: {status}.",
        "रिपोर्ट अब प्रभावी नहीं है: इसके बाद अभिलेख का संस्करण {newest} आया। वर्तमान स्थिति: {status}।",
    ),
    "retested": (
        "The water was tested again: sample {sample} of {day}, {verdict}.",
        "जल का फिर परीक्षण हुआ: नमूना {sample}, {day}, {verdict}।",
    ),
    "case": (
        "The report belongs to a contamination: {case}, now {status}.",
        "यह रिपोर्ट संदूषण के एक मामले से जुड़ी है: {case}, अब {status}।",
    ),
    "private": (
        "It is of a household's tap. What was found is not shown here, since it would point to a family; "
        "those who have the report compare its signature.",
        "यह एक घरेलू नल का नमूना है। परिणाम यहाँ नहीं दिखाए जाते, क्योंकि उनसे परिवार की पहचान होती; "
        "जिनके पास रिपोर्ट है वे उसका हस्ताक्षर जाँचें।",
    ),
    "how": ("How it was checked", "जाँच कैसे हुई"),
    "inclusion": ("Inclusion in the ledger", "खाता-बही में होने का प्रमाण"),
    "inclusion_said": (
        "entry {position} of {size}, recomputed up to the signed root",
        "{size} में से प्रविष्टि {position}, हस्ताक्षरित मूल तक पुनः गणना",
    ),
    "root": ("Signed root", "हस्ताक्षरित मूल"),
    "vkey": ("Key of the ledger", "खाता-बही की कुंजी"),
    "limits_of_proof": (
        "The ledger proves that the node recorded this and has not taken it back. It does not prove that the "
        "laboratory measured rightly.",
        "खाता-बही यह सिद्ध करती है कि नोड ने यह दर्ज किया और वापस नहीं लिया। "
        "वह यह सिद्ध नहीं करती कि प्रयोगशाला का माप सही था।",
    ),
    "offline": ("Proof file, to be checked without this node", "प्रमाण फ़ाइल, इस नोड के बिना जाँच के लिए"),
    "pdf": ("Report as PDF", "रिपोर्ट (PDF)"),
    "signature": ("Signature of the PDF", "PDF का हस्ताक्षर"),
    "public_key": ("Public key of the node", "नोड की सार्वजनिक कुंजी"),
    "prove": ("What the ledger proves of this report", "खाता-बही इस रिपोर्ट के बारे में क्या सिद्ध करती है"),
    "sample_link": ("Sample and report", "नमूना और रिपोर्ट"),
    "unfinished": (
        "There is no approved report of this sample. {status}.",
        "इस नमूने की कोई स्वीकृत रिपोर्ट नहीं है। {status}।",
    ),
    "work": ("The case, for those who work on it", "मामला, उस पर काम करने वालों के लिए"),
    "village_page": ("Page of the village", "गाँव का पृष्ठ"),
    "documents": ("Report and proof", "रिपोर्ट और प्रमाण"),
}
FINDINGS = ("agreeable",)
"""Words of limits for what is found where it is no number."""
_ACTIONS: Mapping[str, tuple[str, str]] = {
    "REGISTER": ("Taken", "नमूना लिया गया"),
    "COLLECT": ("Taken", "नमूना लिया गया"),
    "HAND_OVER": ("Handed over", "सौंपा गया"),
    "RECEIVE": ("Received", "प्राप्त हुआ"),
}


def say(name: str, language: str, **values: object) -> str:
    """A sentence in that language with its gaps filled; in English where it is not translated."""
    pair = _WORDS[name]
    return pair[_at(language)].format(**values)


def action(name: str, language: str) -> str:
    """What happened to a bottle."""
    return _ACTIONS[name][_at(language)]


def both(name: str) -> tuple[str, str]:
    """A sentence in both languages, with its gaps."""
    return _WORDS[name]


def names() -> tuple[str, ...]:
    """All sentences there are."""
    return tuple(_WORDS)


def _at(language: str) -> int:
    return LANGUAGES.index(language) if language in LANGUAGES else 0
