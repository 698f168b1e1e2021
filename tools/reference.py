"""The reference of the standards: one page a type, the data dictionary, the codelists, and the page that lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby

from jjm.standards import Catalogue, Code, Codelist, Standard, default_folder, describe, load
from tools.markdown import code, page, table
from tools.type_page import meaning, personal, type_page, walk

FOLDER = "docs/reference"
File = tuple[str, str]


def standards_reference() -> Iterator[File]:
    """Every page that follows from the standards alone."""
    catalogue = _catalogue()
    yield f"{FOLDER}/README.md", _index(catalogue)
    yield f"{FOLDER}/data-dictionary.md", _dictionary(catalogue)
    yield f"{FOLDER}/codelists.md", _codelists(catalogue)
    for standard in catalogue.types.values():
        yield f"{FOLDER}/types/{standard.name}.md", type_page(standard, catalogue)


@cache
def _catalogue() -> Catalogue:
    return load(default_folder())


def _groups(catalogue: Catalogue) -> Iterator[tuple[str, list[Standard]]]:
    ordered = sorted(catalogue.types.values(), key=lambda t: (t.group, t.name))
    return ((group, list(types)) for group, types in groupby(ordered, key=lambda t: t.group))


def _index(catalogue: Catalogue) -> str:
    parts: list[str] = []
    for group, types in _groups(catalogue):
        parts.append(f"## {group.capitalize()}")
        rows = ((f"[{t.title['en']}](types/{t.name}.md)", t.title["hi"], code(t.plural), t.authority) for t in types)
        parts.append(table(("type", "", "address", "authority"), rows))
    return page(
        "Reference of the standards",
        f"{len(catalogue.types)} registry types, {len(catalogue.codelists)} codelists, additions of "
        f"{len(catalogue.states)} States. All fields in one table: [data dictionary](data-dictionary.md). "
        "All codes: [codelists](codelists.md). Who may do what: [roles](roles.md).",
        *parts,
    )


_HEADS = (
    "field",
    "English",
    "Hindi",
    "kind",
    "what it holds",
    "unit",
    "codes",
    "points to",
    "personal",
    "required",
    "meaning",
)


def _dictionary(catalogue: Catalogue) -> str:
    parts: list[str] = []
    for group, types in _groups(catalogue):
        parts.append(f"## {group.capitalize()}")
        for standard in types:
            parts.append(
                f"### {standard.name}\n\n[{standard.title['en']}](types/{standard.name}.md), {standard.title['hi']}"
            )
            parts.append(table(_HEADS, _fields(standard)))
    return page("Data dictionary", "Every field of every registry type.", *parts)


def _fields(standard: Standard) -> Iterator[tuple[object, ...]]:
    for path, field in walk(standard.fields):
        inner = field.item or field
        kind = f"list of {inner.kind}" if field.item else field.kind
        lists = f"[{inner.code}](codelists.md#{inner.code})" if inner.code else ""
        target = f"[{inner.ref}](types/{inner.ref}.md)" if inner.ref else ""
        words = field.title.get("en"), field.title.get("hi"), kind, describe(field), inner.unit, lists, target
        yield code(path), *words, personal(field), "required" if field.required else "", meaning(field)


def _codelists(catalogue: Catalogue) -> str:
    parts = [part for codelist in catalogue.codelists.values() for part in _codelist(codelist, catalogue)]
    intro = (
        "Each code with its source and the day that source was read. A code that is listed keeps its meaning for good."
    )
    return page("Codelists", intro, *parts)


def _codelist(codelist: Codelist, catalogue: Catalogue) -> Iterator[str]:
    added = [(s.title["en"], entry) for s in catalogue.states.values() for entry in s.codes.get(codelist.name, ())]
    entries: list[tuple[str, Code]] = [("", entry) for entry in codelist.codes.values()] + added
    extra = list(dict.fromkeys(name for _, entry in entries for name in entry.extra))
    heads = ["code", "English", "Hindi", *extra, "source", "read on"]
    owner = ["added by"] if added else []
    yield f"## {codelist.name}"
    yield f"`standards/{codelist.file}`"
    yield table(heads + owner, (_code(entry, extra) + ([state] if added else []) for state, entry in entries))


def _code(entry: Code, extra: list[str]) -> list[object]:
    more: Mapping[str, str] = entry.extra
    titles = entry.title["en"] + (f": {entry.description}" if entry.description else ""), entry.title["hi"]
    return [code(entry.code), *titles, *(more.get(name, "") for name in extra), entry.source, entry.source_date]
