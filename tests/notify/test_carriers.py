"""Mail goes out over TLS or not at all; WhatsApp goes to who asked for it, once, and its report comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import people_kit
import pytest
from carriers_kit import PASSWORD, mail_server
from notify_kit import CASE, REPORTS, SECRET, Post
from receivers import OK, Receiver, Reply, receiving

from jjm.notify import Contact, carriers_from, tell
from jjm.notify.model import Letter

LETTER = Letter(
    "MSG-1", "case-late", "email", "asha@post.example", "hi", "जल नमूना SMP-21-0001: देर", "जल नमूना SMP-21-0001: देर"
)


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJM_TEST_SMTP", PASSWORD)
    monkeypatch.setenv("JJM_TEST_WHATSAPP", SECRET)
    monkeypatch.setenv("JJM_TEST_REPORTS", REPORTS)


async def _sent(folder: Path, settings: dict[str, Any]) -> tuple[str, str | None]:
    """What comes of a mail by these settings."""
    found, fault = carriers_from({"email": settings}, folder)
    assert fault is None, fault
    outcome = await found["email"].send(LETTER)
    return outcome.verdict, outcome.reason


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_mail_goes_out_by_both_kinds_of_tls(tmp_path: Path, security: str) -> None:
    with mail_server(tmp_path, implicit=security == "tls") as box:
        assert await _sent(tmp_path, box.settings(security=security)) == ("sent", None)
        (mail,) = box.mails
        assert (mail["To"], mail["Subject"], mail["Content-Language"]) == ("asha@post.example", LETTER.subject, "hi")
        assert mail["Message-ID"] == "<MSG-1@node.example>"
        assert mail.get_content().strip() == LETTER.text
        assert box.is_secure == [True]
        # A certificate that nobody known has signed, and another name: no word is given, and it is tried again.
        stranger = {k: v for k, v in box.settings(security=security).items() if k != "ca_file"}
        assert (await _sent(tmp_path, stranger))[0] == "later"
        assert (await _sent(tmp_path, box.settings(security=security, host="localhost")))[0] == "later"
        wrong = await _sent(tmp_path, box.settings(security=security, user="nobody"))
        assert wrong == ("later", "the mail server answered 535 before the words were given")
        assert len(box.mails) == 1


async def test_no_mail_goes_out_in_the_clear_where_tls_was_asked_for(tmp_path: Path) -> None:
    with mail_server(tmp_path, guarded=False) as plain:
        for security in ("tls", "starttls"):
            verdict, reason = await _sent(tmp_path, plain.settings(security=security))
            assert (verdict, PASSWORD in str(reason)) == ("later", False)
        assert plain.mails == []
    with mail_server(tmp_path, implicit=True) as box:
        box.hangs_up = True
        verdict, reason = await _sent(tmp_path, box.settings(security="tls"))
        assert verdict in ("sent", "unclear"), reason


def _provider(at: Receiver, **more: Any) -> dict[str, Any]:
    own = {"carrier": "http", "url": at.url, "secret_env": "JJM_TEST_WHATSAPP", "report_secret_env": "JJM_TEST_REPORTS"}
    names = {"case-late": {"en": "jjm_case_late", "hi": "jjm_case_late"}}
    return own | {"sender": "919876500000", "registered": True, "templates": names} | more


@pytest.mark.long
async def test_whatsapp_goes_to_who_asked_for_it_once_and_its_report_comes_back(
    tmp_path: Path, database_url: str
) -> None:
    replies: list[Reply] = []
    with receiving(lambda body: replies.pop(0) if replies else OK) as provider, mail_server(tmp_path) as mails:
        settings = {"messages": {"whatsapp": _provider(provider)}}
        async with people_kit.house(tmp_path / "node", database_url, **settings) as house:
            made = await house.invited(None, "district/901", email="asha@post.example")
            post = Post(house, mails, provider, replies, await house.opened(made))
            await house.sign_in(post.asha)
            # Nobody is told by WhatsApp who has not asked for it, and nobody can ask who has no account.
            assert [one.channel for one in await post.tell(key="0")] == ["inbox"]
            async with house.node.database.write() as conn:
                stranger = Contact("+919811100000", None, "en")
                assert await tell(house.node.notices, conn, "case-late", stranger, CASE, key="0") == []
            wish = {"choices": {"work": ["whatsapp"]}, "language": "hi"}
            await house.call(post.asha, "PUT", "/me/preferences", wish)
            replies.append((503, {"retry-after": "20"}))
            told = {one.channel: one.id for one in await post.tell()}
            assert list(told) == ["inbox", "whatsapp"]
            await post.until(lambda: provider.calls)
            await post.stands(told["whatsapp"], "waiting")
            house.later(seconds=21)
            await post.stands(told["whatsapp"], "sent")
            assert await post.tell() == [], "the same under the same key"

            first, second = provider.calls
            assert [first.status, second.status] == [503, 204]
            assert first.body == second.body
            assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == told["whatsapp"]
            assert second.headers["authorization"] == f"Bearer {SECRET}"
            said = orjson.loads(second.body)
            assert (said["channel"], said["language"], said["sender"]) == ("whatsapp", "hi", "919876500000")
            assert (said["template"], said["subject"]) == ("jjm_case_late", None)
            assert said["to"] == "+919876500001" and said["values"] == ["Water sample", "SMP-21-0001", "Late"]
            assert said["text"].endswith("जल जीवन मिशन")

            path, good = "/api/v1/message-reports/whatsapp", {"authorization": f"Bearer {REPORTS}"}
            report = {"reports": [{"id": told["whatsapp"], "status": "delivered"}]}
            assert (await house.anybody.post(path, json=report)).status_code == 401
            for taken in (1, 0):
                answer = await house.anybody.post(path, json=report, headers=good)
                assert (answer.status_code, answer.json()) == (200, {"taken": taken})
            await post.stands(told["whatsapp"], "delivered")

            # Words that are registered under no template are not sent, and the operator is told why.
            async with house.node.database.write() as conn:
                values = CASE | {"action": "Received"}
                sent = await tell(house.node.notices, conn, "case-came", post.asha.id, values, key="2")
            kept = await post.stands(next(one.id for one in sent if one.channel == "whatsapp"), "failed")
            assert kept["reason"] == "its words are registered under no template"
            assert len(provider.calls) == 2
