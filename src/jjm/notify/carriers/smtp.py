"""Mails over SMTP (RFC 5321), by STARTTLS or TLS.

SMTP knows no keys. Until the server has been given the words, a failure is tried again; once they were given and no
answer came, nobody knows whether the mail went out: it is `unclear`, and not sent again. Message-ID stays the same.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr
from typing import Any

import aiosmtplib

from jjm.notify.carriers.model import Kind, Options
from jjm.notify.model import Letter, Outcome, Report

_SECONDS = 30.0
_LOCAL = ("127.0.0.1", "localhost", "::1")
_OF_THE_LOGIN = (530, 534, 535, 538)
"""RFC 4954, 6: what a server answers to the name and password, or to their absence."""
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class Smtp:
    """A mail server that takes mails on."""

    host: str
    port: int
    security: str
    sender: str
    user: str | None = None
    password: str | None = None
    trust: ssl.SSLContext | None = None
    name: str = "smtp"
    keeps_keys: bool = False

    async def send(self, letter: Letter) -> Outcome:
        """Give the mail to the server."""
        try:
            mail = mail_of(letter, self.sender).as_bytes()
        except (ValueError, LookupError):
            return Outcome("refused", "the address is none that mail goes to")
        client = aiosmtplib.SMTP(
            hostname=self.host, port=self.port, timeout=_SECONDS, use_tls=self.security == "tls",
            start_tls=self.security == "starttls", tls_context=self.trust,
        )  # fmt: skip
        try:
            await self._begin(client, letter.address)
        except aiosmtplib.SMTPConnectResponseError as error:
            client.close()
            return Outcome("later", f"the mail server answered {error.code} instead of a greeting")
        except aiosmtplib.SMTPResponseException as error:
            client.close()
            return _answered(error.code, "before the words were given")
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            return Outcome("later", f"the mail server was not reached: {type(error).__name__}")
        return await self._give(client, mail)

    async def _begin(self, client: Any, address: str) -> None:
        await client.connect()
        if self.user is not None:
            await client.login(self.user, self.password or "")
        await client.mail(parseaddr(self.sender)[1])
        await client.rcpt(address)

    async def _give(self, client: Any, mail: bytes) -> Outcome:
        try:
            answer = await client.data(mail)
        except aiosmtplib.SMTPResponseException as error:
            return _answered(error.code, "for the words")
        except (aiosmtplib.SMTPException, OSError) as error:
            return Outcome("unclear", f"the line broke while the words were given: {type(error).__name__}")
        finally:
            client.close()
        # What a server says of it may hold the address, so that only words without one are kept.
        said = " ".join(str(answer.message).split())[:200]
        return Outcome("sent", None, None if "@" in said else said)

    def reports(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Report] | None:
        """Mail servers report by mail, which the node does not read."""
        return None

    async def close(self) -> None:
        """Each mail has a connection of its own."""


def mail_of(letter: Letter, sender: str) -> EmailMessage:
    """The mail as it is given to a server; the same each time, but for its date."""
    made = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    domain = address.rpartition("@")[2]
    made["From"] = Address(name, addr_spec=address)
    made["To"] = Address(addr_spec=letter.address)
    made["Subject"] = letter.subject or ""
    made["Date"] = format_datetime(localtime())
    made["Message-ID"] = f"<{letter.id}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text + "\n", cte="base64" if not letter.text.isascii() else None)
    made["Content-Language"] = letter.language  # setting the content takes away all that is said of it before
    return made


def _answered(code: int, when: str) -> Outcome:
    """What a server's answer means: 4xx for now, 5xx for good (RFC 5321, 4.2.1). Its words may hold the address.

    A server that wants another password says nothing of the mail: it is tried again until somebody has mended that.
    """
    for_good = code >= 500 and code not in _OF_THE_LOGIN
    return Outcome("refused" if for_good else "later", f"the mail server answered {code} {when}")


def _make(options: Options) -> Smtp:
    host, sender = options.text("host"), options.text("from")
    security = options.one_of("security", ("starttls", "tls", "none"))
    if security == "none" and host not in _LOCAL:
        raise options.misfit("`security: none` is for a mail server on this machine", "Write `starttls` or `tls`.")
    if "@" not in parseaddr(sender)[1]:
        raise options.misfit("`from` is no address", "Write `from: Jal Jeevan Mission <jjm@state.example>`.")
    authority = options.maybe("ca_file")
    try:
        trust = ssl.create_default_context(cafile=str(options.home / authority) if authority else None)
    except OSError as error:
        raise options.misfit(f"{authority}: {error.strerror}", "Name a file of certificates in PEM.") from error
    user, password = options.maybe("user"), options.secret("password")
    if (user is None) != (password is None):
        raise options.misfit("`user` and its password go together", "Add `password_env` or `password_file`.")
    return Smtp(host, options.whole("port", _PORTS[security]), security, sender, user, password, trust)


KIND = Kind("smtp", ("email",), _make)
