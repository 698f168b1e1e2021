"""What pages are made of and with, as it was when the node started."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

from jjm.web import language
from jjm.web.language import Language


@cache
def _templates() -> dict[str, str]:
    """All templates as they are at the start: those of the next release, put in place under a node, are not its own."""
    return {f.name: f.read_text("utf-8") for f in files("jjm.web").joinpath("templates").iterdir() if f.is_file()}


@cache
def environment(spoken: Language) -> Environment:
    """What renders the pages in one language."""
    made = Environment(
        loader=DictLoader(_templates()),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(spoken.translations, newstyle=True)  # pyright: ignore
    made.filters |= {"number": spoken.number, "percent": spoken.percent, "day": spoken.day, "of": spoken.of}
    made.filters |= {"instant": spoken.instant, "say": spoken.say, "told": spoken.told, "tongue": language.tongue}
    return made


def static() -> dict[str, tuple[bytes, str]]:
    """The static files by name, each with its kind."""
    kinds = {"css": "text/css", "svg": "image/svg+xml", "txt": "text/plain"}
    found = files("jjm.web").joinpath("static").iterdir()
    return {f.name: (f.read_bytes(), kinds[f.name.rpartition(".")[2]]) for f in found}
