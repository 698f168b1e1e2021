"""Verifying what a node said: a proof file offline, a node from outside, a node from inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import orjson

from jjm.access import verify_decisions
from jjm.app.address import Address, find_node
from jjm.app.client import connect
from jjm.app.inside import database_of, registry_of, vault_in
from jjm.app.outside import verify_from_outside
from jjm.app.session import NEEDS_ATTENTION
from jjm.app.start import database_url, standards_of
from jjm.app.terminal import Terminal
from jjm.kit import Fault, Problem
from jjm.ledger import Checkpoint, Proven, head, open_signer, verify_proof, verify_tree
from jjm.registry import verify_records
from jjm.standards import load
from jjm.workflow import verify_steps

_MOST = 1_000


async def verify_file(terminal: Terminal, file: Path, key: str | None, data: Path | None, url: str | None) -> int:
    """Whether a proof file proves what it says; with the key given it asks no node and needs no network."""
    document = _text(file)
    vkey = _read_key(key) if key else await _key_of_node(terminal, data, url)
    try:
        proven = verify_proof(document, vkey)
    except Problem as problem:
        if problem.code != "not-proven":
            raise
        terminal.refuse(problem)
        return NEEDS_ATTENTION
    head = proven.head
    said: dict[str, object] = {"proven": True, "position": proven.position, "size": head.size, "origin": head.origin}
    said |= {"entry": dict(proven.leaf), "record": proven.record, "personal": proven.personal}
    terminal.result(said, _told(proven))
    return 0


async def verify_url(terminal: Terminal, url: str, token: str | None, key: str | None) -> int:
    """Whether a node's log is the one it signed, and what it shows what is in the log."""
    async with connect(find_node(None, url, token)) as client:
        vkey = _read_key(key) if key else await _key_of_node(terminal, None, url)
        with terminal.progress("Log and records") as advance:
            size, records, faults = await verify_from_outside(client, vkey, advance)
    return _judged(terminal, size, records, faults)


async def verify_folder(
    terminal: Terminal, folder: Path, database: str | None, standards: Path | None, key: str | None
) -> int:
    """Whether the ledger in a node's database is the one it signed, and each row of its records the one entered."""
    catalogue = load(standards_of(folder, standards, terminal.say))
    url = database_url(folder, database, terminal.say)
    async with database_of(folder, url) as opened, opened.snapshot() as conn:
        signed = await head(conn)
        vkey = _read_key(key) if key else _key_in(folder, signed)
        vault = vault_in(folder)
        if vault is None:
            terminal.say(f"{folder} does not open what is personal; the rest of each record is verified.")
        registry = registry_of(opened, catalogue, vault)
        with terminal.progress("Ledger") as advance:
            faults = await verify_tree(conn, vkey, advance)
        records = 0

        def checked(done: int, total: int) -> None:
            nonlocal records
            records = done
            tell(done, total)

        with terminal.progress("Records") as tell:
            faults += [fault async for fault in verify_records(registry, conn, checked)]
            faults += [fault async for fault in verify_decisions(conn)]
            faults += [fault async for fault in verify_steps(conn)]
    return _judged(terminal, signed.size, records, faults)


def _judged(terminal: Terminal, size: int, records: int, faults: Sequence[Fault]) -> int:
    shown = [fault.as_json() for fault in faults[:_MOST]]
    said = {"sound": not faults, "entries": size, "records": records, "fault_count": len(faults), "faults": shown}
    found = "1 fault." if len(faults) == 1 else f"{len(faults):,} faults."
    verdict = found if faults else "All of it is as it was signed."
    terminal.result(said, f"{size:,} entries of the ledger and {records:,} versions of records verified. {verdict}")
    terminal.faults(faults)
    return NEEDS_ATTENTION if faults else 0


def _told(proven: Proven) -> str:
    leaf = proven.leaf
    lines = [
        f"Proven: {leaf['type']} {leaf['subject']}, version {leaf['version']} ({leaf['change']})",
        f"recorded {leaf['at']} by {leaf['actor']} on {leaf['node']}",
        f"is entry {proven.position} of the {proven.head.size} that {proven.head.origin} signed.",
    ]
    if proven.record is None:
        return "\n".join([*lines, "The file holds no values, only their digest."])
    data = {**cast("Mapping[str, object]", proven.record["data"]), **(proven.personal or {})}
    return "\n".join([*lines, *(f"  {name}: {_value(value)}" for name, value in data.items())])


def _value(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("file-unreadable", 400, "The file cannot be read", f"{file}: {error}.") from error


def _read_key(key: str) -> str:
    file = Path(key)
    return _text(file).strip() if "+" not in key and file.is_file() else key


async def _key_of_node(terminal: Terminal, data: Path | None, url: str | None) -> str:
    try:
        address = find_node(data, url, None)
    except Problem as problem:
        detail = "A proof is checked with the key of the ledger. Give it with --key; the node shows it at /log/vkey."
        raise Problem("key-needed", 400, "The key of the ledger is needed", detail) from problem
    async with connect(Address(address.url)) as client:
        vkey = (await client.call("GET", "/log/vkey")).text.strip()
    terminal.say(f"The key is the one that {address.url} shows now: {vkey}")
    terminal.say("Give the key with --key, had from elsewhere, to be sure of it.")
    return vkey


def _key_in(folder: Path, signed: Checkpoint) -> str:
    if not (folder / "ledger.key").exists():
        detail = f"{folder} does not hold the ledger's key. Name the node's folder with --data, or the key with --key."
        raise Problem("key-needed", 400, "The key of the ledger is needed", detail)
    return open_signer(folder, signed.origin).verifier.vkey
