"""A provider of SMS, WhatsApp or mail behind one call over HTTP (docs/how-to/send-notices.md has the contract).

The node posts `{id, channel, to, language, text, subject, template, values, sender, entity}` with an Idempotency-Key;
the provider, or a small bridge before it, must bring what it is given twice under a key once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import httpx
import orjson

from jjm.notify.carriers.model import Kind, Options
from jjm.notify.model import OUTSIDE, Letter, Outcome, Report

_SECONDS = 20.0
_DLT = re.compile(r"[0-9]{19}")
_LOCAL = ("http://127.0.0.1", "http://localhost", "http://[::1]")
_OF_THE_MESSAGE = {400, 404, 413, 422}
_LATE, _LONGEST_WAIT, _MOST_REPORTS = 300, 3_600, 1_000
_PLAIN, _NUMBER = re.compile(r"[\w.:-]{1,80}", re.ASCII), re.compile(r"(?<![0-9A-Fa-f])\+?[0-9]{8,13}(?![0-9A-Fa-f])")


@dataclass(frozen=True)
class Http:
    """A provider reached over HTTP.

    `templates` are the ids under which this node has registered the words of an event, by event and language;
    `needs_template` has words without one refused, as carriers in India do (DLT).
    """

    url: str
    auth: str
    key: str
    report_key: str | None
    sender: str | None = None
    entity: str | None = None
    needs_template: bool = False
    templates: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    name: str = "http"
    keeps_keys: bool = True
    _lines: list[httpx.AsyncClient] = field(default_factory=list[httpx.AsyncClient])

    async def send(self, letter: Letter) -> Outcome:
        """Post it. What is not answered is tried again: the provider knows it by its key."""
        template = self.templates.get(letter.event, {}).get(letter.language) or letter.template
        if self.needs_template and template is None:
            return Outcome("refused", "its words are registered under no template")
        body = orjson.dumps(self._said(letter, template))
        try:
            answer = await self._line().post(self.url, content=body, headers=self._headers(letter.id, body))
        except httpx.HTTPError as error:
            return Outcome("later", f"the provider was not reached: {type(error).__name__}")
        return _outcome(answer)

    def _said(self, letter: Letter, template: str | None) -> dict[str, object]:
        return {
            "id": letter.id, "channel": letter.channel, "to": letter.address, "language": letter.language,
            "text": letter.text, "subject": letter.subject, "template": template, "values": list(letter.values),
            "sender": self.sender, "entity": self.entity,
        }  # fmt: skip

    def _headers(self, id: str, body: bytes) -> dict[str, str]:
        own = {"content-type": "application/json", "idempotency-key": id, "user-agent": "jjm-notify/1"}
        if self.auth == "bearer":
            return own | {"authorization": f"Bearer {self.key}"}
        stamp = str(int(time.time()))
        signature = signed(self.key, id, stamp, body)
        return own | {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": signature}

    def reports(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Report] | None:
        """What the provider reports; None if the call is not its own. Raises ValueError for a body that is none."""
        if self.report_key is None or not self._vouched(headers, body, now):
            return None
        content: Any = orjson.loads(body)
        said = cast("dict[str, object]", content) if isinstance(content, dict) else dict[str, object]()
        listed = cast("list[object]", said.get("reports")) if isinstance(said.get("reports"), list) else None
        if listed is None or len(listed) > _MOST_REPORTS:
            raise ValueError("not a list of reports")
        return [_report(one) for one in listed]

    def _vouched(self, headers: Mapping[str, str], body: bytes, now: float) -> bool:
        assert self.report_key is not None
        if self.auth == "bearer":
            given = headers.get("authorization", "").encode()
            return hmac.compare_digest(given, f"Bearer {self.report_key}".encode())
        stamp, id = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
        if not stamp.isdigit() or abs(now - int(stamp)) > _LATE:
            return False
        good = signed(self.report_key, id, stamp, body).encode()
        return any(hmac.compare_digest(one.encode(), good) for one in headers.get("webhook-signature", "").split())

    async def close(self) -> None:
        """Hang up."""
        while self._lines:
            await self._lines.pop().aclose()

    def _line(self) -> httpx.AsyncClient:
        """The line to the provider, opened with the first message."""
        if not self._lines:
            self._lines.append(httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False))
        return self._lines[0]


def signed(key: str, id: str, stamp: str, body: bytes) -> str:
    """The signature of a body as Standard Webhooks have it: HMAC-SHA-256 over `id.timestamp.body`."""
    secret = base64.b64decode(key.removeprefix("whsec_"))
    made = hmac.digest(secret, f"{id}.{stamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}"


def _outcome(answer: httpx.Response) -> Outcome:
    said = _object(answer.content)
    if 200 <= answer.status_code < 300:
        return Outcome("sent", None, _plain(said.get("reference")))
    reason = f"the provider answered {answer.status_code}"
    if answer.status_code in _OF_THE_MESSAGE:
        code = _plain(said.get("code"))
        return Outcome("refused", f"{reason}: {code}" if code else reason)
    wait = answer.headers.get("retry-after", "")
    pause = timedelta(seconds=min(int(wait), _LONGEST_WAIT)) if wait.isdigit() else None
    return Outcome("later", reason, None, pause)


def _report(said: object) -> Report:
    one = cast("dict[str, object]", said) if isinstance(said, dict) else dict[str, object]()
    id, status = one.get("id"), one.get("status")
    if not isinstance(id, str) or status not in ("delivered", "failed"):
        raise ValueError("a report names `id`, and `delivered` or `failed` as `status`")
    return Report(id, status == "delivered", _plain(one.get("code")))


def _object(body: bytes) -> Mapping[str, object]:
    try:
        found: object = orjson.loads(body) if len(body) < 65_536 else None
    except orjson.JSONDecodeError:
        return {}
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}


def _plain(said: object) -> str | None:
    """A word of another's that holds neither an address nor a sentence: letters, digits, few signs, no long number."""
    return said if isinstance(said, str) and _PLAIN.fullmatch(said) and not _NUMBER.search(said) else None


def _make(options: Options) -> Http:
    url = options.text("url")
    if not url.startswith(("https://", *_LOCAL)):
        raise options.misfit("its `url` is not reached over https", "Give an https address; http is for this machine.")
    auth = options.one_of("auth", ("bearer", "signature"))
    key, report_key = options.secret("secret"), options.secret("report_secret")
    if key is None:
        raise options.misfit("it has no secret", "Add `secret_env` or `secret_file`.")
    for secret in (key, report_key) if auth == "signature" else ():
        _check_key(options, secret)
    # What carriers of SMS in India call DLT, WhatsApp has too: outside of a conversation only registered words go out.
    needs_template = options.switch("dlt" if options.channel == "sms" else "registered")
    templates = options.table("templates")
    for ids in templates.values() if options.channel == "sms" else ():
        if wrong := [id for id in ids.values() if not _DLT.fullmatch(id)]:
            raise options.misfit(f"`{wrong[0]}` is no DLT template", "A DLT template has 19 digits, in quotes.")
    sender, entity = options.maybe("sender"), options.maybe("entity")
    return Http(url, auth, key, report_key, sender, entity, needs_template, templates)


def _check_key(options: Options, secret: str | None) -> None:
    try:
        base64.b64decode((secret or "").removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise options.misfit("its secret is not base64", "For `auth: signature` write `whsec_` and base64.") from error


KIND = Kind("http", OUTSIDE, _make)
