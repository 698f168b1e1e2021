"""The examination of a machine and a node's folder: what is well, what to look at, what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
