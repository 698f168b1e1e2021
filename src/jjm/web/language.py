"""The languages of the pages: which one a reader gets, and words, numbers and days in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from io import BytesIO, StringIO

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from starlette.requests import Request

from jjm.kit import IST

COOKIE = "lang"
DEFAULT = "en"
NAMES = {"en": "English", "hi": "हिन्दी"}  # each in its own words; a language has its file locale/<code>.po
_LOCALES = {"en": "en_IN", "hi": "hi_IN"}
_YEAR = 365 * 24 * 3600


def N_(text: str) -> str:
    """Marks a text to be translated where it is shown."""
    return text


@dataclass(frozen=True)
class Language:
    """One language: its code, and everything that is said in it."""

    code: str
    translations: NullTranslations

    @property
    def _locale(self) -> str:
        return _LOCALES[self.code]

    def say(self, text: str, **values: object) -> str:
        """The text in this language, with values put in."""
        said = self.translations.ugettext(text)
        return said % values if values else said

    def of(self, titles: Mapping[str, str]) -> str:
        """The title in this language, or in English where a standard has none."""
        return titles.get(self.code) or titles.get("en", "")

    def number(self, value: float) -> str:
        """A number in Indian grouping: 12,34,567."""
        return format_decimal(value, locale=self._locale)

    def percent(self, share: float) -> str:
        """A share as per cent, with one decimal where it says something."""
        return format_percent(share, "#,##0.#%", locale=self._locale)

    def day(self, value: date) -> str:
        """A day: 1 April 2026."""
        return format_date(value, "d MMMM y", locale=self._locale)

    def instant(self, value: datetime) -> str:
        """An instant as the clock shows it in India."""
        return format_datetime(value, "d MMMM y, HH:mm", tzinfo=IST, locale=self._locale) + " IST"


def load() -> dict[str, Language]:
    """Every language of the pages, by code."""
    return {code: Language(code, _read(code)) for code in NAMES}


def _read(code: str) -> NullTranslations:
    if code == DEFAULT:
        return NullTranslations()
    text = files("jjm.web").joinpath(f"locale/{code}.po").read_text("utf-8")
    compiled = BytesIO()
    write_mo(compiled, read_po(StringIO(text), locale=code))
    compiled.seek(0)
    return Translations(compiled)


def choose(request: Request) -> str:
    """The language asked for: in the address, else by the cookie of an earlier choice, else by the browser."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in NAMES:
            return asked
    return _accepted(request.headers.get("accept-language", ""))


def _accepted(header: str) -> str:
    """The best of our languages by Accept-Language (RFC 9110)."""
    best, code = 0.0, DEFAULT
    for part in header.split(","):
        tag, _, weight = part.partition(";q=")
        primary = tag.strip().lower().partition("-")[0]
        if primary in NAMES and (quality := _quality(weight)) > best:
            best, code = quality, primary
    return code


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


def chosen_cookie(request: Request) -> dict[str, str]:
    """The header that keeps a choice made in the address."""
    asked = request.query_params.get("lang")
    if asked not in NAMES:
        return {}
    return {"Set-Cookie": f"{COOKIE}={asked}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly"}
