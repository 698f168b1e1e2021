"""Carriers for tests: a mail server that speaks SMTP by STARTTLS or TLS, with a certificate of its own."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from ports import held_port

USER, PASSWORD = "node", "patra"


@dataclass
class Postbox:
    """What a mail server was given.

    `answers` are what it says to the next mails, `hangs_up` that it breaks off; it answers `slowly`, in up to seconds.
    """

    mails: list[EmailMessage] = field(default_factory=list[EmailMessage])
    answers: list[str] = field(default_factory=list[str])
    hangs_up: bool = False
    slowly: float = 0.0
    is_secure: list[bool] = field(default_factory=list[bool])
    port: int = 0
    authority: Path = Path()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            self.mails.append(cast("EmailMessage", message_from_bytes(envelope.content, policy=default)))
            self.is_secure.append(server.transport.get_extra_info("ssl_object") is not None)
        await asyncio.sleep(random.random() * self.slowly)
        if self.hangs_up:
            server.transport.abort()
        return answer

    def settings(self, **more: Any) -> dict[str, Any]:
        """What a node file says of this server."""
        own = {"carrier": "smtp", "host": "127.0.0.1", "port": self.port, "from": "Jal Jeevan <jjm@node.example>"}
        return own | {"ca_file": str(self.authority), "user": USER, "password_env": "JJM_TEST_SMTP"} | more


@contextlib.contextmanager
def mail_server(folder: Path, *, guarded: bool = True, implicit: bool = False) -> Generator[Postbox, None, None]:
    """A mail server on this machine that wants STARTTLS, a name and a password, unless it is not `guarded`.

    An `implicit` one speaks TLS from the first byte (RFC 8314) and wants the same.
    """
    box = Postbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    box.authority = certificate(folder)
    context.load_cert_chain(box.authority)
    # Told `auth_require_tls`, aiosmtpd knows only of STARTTLS; the port that speaks TLS alone needs no other guard.
    line: dict[str, Any] = {"ssl_context": context, "auth_require_tls": False}
    if not implicit:
        line = {"tls_context": context if guarded else None, "require_starttls": guarded}
    line |= {"auth_required": guarded and not implicit, "authenticator": _authenticate}
    with held_port() as port:
        controller = Controller(box, hostname="127.0.0.1", port=port, **line)
        controller.start()
        try:
            box.port = controller.port
            yield box
        finally:
            controller.stop()


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_known, handled=is_known)


def certificate(folder: Path) -> Path:
    """A key and the certificate that it signed for this machine, in one file."""
    key, now = generate_private_key(SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    file = folder / "mail.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return file
