"""People are told once, by the channels they want, in their language and in time; the operator sees what went wrong."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Any

import orjson
import pytest
from notify_kit import CASE, REPORTS, SECRET, Post

from jjm.kit import Problem
from jjm.notify import Contact, carriers_from, tell, tidy
from jjm.notify.carriers.http import signed

pytestmark = pytest.mark.long


async def test_somebody_is_told_once_by_each_channel(post: Post) -> None:
    told = await post.tell()
    assert [one.channel for one in told] == ["inbox", "email", "sms"]
    assert await post.tell() == [], "the same under the same key"
    names = {one.channel: one.id for one in told}
    await post.stands(names["sms"], "sent")
    kept = await post.stands(names["email"], "sent")
    (call,) = post.sms.calls
    said = orjson.loads(call.body)
    assert call.headers["idempotency-key"] == said["id"] == names["sms"]
    assert call.headers["authorization"] == f"Bearer {SECRET}"
    assert said["to"].endswith("9876500001")
    assert said["text"] == "Water sample SMP-21-0001: Late. Open your inbox. Jal Jeevan Mission"
    assert (said["template"], said["sender"], said["entity"]) == ("1107160000000000001", "JJMKLP", "1101")
    assert said["values"] == ["Water sample", "SMP-21-0001", "Late"]
    (mail,) = post.mails.mails
    assert (mail["To"], mail["Subject"]) == ("asha@post.example", "Water sample SMP-21-0001: Late")
    assert mail["Message-ID"] == f"<{names['email']}@node.example>"
    assert post.mails.is_secure == [True]
    assert b"asha@post.example" not in bytes(kept["sealed"]) + repr(kept).encode()
    inbox = await post.house.call(post.asha, "GET", "/messages")
    assert inbox["unread"] == 1
    (one,) = inbox["items"]
    assert (one["id"], one["subject"]) == (names["inbox"], "Water sample SMP-21-0001: Late")
    await post.house.call(post.asha, "POST", f"/messages/{one['id']}:read")
    assert (await post.house.call(post.asha, "GET", "/messages?unread=true"))["items"] == []
    await post.house.call(post.asha, "POST", f"/messages/{one['id']}:unread")
    await post.house.call(post.asha, "POST", "/messages:read", status=204)
    assert (await post.house.call(post.asha, "GET", "/messages"))["unread"] == 0
    await post.house.call(None, "GET", "/messages", status=403)
    await post.house.call(post.asha, "GET", "/messages/MSG-0", status=404)


async def test_what_is_undone_is_told_to_nobody(post: Post) -> None:
    with pytest.raises(RuntimeError):
        async with post.house.node.database.write() as conn:
            await tell(post.house.node.notices, conn, "case-late", post.asha.id, CASE, key="1")
            raise RuntimeError
    await asyncio.sleep(1)
    assert not post.sms.calls
    assert not post.mails.mails
    with pytest.raises(Problem) as refused:
        async with post.house.node.database.write() as conn:
            await tell(post.house.node.notices, conn, "case-late", post.asha.id, {"case": "1"}, key="1")
    assert refused.value.code == "notice-variables"


async def test_the_own_language_and_what_one_wants(post: Post) -> None:
    wanted: dict[str, Any] = {"language": "hi", "choices": {"work": ["email"]}}
    kept = await post.house.call(post.asha, "PUT", "/me/preferences", wanted)
    work = next(one for one in kept["kinds"] if one["kind"] == "work")
    assert (kept["language"], work["channels"], kept["carried"]) == ("hi", ["email"], ["email", "sms"])
    told = await post.tell()
    assert [one.channel for one in told] == ["inbox", "email"]
    await post.until(lambda: post.mails.mails)
    assert "पर ज़िम्मेदार व्यक्ति का ध्यान चाहिए" in post.mails.mails[0].get_content()
    off = {"choices": {"security": ["whatsapp"]}}
    refused = await post.house.call(post.asha, "PUT", "/me/preferences", off, 422)
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("bad-preference", "/choices/security")
    await post.house.call(post.asha, "PUT", "/me/preferences", {"language": "xx"}, 422)
    await post.house.call(post.asha, "PUT", "/me/preferences", {"choices": {"gossip": []}}, 422)
    assert (await post.house.call(post.asha, "GET", "/me/preferences"))["language"] == "hi"


async def test_nothing_is_sent_at_night_that_can_wait(post: Post) -> None:
    post.house.later(hours=11)  # 22:30 in India
    waits = await post.tell()
    urgent = await post.tell(key="2", urgent=True)
    await post.stands(urgent[2].id, "sent")
    assert (await post.stands(waits[2].id, "waiting"))["due_at"].isoformat() == "2026-12-01T01:30:00+00:00"
    post.house.later(hours=9)
    await post.stands(waits[2].id, "sent")
    assert len(post.sms.calls) == 2


async def test_a_provider_that_is_down_is_tried_again_under_the_same_key(post: Post) -> None:
    post.replies += [(503, {}), (429, {"retry-after": "300"})]
    told = (await post.tell())[2]
    await post.until(lambda: len(post.sms.calls) == 1)
    assert (await post.stands(told.id, "waiting"))["reason"] == "the provider answered 503"
    post.house.later(seconds=13)
    await post.until(lambda: len(post.sms.calls) == 2)
    await post.stands(told.id, "waiting")
    post.house.later(seconds=290)
    await asyncio.sleep(1)
    assert len(post.sms.calls) == 2, "it asked to be left alone for 300 s"
    post.house.later(seconds=15)
    assert (await post.stands(told.id, "sent"))["attempts"] == 3
    assert len({call.headers["idempotency-key"] for call in post.sms.calls}) == 1


async def test_what_is_over_is_not_sent(post: Post) -> None:
    post.replies += [(503, {})]
    told = (await post.tell())[2]
    await post.until(lambda: post.sms.calls)
    await post.stands(told.id, "waiting")
    post.house.later(days=3)
    assert (await post.stands(told.id, "expired"))["reason"] == "the provider answered 503"
    assert len(post.sms.calls) == 1


async def test_the_operator_sees_what_failed_without_words_or_addresses(post: Post) -> None:
    post.replies += [(422, {})]
    post.mails.answers += ["554 5.7.1 asha@post.example is not wanted"]
    told = {one.channel: one.id for one in await post.tell()}
    await post.stands(told["sms"], "failed")
    await post.stands(told["email"], "failed")
    seen = await post.house.call(None, "GET", "/message-troubles?status=failed")
    assert {one["reason"] for one in seen["items"]} == {
        "the provider answered 422", "the mail server answered 554 for the words"
    }  # fmt: skip
    text = orjson.dumps(seen).decode()
    assert "post.example" not in text
    assert "98765" not in text
    await post.house.call(post.asha, "GET", "/message-troubles", status=403)
    await post.house.call(None, "POST", f"/message-troubles/{told['sms']}:send-again", status=204)
    await post.stands(told["sms"], "sent")
    again = await post.house.call(None, "POST", f"/message-troubles/{told['sms']}:send-again", status=409)
    assert again["code"] == "message-over"
    counts = (await post.house.call(None, "GET", "/message-counts"))["items"]
    late = {(one["channel"], one["status"]): one["messages"] for one in counts if one["event"] == "case-late"}
    assert late == {("inbox", "delivered"): 1, ("sms", "sent"): 1, ("email", "failed"): 1}
    metrics = (await post.house.anybody.get("/metrics")).text
    assert 'jjm_messages_settled_total{channel="sms",status="failed"}' in metrics


async def test_a_mail_of_which_nobody_knows_is_not_sent_again_by_itself(post: Post) -> None:
    post.mails.hangs_up = True
    told = (await post.tell())[1]
    kept = await post.stands(told.id, "unknown")
    assert kept["reason"].startswith("the line broke while the words were given")
    post.mails.hangs_up = False
    post.house.later(hours=1)
    await asyncio.sleep(1)
    assert len(post.mails.mails) == 1
    await post.house.call(None, "POST", f"/message-troubles/{told.id}:send-again", status=204)
    await post.stands(told.id, "sent")
    first, second = post.mails.mails
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_mail_server_that_is_busy_is_tried_again(post: Post) -> None:
    post.mails.answers += ["451 come back later"]
    told = (await post.tell())[1]
    await post.until(lambda: not post.mails.answers)
    await post.stands(told.id, "waiting")
    post.house.later(seconds=13)
    await post.stands(told.id, "sent")
    assert len(post.mails.mails) == 1


async def test_a_provider_reports_what_arrived(post: Post) -> None:
    told = (await post.tell())[2]
    await post.stands(told.id, "sent")
    report = {"reports": [{"id": told.id, "status": "delivered"}, {"id": "MSG-0", "status": "failed"}]}
    path, good = "/api/v1/message-reports/sms", {"authorization": f"Bearer {REPORTS}"}
    for headers in ({}, {"authorization": f"Bearer {SECRET}"}):
        assert (await post.house.anybody.post(path, json=report, headers=headers)).status_code == 401
    assert (await post.house.anybody.post(path, json={"reports": 1}, headers=good)).status_code == 400
    assert (await post.house.anybody.post(f"{path}x", json=report, headers=good)).status_code == 404
    mail = await post.house.anybody.post("/api/v1/message-reports/email", json=report, headers=good)
    assert mail.status_code == 401, "mail servers report nothing"
    for taken in (1, 0):
        answer = await post.house.anybody.post(path, json=report, headers=good)
        assert (answer.status_code, answer.json()) == (200, {"taken": taken})
    assert (await post.stands(told.id, "delivered"))["settled_at"] is not None


async def test_words_end_before_the_record_of_them(post: Post) -> None:
    told = (await post.tell())[2]
    await post.stands(told.id, "sent")
    post.house.later(days=179)
    await tidy(post.house.node.notices)
    assert (await post.stands(told.id, "sent"))["sealed"] is not None
    post.house.later(days=2)
    await tidy(post.house.node.notices)
    assert (await post.stands(told.id, "sent"))["sealed"] is None
    post.house.later(days=600)
    await tidy(post.house.node.notices)
    async with post.house.node.database.read() as conn:
        assert await conn.fetchval("select count(*) from notify.message") == 0


async def test_who_closed_the_account_is_told_nothing_more(post: Post) -> None:
    told = await post.tell()
    await post.stands(told[2].id, "sent")
    await post.house.call(None, "POST", f"/people/{post.asha.id}:close", status=204)
    assert await post.tell(key="2") == []
    await tidy(post.house.node.notices)
    assert (await post.stands(told[0].id, "delivered"))["sealed"] is None


async def test_a_code_is_erased_once_it_was_sent_and_words_without_a_template_are_not(post: Post) -> None:
    refused = await post.house.anybody.post("/api/v1/phone-codes", json={"phone": "9811100000"})
    assert (refused.status_code, refused.json()["code"]) == (502, "message-not-sent")
    seen = await post.house.call(None, "GET", "/message-troubles")
    assert seen["items"][0]["reason"] == "its words are registered under no template"
    async with post.house.node.database.write() as conn:
        (told,) = await tell(
            post.house.node.notices, conn, "sign-in-code", Contact("+919811100000"), {"code": "1", "node": "x"}, key="z"
        )
    assert (await post.stands(told.id, "failed"))["sealed"] is None


async def test_reports_may_be_signed(tmp_path: Any) -> None:
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()
    (tmp_path / "key").write_text(secret)
    said = {"sms": {"carrier": "http", "url": "https://sms.example", "auth": "signature"}}
    said["sms"] |= {"secret_file": "key", "report_secret_file": "key"}
    found, fault = carriers_from(said, tmp_path)
    assert fault is None
    body, now = b'{"reports":[{"id":"MSG-1","status":"failed","code":"DND"}]}', time.time()
    stamp = str(int(now))
    headers = {"webhook-id": "r1", "webhook-timestamp": stamp, "webhook-signature": signed(secret, "r1", stamp, body)}
    (report,) = found["sms"].reports(headers, body, now) or ()
    assert (report.id, report.delivered, report.reason) == ("MSG-1", False, "DND")
    assert found["sms"].reports(headers, body + b" ", now) is None
    assert found["sms"].reports(headers, body, now + 301) is None
    assert found["sms"].reports(headers | {"webhook-signature": "v1,x"}, body, now) is None
