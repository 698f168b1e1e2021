"""What access keeps sealed: accounts, their codes, contacts of participants, consents, visits to providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jjm.access.vault import Vault
from jjm.kit import Holding, SealedRows, load_queries

_queries = load_queries("jjm.access", "master_key")


def holdings(vault: Vault) -> Sequence[Holding]:
    """All of it, with the blind values that go with it."""
    q, box = _queries, vault.box

    def of_person(row: Any) -> Mapping[str, Any]:
        sealed = row["first"]
        told: dict[str, Any] = orjson.loads(vault.open(f"contact:{row['key']}", sealed)) if sealed else {}
        return {f"{kind}_blinds": vault.blind(kind, told[kind]) if told.get(kind) else None for kind in _FOUND_BY}

    def of_code(row: Any) -> Mapping[str, Any]:
        phone = vault.open(f"phone-code:{row['key']}", row["first"]).decode()
        return {"phone_blinds": vault.blind("phone", phone)}

    return [
        SealedRows("accounts", box, q.people_to_wrap, q.wrap_people, of_person),
        SealedRows("one-time codes", box, q.codes_to_wrap, q.wrap_codes),
        SealedRows("codes sent", box, q.phone_codes_to_wrap, q.wrap_phone_codes, of_code),
        SealedRows("contacts", box, q.contacts_to_wrap, q.wrap_contacts),
        SealedRows("consents", box, q.consents_to_wrap, q.wrap_consents),
        SealedRows("visits", box, q.visits_to_wrap, q.wrap_visits),
    ]


_FOUND_BY = ("phone", "email")
