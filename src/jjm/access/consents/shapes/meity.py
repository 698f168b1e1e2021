"""The artefact of MeitY's Electronic Consent Framework 1.1, as XML.

Fields, areas and time of the data stand in each item's `Data-filter`, which is any query. What has no word (beginning,
notice, status) stands in one element of a namespace of its own. Read without declarations, entities and comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlencode
from xml.etree import ElementTree

from jjm.access.consents.shapes.model import DEEPEST, Shape, json_object, picked, plain_json, plain_text
from jjm.kit import canonical

_SPACE, _OURS = "{http://meity.gov.in}", "{urn:jjm:consent:1}"
_ID: Final = "urn:jjm:"
_OFTEN: Final = {"DAY": "DAILY", "MONTH": "MONTHLY", "YEAR": "YEARLY"}
_MEANT: Final = {word: unit for unit, word in _OFTEN.items()}
_NO_WORD: Final = ("starts", "notice", "status")

_Element = ElementTree.Element
_add = ElementTree.SubElement


def _write(c: Mapping[str, Any]) -> bytes:
    root = _Element(f"{_SPACE}Consent", timestamp=c["made"])
    _add(root, f"{_SPACE}Def", id=c["id"], expiry=c["until"], revocable=str(c["revocable"]).lower())
    _sides(root, c)
    items = _add(root, f"{_SPACE}Data-Items")
    for type, fields in c["data"].items():
        _item(items, c, type, fields)
    purpose = c["purpose"]
    of = {"code": purpose, "defUri": "urn:jjm:codelist:purpose", "refUri": f"urn:jjm:purpose:{purpose}"}
    _add(root, f"{_SPACE}Purpose", of).text = purpose
    _add(root, f"{_OURS}Profile").text = canonical(picked(c, *_NO_WORD)).decode()
    return cast("bytes", ElementTree.tostring(root, "utf-8", xml_declaration=True))


def _sides(root: _Element, c: Mapping[str, Any]) -> None:
    provider, consumer = {"type": "URI", "value": _ID + c["provider"]}, {"type": "URI", "value": _ID + c["consumer"]}
    _add(root, f"{_SPACE}Collector", provider)
    there = _add(root, f"{_SPACE}DataConsumer", consumer)
    _add(there, f"{_SPACE}Notify", event="REVOKE", type="URI", value=c["revokeTo"])
    _add(root, f"{_SPACE}DataProvider", provider)
    _add(root, f"{_SPACE}User", type="PSEUDONYM", value=c["person"], issuer=_ID + c["provider"])
    if c["revocable"]:
        _add(root, f"{_SPACE}Revoker", provider)
    _add(root, f"{_SPACE}ConsentUse", logTo=c["useLoggedTo"], type="URI")
    _add(root, f"{_SPACE}DataAccess", logTo=c["accessLoggedTo"], type="URI")


def _item(items: _Element, c: Mapping[str, Any], type: str, fields: list[str]) -> None:
    item = _add(items, f"{_SPACE}Data", id=type, type="PROFILE")
    _add(item, f"{_SPACE}Access", mode=c["mode"])
    _add(item, f"{_SPACE}Datalife", unit="DATE", value=c["keepUntil"])
    often = c["frequency"]
    _add(item, f"{_SPACE}Frequency", unit=_OFTEN[often["unit"]], value=str(often["times"]), repeats="0")
    asked = {"field": fields, "within": c["areas"], "from": c["dataFrom"], "to": c["dataUntil"]}
    _add(item, f"{_SPACE}Data-filter").text = urlencode(asked, doseq=True)


def _read(content: bytes) -> dict[str, Any]:
    root = _root(content)
    items = {item.attrib["id"]: item for item in _at(root, "Data-Items")}
    first = next(iter(items.values()))
    filters = {type: parse_qs(_text(_at(item, "Data-filter")), strict_parsing=True) for type, item in items.items()}
    asked, often = next(iter(filters.values())), _at(first, "Frequency").attrib
    return picked(json_object(_text(_at(root, "Profile", _OURS)).encode()), *_NO_WORD) | {
        "made": root.attrib["timestamp"],
        "id": _at(root, "Def").attrib["id"],
        "until": _at(root, "Def").attrib["expiry"],
        "revocable": {"true": True, "false": False}[_at(root, "Def").attrib["revocable"]],
        "provider": _at(root, "DataProvider").attrib["value"].removeprefix(_ID),
        "consumer": _at(root, "DataConsumer").attrib["value"].removeprefix(_ID),
        "revokeTo": _at(_at(root, "DataConsumer"), "Notify").attrib["value"],
        "person": _at(root, "User").attrib["value"],
        "useLoggedTo": _at(root, "ConsentUse").attrib["logTo"],
        "accessLoggedTo": _at(root, "DataAccess").attrib["logTo"],
        "purpose": _at(root, "Purpose").attrib["code"],
        "mode": _at(first, "Access").attrib["mode"],
        "keepUntil": _at(first, "Datalife").attrib["value"],
        "frequency": {"unit": _MEANT[often["unit"]], "times": int(often["value"])},
        "data": {type: query["field"] for type, query in filters.items()},
        "areas": asked["within"],
        "dataFrom": asked["from"][0],
        "dataUntil": asked["to"][0],
    }


def _root(content: bytes) -> _Element:
    """The root of a document that declares nothing. Read as text, so that no other encoding hides a declaration."""
    text = content.decode("utf-8")
    if "<!" in text:
        raise ValueError("declarations, entities, comments and CDATA are not read")
    return ElementTree.fromstring(text)  # noqa: S314 - without a declaration there are no entities to expand


def _at(element: _Element, name: str, space: str = _SPACE) -> _Element:
    found = element.findall(space + name)
    if len(found) != 1:
        raise ValueError(f"{name} stands there {len(found)} times")
    return found[0]


def _text(element: _Element) -> str:
    return (element.text or "").strip()


def _plain(content: bytes) -> object:
    return {"Consent": _plain_element(_root(content), DEEPEST)}


def _plain_element(element: _Element, deeper: int) -> dict[str, object]:
    """What an element says, with those inside by name and number."""
    if deeper < 0 or (element.tail or "").strip():
        raise ValueError("it is nested too deep, or text stands between the elements")
    said: dict[str, object] = {"@": {name: plain_text(value) for name, value in element.attrib.items()}}
    said["#"] = _plain_text(element.tag, _text(element))
    seen: dict[str, int] = {}
    for each in element:
        name = each.tag.removeprefix(_SPACE)
        seen[name] = seen.get(name, 0) + 1
        said[f"{name}[{seen[name]}]"] = _plain_element(each, deeper - 1)
    return said


def _plain_text(tag: str, text: str) -> object:
    if tag == f"{_OURS}Profile":
        return plain_json(text.encode())
    if tag == f"{_SPACE}Data-filter":
        asked = parse_qs(text, keep_blank_values=True)
        return {name: [plain_text(value) for value in values] for name, values in asked.items()}
    return text


SHAPE = Shape("meity", "application/xml", _write, _read, _plain)
