"""The languages of the pages: which one a reader gets, and words, numbers and days in it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO, StringIO
from math import floor

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from starlette.requests import Request

from jjm.kit import IST
from jjm.web.faults import CONTEXT, Telling

COOKIE = "lang"
DEFAULT = "en"
_YEAR = 365 * 24 * 3600


def N_(text: str) -> str:
    """Marks a text to be translated where it is shown."""
    return text


@dataclass(frozen=True, eq=False)
class Language:
    """One language: its code, and everything that is said in it."""

    code: str
    translations: NullTranslations
    faults: Telling = field(default_factory=lambda: Telling({}))

    @property
    def name(self) -> str:
        """The language in its own words."""
        return self._locale.language_name or self.code

    @cached_property
    def _locale(self) -> Locale:
        """The language as it is written in India, where that is known."""
        try:
            return Locale(self.code, "IN")
        except UnknownLocaleError:
            return Locale(self.code)

    def say(self, text: str, **values: object) -> str:
        """The text in this language, with values put in."""
        said = self.translations.ugettext(text)
        return said % values if values else said

    def told(self, text: str) -> str:
        """What the node says of a fault, in this language; in English where it has no words for it."""
        return self.faults.told(text)

    def of(self, titles: Mapping[str, str]) -> str:
        """The title in this language, or in English where a standard has none."""
        return titles.get(self.code) or titles.get("en", "")

    def number(self, value: float, places: int | None = None) -> str:
        """A number in Indian grouping: 12,34,567; with always so many decimals where `places` says."""
        if places is not None:
            return format_decimal(value, f"#,##,##0.{'0' * places}", locale=self._locale)
        return format_decimal(value, locale=self._locale)

    def percent(self, share: float) -> str:
        """A share as per cent with one decimal, rounded down: only the whole is 100."""
        return format_percent(floor(share * 1000) / 1000, "#,##0.#%", locale=self._locale)

    def day(self, value: date | str) -> str:
        """A day: 1 April 2026."""
        value = date.fromisoformat(value) if isinstance(value, str) else value
        return format_date(value, "d MMMM y", locale=self._locale)

    def instant(self, value: datetime | str) -> str:
        """An instant as the clock shows it in India."""
        value = datetime.fromisoformat(value) if isinstance(value, str) else value
        return format_datetime(value, "d MMMM y, HH:mm", tzinfo=IST, locale=self._locale) + " IST"


@cache
def load() -> Mapping[str, Language]:
    """Every language of the pages, by code: English, and each that has a file `locale/<code>.po`."""
    entries = files("jjm.web").joinpath("locale").iterdir()
    found = {e.name.removesuffix(".po"): e.read_text("utf-8") for e in entries if e.name.endswith(".po")}
    spoken = {code: _spoken(code, found[code]) for code in sorted(found)}
    return {DEFAULT: Language(DEFAULT, NullTranslations()), **spoken}


def _spoken(code: str, text: str) -> Language:
    said, compiled = read_po(StringIO(text), locale=code), BytesIO()
    write_mo(compiled, said)
    compiled.seek(0)
    faults = {str(one.id): str(one.string) for one in said if one.context == CONTEXT and one.string}
    return Language(code, Translations(compiled), Telling(faults))


def choose(request: Request, known: Container[str]) -> str:
    """The language asked for: in the address, else by the cookie of an earlier choice, else by the browser."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked and asked in known:
            return asked
    return _accepted(request.headers.get("accept-language", ""), known)


def _accepted(header: str, known: Container[str]) -> str:
    """The best of our languages by Accept-Language (RFC 9110)."""
    best, code = 0.0, DEFAULT
    for part in header.split(","):
        tag, _, weight = part.partition(";q=")
        primary = tag.strip().lower().partition("-")[0]
        if primary in known and (quality := _quality(weight)) > best:
            best, code = quality, primary
    return code


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


def chosen_cookie(request: Request, known: Container[str]) -> dict[str, str]:
    """The header that keeps a choice made in the address."""
    asked = request.query_params.get("lang")
    if not asked or asked not in known:
        return {}
    return {"Set-Cookie": f"{COOKIE}={asked}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly"}


_SCRIPTS = (
    (0x0900, "hi"), (0x0980, "bn"), (0x0A00, "pa"), (0x0A80, "gu"), (0x0B00, "or"), (0x0B80, "ta"), (0x0C00, "te"),
    (0x0C80, "kn"), (0x0D00, "ml"), (0x0D80, "si"),
)  # fmt: skip


def tongue(text: str) -> str:
    """The language by whose voice a text of that script can be read aloud; by its first letter of an Indian script."""
    letter = next((ord(c) for c in text if 0x0900 <= ord(c) < 0x0E00), 0)
    return next((code for start, code in _SCRIPTS if start <= letter < start + 0x80), DEFAULT)
