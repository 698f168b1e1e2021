"""Why no token is given, in the words of RFC 6749 section 5.2 and with what to do about it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from jjm.kit import Problem

Error = Literal["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]
# RFC 6749 allows printable ASCII without the quotation mark and the backslash.
_NOT_ALLOWED = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")
_STATUS = {"invalid_client": 401}


def no_token(error: Error, code: str, description: str) -> Problem:
    """A refusal of the token endpoint: `error` for programs, `code` finer, the description for people."""
    said = _NOT_ALLOWED.sub("?", description)
    return Problem(code, _STATUS.get(error, 400), "No token is given", said, extra={"error": error})


def clock(now: datetime) -> str:
    """The node's time, as it stands in a description."""
    return f"the time of this node is {now.isoformat(timespec='seconds').replace('+00:00', 'Z')}"
