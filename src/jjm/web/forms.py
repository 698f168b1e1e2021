"""Forms that people post, and the cookies by which pages know them: nothing is taken from a form of another site."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from jjm.access import Access, base_of
from jjm.kit import Problem
from jjm.kit.http import read_body

_MOST, _MOST_FIELDS = 16_000, 50
_LONG, _LONG_FIELDS = 400_000, 1_000
_STRICT, _LAX = "strict", "lax"
_BOUNDARY = re.compile(r"multipart/form-data; *boundary=\"?([!-!#-~]{1,70})\"?", re.IGNORECASE)
_NAME = re.compile(rb"(?i)content-disposition: *form-data;[^\r\n]*?\bname=\"([^\"\r\n]*)\"")
_IS_FILE = re.compile(rb"(?i)content-disposition:[^\r\n]*;\s*filename=")


def is_secure(request: Request) -> bool:
    """True where the page is reached over TLS, so that cookies must not travel without it."""
    return request.url.scheme == "https" or base_of(request).startswith("https://")


def cookie_name(request: Request, name: str) -> str:
    """The name of a cookie; over TLS one that no neighbouring site can set (`__Host-`)."""
    return f"__Host-jjm-{name}" if is_secure(request) else f"jjm_{name}"


def cookie(request: Request, name: str) -> str | None:
    """What a cookie of ours holds."""
    return request.cookies.get(cookie_name(request, name))


def give_cookie(request: Request, response: Response, name: str, value: str, *, returning: bool = False) -> None:
    """Give a cookie that scripts cannot read; `returning` for one that must come back from an outside provider."""
    response.set_cookie(
        cookie_name(request, name), value, path="/", secure=is_secure(request), httponly=True,
        samesite=_LAX if returning else _STRICT,
    )  # fmt: skip


def take_cookie(request: Request, response: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    response.delete_cookie(
        cookie_name(request, name), path="/", secure=is_secure(request), httponly=True, samesite=_STRICT
    )


def form_token(access: Access, request: Request) -> tuple[str, str]:
    """What a form on this page must carry, and the cookie it belongs to."""
    own = cookie(request, "form") or secrets.token_urlsafe(24)
    return _tokens(access, own, cookie(request, "session"))[0], own


async def posted(access: Access, request: Request, *, long: bool = False) -> Mapping[str, str]:
    """The fields of a form that was shown by this node in this browser; `long` for one with comments or tables in it.

    Raises Problem 403 `wrong-form` for any other form, 413 for one that is longer.
    """
    body = await read_body(request, _LONG if long else _MOST)
    most = _LONG_FIELDS if long else _MOST_FIELDS
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=most))
    except ValueError as error:
        raise _wrong() from error
    return _ours(access, request, fields)


async def posted_file(access: Access, request: Request, most: int) -> tuple[Mapping[str, str], bytes]:
    """The fields of a form with one file, and what the file holds; nothing where none was chosen.

    Raises Problem as `posted`; 413 where the file has more than `most` bytes.
    """
    body = await read_body(request, most + _MOST)
    try:
        fields, content = parts_in(request.headers.get("content-type", ""), body)
    except ValueError as error:
        raise _wrong() from error
    return _ours(access, request, fields), content


def parts_in(content_type: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """The fields of a body of the type multipart/form-data (RFC 7578), and the content of its file. Pure.

    What the file is called is not looked at. Raises ValueError for any other body.
    """
    boundary = _BOUNDARY.fullmatch(content_type)
    if boundary is None:
        raise ValueError("there is no boundary")
    _, *pieces = b"".join((b"\r\n", body)).split(b"\r\n--" + boundary[1].encode("ascii"), _MOST_FIELDS)
    if not pieces or not pieces[-1].startswith(b"--"):
        raise ValueError("the last boundary is missing")
    fields, content = dict[str, str](), b""
    for piece in pieces[:-1]:
        head, blank, value = piece.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not blank or name is None:
            raise ValueError("a part has no name")
        if _IS_FILE.search(head):
            content = value
        else:
            fields[name[1].decode()] = value.decode()
    return fields, content


def _ours(access: Access, request: Request, fields: Mapping[str, str]) -> Mapping[str, str]:
    """The fields, if the form was shown by this node in this browser. Raises Problem 403 `wrong-form`."""
    own = cookie(request, "form")
    good, given = _tokens(access, own or "", cookie(request, "session")), fields.get("form_token", "").encode()
    if not own or not any(hmac.compare_digest(given, one.encode()) for one in good):
        raise _wrong()
    origin = request.headers.get("origin")
    if origin not in (None, "null") and urlsplit(origin or "").netloc != request.url.netloc:
        raise _wrong()
    return fields


def _tokens(access: Access, own: str, session: str | None) -> list[str]:
    return [blind.hex() for blind in access.vault.blinds("form", f"{own}\0{session or ''}")]


def _wrong() -> Problem:
    detail = "The form was not filled in on this page, or the page was open for too long. Open it again."
    return Problem("wrong-form", 403, "The form is not taken", detail)
