"""The audit of cases: is every step the one that was entered in the ledger, and does each case stand where they led?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from typing import Any

import orjson

from jjm.kit import Fault, ReadConnection, digest, load_queries
from jjm.ledger import Kept, counts, kept
from jjm.workflow.model import STEP

_queries = load_queries("jjm.workflow", "auditing")
_AT_ONCE = 4_000
_RESTORE = "Compare it with a backup; what is done in a case is done through the API."


async def verify_steps(conn: ReadConnection) -> AsyncIterator[Fault]:
    """Every step of a case that is not as it was entered in the ledger, every case that stands elsewhere than its last
    step says, and how many steps are gone. `conn` should be a snapshot."""
    after, found = ("", 0), 0
    while rows := [row async for row in _queries.all_steps(conn, id=after[0], number=after[1], most=_AT_ONCE)]:
        after, found = (rows[-1]["item"], rows[-1]["number"]), found + len(rows)
        for row, entry in zip(rows, await kept(conn, [row["entry"] for row in rows]), strict=True):
            if reason := _wrong(row, entry):
                yield Fault(f"step {row['number']} of case {row['item']}: {reason}", _RESTORE)
    async for row in _queries.strayed(conn):
        yield Fault(f"case {row['id']} does not stand where its last step, {row['number']}, says", _RESTORE)
    async for row in _queries.altered_documents(conn):
        yield Fault(f"document {row['number']} of case {row['item']} is not as its step says", _RESTORE)
    async for row in _queries.vanished_documents(conn):
        yield Fault(
            f"document {row['number']} of case {row['item']} is gone, and no step says that it was erased", _RESTORE
        )
    entered = (await counts(conn)).get(STEP, 0)
    if entered != found:
        yield Fault(f"the ledger holds {entered:,} steps of cases, and {found:,} are there", _RESTORE)


def _wrong(row: Any, entry: Kept | None) -> str | None:
    document = row["document"].encode()
    if entry is None or entry.type != STEP or entry.digest != sha256(document).digest():
        return "not as it was entered in the ledger"
    said = orjson.loads(document)
    shown = {
        "case": row["item"], "number": row["number"], "action": row["action"], "from": row["from_state"],
        "to": row["to_state"], "version": row["version"], "at": row["at"].isoformat(), "actor": row["actor"],
        "role": row["role"], "place": row["place"], "person": row["person"],
    }  # fmt: skip
    changed = [name for name, value in shown.items() if said[name] != value]
    # What was said may be gone with a record: the step that says so is entered too.
    is_gone = row["was_erased"] and row["comment"] is None and row["salt"] is None
    if said.get("comment") != _said(row) and not is_gone:
        changed.append("comment")
    return f"{_listed(changed)} not as entered in the ledger" if changed else None


def _said(row: Any) -> str | None:
    if row["comment"] is None or row["salt"] is None:
        return row["comment"] and "unsalted"
    return digest(row["comment"], row["salt"]).hex()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) + (" is" if len(names) == 1 else " are")
