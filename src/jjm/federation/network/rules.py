"""What of a list is believed: only what the Centre signed, and never one older than the last. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from jjm.access import signed_by
from jjm.federation.network.model import Member, NodeList
from jjm.kit import Fault, Problem

_ASK = "Ask the keepers of the Centre for the thumbprint of its key, and compare it with `centre_key` in the node file."


def content(listed: NodeList) -> dict[str, Any]:
    """What of a list is signed."""
    return {
        "centre": listed.centre,
        "serial": listed.serial,
        "issued": listed.issued.isoformat().replace("+00:00", "Z"),
        "nodes": [listed.members[name].as_json() for name in sorted(listed.members)],
    }


def read_list(signed: str, trusted: Collection[str]) -> NodeList:
    """The list that a key of the Centre with one of these thumbprints signed. Raises Problem `list-unsigned`."""
    claimed = _claimed(signed)
    keys = [k for k in _centre_keys(claimed) if _thumbprint(k) in trusted]
    payload = signed_by(signed, {"keys": keys}) if keys else None
    if payload is None:
        raise _unsigned("It is not signed with a key of the Centre that this node knows.")
    return _parsed(orjson.loads(payload), signed)


def parse_list(signed: str) -> NodeList:
    """A list that was believed when it was kept. Raises Problem `list-unsigned` where it cannot be read."""
    return _parsed(_claimed(signed), signed)


def thumbprints(keys: Mapping[str, Any]) -> frozenset[str]:
    """The RFC 7638 thumbprints of a JWK Set."""
    return frozenset(t for key in keys.get("keys", ()) if (t := _thumbprint(key)))


def require_newer(found: NodeList, known: NodeList | None) -> None:
    """Let pass a list that is no older than the one known. Raises Problem `list-older` otherwise."""
    if known is None:
        return
    if found.centre != known.centre:
        raise _unsigned(f"It is the list of {found.centre}, and this node belongs to {known.centre}.")
    if (found.serial, found.issued) < (known.serial, known.issued):
        detail = f"The list has serial {found.serial} of {found.issued}, the one known here {known.serial}."
        remedy = "Somebody shows an old list, or the Centre was put back from a backup; ask its keepers."
        raise Problem(
            "list-older", 409, "The list of nodes is older than the one known", detail, [Fault(detail, remedy)]
        )


def _claimed(signed: str) -> Mapping[str, Any]:
    try:
        found: object = orjson.loads(jws.extract_compact(signed.strip().encode()).payload)
    except (JoseError, ValueError) as error:
        raise _unsigned(f"It is no signed document: {error}.") from error
    if not isinstance(found, dict):
        raise _unsigned("It is no signed document.")
    return cast("Mapping[str, Any]", found)


def _centre_keys(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    try:
        return [k for n in said["nodes"] if n["name"] == said["centre"] for k in n["keys"]["keys"]]
    except (KeyError, TypeError) as error:
        raise _unsigned("It does not name the Centre and its keys.") from error


def _thumbprint(key: Mapping[str, Any]) -> str | None:
    try:
        read: OKPKey = OKPKey.import_key(dict(key))  # pyright: ignore[reportUnknownMemberType]
        return read.thumbprint()
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _parsed(said: Mapping[str, Any], signed: str) -> NodeList:
    try:
        members = {m.name: m for m in map(Member.of, said["nodes"])}
        issued = datetime.fromisoformat(said["issued"])
        found = NodeList(str(said["centre"]), int(said["serial"]), issued, members, signed)
        assert found.centre in members and issued.tzinfo is not None
    except (KeyError, TypeError, ValueError, AssertionError) as error:
        raise _unsigned(f"It cannot be understood: {error!r}.") from error
    return found


def _unsigned(detail: str) -> Problem:
    return Problem("list-unsigned", 409, "The list of nodes is not believed", detail, [Fault(detail, _ASK)])
