"""The second factor: one-time codes of an authenticator (RFC 6238), each taken once."""

from __future__ import annotations

import io
from datetime import datetime

import segno
from pyotp import random_base32
from pyotp.totp import TOTP
from pyotp.utils import strings_equal

STEP = 30
_DIGITS = 6
# A clock may be half a minute off, either way.
_AROUND = (0, -1, 1)


def new_secret() -> str:
    """A secret of 160 random bits, in base 32 as authenticators take it."""
    return random_base32()


def step_of(secret: str, code: str, at: datetime, last: int | None) -> int | None:
    """The step whose code this is, around that instant; None for a wrong code or one of a step already taken."""
    typed = "".join(code.split())
    if len(typed) != _DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    totp, now = TOTP(secret), int(at.timestamp()) // STEP
    steps = [now + around for around in _AROUND if last is None or now + around > last]
    return next((step for step in steps if strings_equal(totp.generate_otp(step), typed)), None)


def uri_of(secret: str, account: str, node: str) -> str:
    """The address by which an authenticator takes the secret in."""
    return TOTP(secret, name=account, issuer=node).provisioning_uri()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def picture_of(uri: str) -> str:
    """The same address as a QR code, drawn as SVG."""
    out = io.BytesIO()
    segno.make(uri, error="m").save(
        out, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False
    )
    return out.getvalue().decode()
