"""The words of the pages and their translations: `python -m tools.messages CODE` writes down what a language lacks.

A new language begins with it: the file it makes, filled in, is all that the language needs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from jjm.web.faults import CONTEXT
from jjm.web.problems import described
from tools.fault_texts import fault_texts

WEB = Path(__file__).parents[1] / "src/jjm/web"
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


def messages() -> Catalog:
    """Every text of the pages, in English, and of the faults that they show."""
    found = Catalog()
    for path in sorted([*WEB.rglob("*.html"), *WEB.rglob("*.py")]):
        method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
        with path.open("rb") as file:
            for line, text, _, _ in extract(method, file, _KEYWORDS):
                found.add(text, locations=[(str(path.relative_to(WEB)), line)])
    for problem in described().values():
        found.add(problem.meaning, locations=[("problems.txt", 0)])
        found.add(problem.remedy, locations=[("problems.txt", 0)])
    for text, files in fault_texts().by_text.items():
        flags = ["python-format"] if "%(" in text else []
        found.add(text, context=CONTEXT, flags=flags, locations=[(file, 0) for file in sorted(files)])
    return found


def file_of(language: str) -> Path:
    """Where a language's words stand."""
    return WEB / "locale" / f"{language}.po"


def words_of(language: str) -> Catalog:
    """What a language says."""
    path = file_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def lacking(language: str) -> Iterator[str]:
    """What is not said in a language, or is said and no longer asked for."""
    said, wanted = words_of(language), messages()
    for message in wanted:
        known = said.get(message.id, message.context)
        if message.id and (known is None or not _is_whole(known.string)):
            yield f"not translated: {message.id!r}"
        elif message.id and known is not None:
            yield from (f"{message.id!r}: {error}" for error in known.check(said))
    yield from (f"no longer used: {m.id!r}" for m in said if m.id and wanted.get(m.id, m.context) is None)


def _is_whole(said: object) -> bool:
    return all(said) if isinstance(said, tuple) else bool(said)


_KEPT = ("Language:", "Plural-Forms:", "Content-Type:", "Content-Transfer-Encoding:", "MIME-Version:")


def write(language: str, said: Catalog) -> None:
    """Put a language's words into its file, each time in the same order."""
    said.header_comment = f"# The words of the pages, language {language}; kept whole by `python -m tools.messages`."
    written = BytesIO()
    write_po(written, said, width=120, no_location=True, sort_output=True)
    lines = written.getvalue().decode("utf-8").splitlines(keepends=True)
    end = lines.index("\n")
    head = [line for line in lines[:end] if not line.startswith('"') or line[1:].startswith(_KEPT)]
    file_of(language).write_text("".join(head + lines[end:]), "utf-8")


def main() -> None:
    """Bring a language's file up to the pages: new texts come in empty, those no longer used go."""
    language = sys.argv[1]
    said = words_of(language)
    said.update(messages(), no_fuzzy_matching=True)
    said.obsolete.clear()
    write(language, said)
    for line in lacking(language):
        sys.stdout.write(line + "\n")
    texts = fault_texts()
    sys.stdout.write(f"{len(texts.by_text)} texts of faults; {len(texts.unread)} cannot be read from the source\n")
    for place in texts.unread:
        sys.stdout.write(f"  {place}\n")


if __name__ == "__main__":
    main()
