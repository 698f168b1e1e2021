"""What a node file says of messages is understood, or refused with what to write instead; secrets never stand in it."""

from __future__ import annotations

from pathlib import Path

import nodes
import pytest

from jjm.app.settings import read_node_file
from jjm.kit import Problem
from jjm.notify import Contact, carriers_from, hold_back, tell

SMTP = "  email: {carrier: smtp, host: mail.example, from: jjm@node.example}\n"
HTTP = "  sms: {carrier: http, url: 'https://sms.example', secret_file: sms.key}\n"
FAULTS = {
    "no channel": ("  pigeon: {carrier: smtp}\n", "`pigeon` is no channel", "email, sms, whatsapp"),
    "no carrier": ("  sms: {carrier: smtp}\n", "`smtp` is no carrier", "http, outbox"),
    "no word": (SMTP.replace("}", ", hosst: x}"), "`hosst` is not understood", "host"),
    "no host": (SMTP.replace("host: mail.example, ", ""), "`host` is missing", "Write"),
    "bare mail": (SMTP.replace("}", ", security: none}"), "on this machine", "starttls"),
    "half a login": (SMTP.replace("}", ", user: jjm}"), "go together", "password_env"),
    "no environment": (SMTP.replace("}", ", user: jjm, password_env: JJM_NOT_SET}"), "has no JJM_NOT_SET", "Set"),
    "no address": (SMTP.replace("jjm@node.example", "jjm"), "`from` is no address", "from:"),
    "bare http": (HTTP.replace("https", "http"), "not reached over https", "https"),
    "no secret": (HTTP.replace(", secret_file: sms.key", ""), "it has no secret", "secret_env"),
    "no file": (HTTP.replace("sms.key", "none.key"), "No such file", "can read"),
    "no DLT template": (HTTP.replace("}", ", templates: {case-late: {en: '12'}}}"), "no DLT template", "19 digits"),
    "no base64": (HTTP.replace("}", ", auth: signature}"), "not base64", "whsec_"),
    "no settings": ("  sms: http\n", "not a list of settings", "Write"),
    "no kind": ("  sms: {carrier: post}\n", "`post` is no carrier", "console, http, outbox"),
}


def node_file(folder: Path, messages: str) -> Path:
    (folder / "sms.key").write_text("prakashan!")
    (folder / "node.yaml").write_text(f"name: IN-KP\nmessages:\n{messages}")
    return folder / "node.yaml"


def test_carriers_are_named_by_channel_and_secrets_lie_beside(tmp_path: Path) -> None:
    found = read_node_file(node_file(tmp_path, SMTP + HTTP))
    carriers, fault = carriers_from(found["messages"], Path("/nowhere"))
    assert fault is None
    assert {channel: (one.name, one.keeps_keys) for channel, one in carriers.items()} == {
        "email": ("smtp", False),
        "sms": ("http", True),
    }
    assert set(carriers_from("console", tmp_path)[0]) == {"email", "sms", "whatsapp"}
    assert carriers_from(None, tmp_path) == ({}, None)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_says_what_to_write(tmp_path: Path, name: str) -> None:
    messages, message, remedy = FAULTS[name]
    with pytest.raises(Problem) as refused:
        read_node_file(node_file(tmp_path, messages))
    (fault,) = refused.value.faults
    assert message in fault.message
    assert remedy in fault.remedy


async def test_what_waited_at_a_backup_is_not_sent_after_its_restore(tmp_path: Path, database_url: str) -> None:
    async with nodes.started(tmp_path / "node", database_url, messages="outbox") as node:
        data = {"workflow": "Sample", "case": "1", "action": "Late"}
        async with node.database.write() as conn:
            (told,) = await tell(
                node.notices, conn, "case-late", Contact("+919876500001"), data, key="1", language="hi"
            )
            assert await hold_back(conn, node.notices.now()) == 1
        async with node.database.read() as conn:
            row = await conn.fetchrow("select status, reason from notify.message where id = $1", told.id)
        assert (row["status"], row["reason"].partition(",")[0]) == ("unknown", "restored from a backup")
    assert not (tmp_path / "node/outbox.ndjson").exists()
