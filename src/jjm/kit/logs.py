"""What a node writes to its log: never a secret and nothing about a person, also not where something goes wrong.

Two rules, in this order. What an error *says* is left out, since it may hold any value: of an error stands its kind, of
one of the system or the database its number, and where in the program it arose. From all other text is taken what has
the form of a secret, a telephone number, an address of mail or an identity number, what stands behind the name of such
a thing, and every value of a query.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, cast

from jjm.kit.errors import Problem

_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LEFT_OUT = "…"
_NAMES = (
    "authorization", "password", "passphrase", "secret", "token", "client_assertion", "assertion", "totp_code", "totp",
    "code", "otp", "cookie", "set-cookie", "phone", "mobile", "email", "api_key", "apikey", "private_key",
)  # fmt: skip
_FORMS = [
    (re.compile(r"\b(jj[a-z]_)[A-Za-z0-9_-]{6,}"), r"\1…"),
    (re.compile(r"\b(wh(?:sec|pk)_)[A-Za-z0-9+/=_-]{6,}"), r"\1…"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"), _LEFT_OUT),
    (re.compile(r"\b(bearer|basic|dpop)\s+[A-Za-z0-9._~+/=-]{4,}", re.IGNORECASE), r"\1 …"),
    (re.compile(r"([?&][\w.%\[\]-]+=)[^&\s\"'<>]+"), r"\1…"),
    (re.compile(r"(://[^/\s:@]+:)[^@\s/]+@"), r"\1…@"),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), _LEFT_OUT),
    (re.compile(r"(?<![\w.])(?:\+|00)?(?:91|0)?[ -]?[6-9]\d{4}[ -]?\d{5}(?![\w])"), _LEFT_OUT),
    (re.compile(r"(?<![\w.-])\d{4}[ -]?\d{4}[ -]?\d{4}(?![\w-])"), _LEFT_OUT),
    (re.compile(r"\b\d{4,8}\b(?= is your code)"), _LEFT_OUT),
    (re.compile(r"(exception=\w+)\(.*\)(?=>)", re.DOTALL), r"\1(…)"),
]


class Scrubber:
    """Takes out of a text what a log must not hold. `names` are those behind which a value is left out."""

    def __init__(self, names: Iterable[str] = _NAMES) -> None:
        self._names: set[str] = set()
        self._named = re.compile("(?!)")
        self.also(names)

    def also(self, names: Iterable[str]) -> None:
        """Leave out what stands behind these names too."""
        self._names |= {name.lower() for name in names}
        any_of = "|".join(map(re.escape, sorted(self._names, key=len, reverse=True)))
        value = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&)}\]]+"
        self._named = re.compile(rf"(?<![\w-])(['\"]?(?:{any_of})['\"]?\s*[:=]\s*)({value})", re.IGNORECASE)

    def clean(self, text: str) -> str:
        """The text without it."""
        for form, instead in _FORMS:
            text = form.sub(instead, text)
        return self._named.sub(rf"\1{_LEFT_OUT}", text)


scrubber = Scrubber()
"""The one of this process; whoever knows the names of what is personal tells it."""


def told(error: BaseException) -> str:
    """An error by its kind and number, without what it says."""
    kind = type(error).__name__
    if isinstance(error, Problem):
        return f"{kind} {error.code}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{kind} {error.errno} {error.strerror}"
    state, rule = getattr(error, "sqlstate", None), getattr(error, "constraint_name", None)
    return " ".join([kind, *(str(part) for part in (state, rule) if part)])


def where(error: BaseException) -> str:
    """An error and those it came from, each by its kind and the way through the program to it."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    text = f"{where(before)}\n\nand then\n\n" if before is not None else ""
    text += "".join(["Traceback:\n", *traceback.format_tb(error.__traceback__)]) + told(error)
    if isinstance(error, BaseExceptionGroup):
        parts = cast("tuple[BaseException, ...]", error.exceptions)  # pyright: ignore[reportUnknownMemberType]
        text += "".join(f"\n\nof these\n\n{where(one)}" for one in parts)
    return text


class _Plain(logging.Formatter):
    """Formats what is logged by the rules of this module."""

    def format(self, record: logging.LogRecord) -> str:
        """One entry."""
        plain = logging.makeLogRecord(record.__dict__ | {"args": _args(record.args), "exc_text": None})
        return scrubber.clean(super().format(plain))

    def formatException(self, ei: Any) -> str:
        """Where an error arose."""
        return where(ei[1]) if ei and ei[1] is not None else ""


class _Error:
    """Stands for an error among the arguments of an entry."""

    def __init__(self, error: BaseException) -> None:
        self._told = told(error)

    def __repr__(self) -> str:
        return self._told

    __str__ = __repr__


def _args(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {name: _arg(value) for name, value in given.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return tuple(map(_arg, given)) if isinstance(given, tuple) else given  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _arg(value: Any) -> Any:
    return _Error(value) if isinstance(value, BaseException) else value


def log_to_standard_error(*, verbose: bool = False) -> None:
    """Warnings on standard error, or with `verbose` all that the node tells of itself; and what would end it unsaid."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Plain(_FORM))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    if verbose:
        logging.getLogger("jjm").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    warnings.formatwarning = _warning
    sys.excepthook = _unhandled
    threading.excepthook = lambda args: _log_unhandled(args.exc_value)
    sys.unraisablehook = lambda args: _log_unhandled(args.exc_value)


def _warning(message: object, category: type[Warning], filename: str, lineno: int, line: str | None = None) -> str:
    return f"{category.__name__} at {filename}:{lineno}"


def _unhandled(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log_unhandled(error)


def _log_unhandled(error: BaseException | None) -> None:
    logging.getLogger("jjm").critical("nobody has dealt with an error", exc_info=error)
