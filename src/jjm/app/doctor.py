"""The examination of a machine and a node's folder: what is well, what to look at, what is wrong and how to mend it."""

from __future__ import annotations

import shutil
import socket
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from jjm.app.address import TOKEN_FILE
from jjm.app.inside import database_of
from jjm.app.node import BLOCKS
from jjm.app.serving import FIRST_PORT, claim
from jjm.kit import Database, Problem, embedded, has_cluster
from jjm.kit.migrations import find
from jjm.standards import check, default_folder


class Verdict(StrEnum):
    """What an examination found."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: what was found, and what to do where it is not well."""

    name: str
    verdict: Verdict
    said: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """The finding as JSON."""
        return {"name": self.name, "verdict": self.verdict, "said": self.said, "remedy": self.remedy}
