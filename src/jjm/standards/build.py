"""Turns what a file of the dialect says into the values of the model; the file has been checked before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, cast

from jjm.standards.model import (
    Authority,
    Code,
    Codelist,
    Field,
    FieldKind,
    Level,
    Personal,
    Role,
    Standard,
    StateExtension,
    Titles,
)
from jjm.standards.reader import Sheet, mapping, sequence, texts

_KINDS: Mapping[str, FieldKind] = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "object",
}
_FORMAT_KINDS: Mapping[str, FieldKind] = {"date": "date", "date-time": "instant"}
_CODE_COLUMNS = {"code", "en", "hi", "source", "source_date", "description"}


def standard_from(name: str, file: str, raw: Mapping[str, object]) -> Standard:
    """The registry type that a checked file declares."""
    words = mapping(raw.get("x-jjm"))
    fields = fields_from(raw)
    level = mapping(words.get("level"))
    names = {f.name for f in fields}
    personal = any(f.is_personal for f in fields)
    return Standard(
        name=name,
        version=str(raw.get("$id", "")).rpartition("/")[2],
        group=str(words.get("group", "")),
        plural=str(words.get("plural", "")),
        title=titles(raw.get("title")),
        plural_title=titles(words.get("plural_title")),
        description=titles(raw.get("description")),
        id=str(words.get("id", "")),
        authority=cast("Authority", words.get("authority", "state")),
        fields=fields,
        area=_text(words.get("area")),
        nearer=texts(words.get("nearer")),
        level=Level(str(level.get("name")), cast("int", level.get("rank", 0)), texts(level.get("parents")))
        if level
        else None,
        index=texts(words.get("index")),
        unique=tuple(texts(group) for group in sequence(words.get("unique"))),
        label=_text(words.get("label")) or ("name" if "name" in names else None),
        public=words.get("public", True) is True and not personal,
        by_state=words.get("by_state") is True,
        by_workflow=words.get("by_workflow") is True,
        search=texts(words.get("search")),
        duplicates=texts(words.get("duplicates")),
        file=file,
    )


def fields_from(raw: Mapping[str, object]) -> tuple[Field, ...]:
    """The fields under `properties`, in the order of the file."""
    required = texts(raw.get("required"))
    properties = mapping(raw.get("properties"))
    return tuple(field_from(name, mapping(value), name in required) for name, value in properties.items())


def field_from(name: str, raw: Mapping[str, object], required: bool = False) -> Field:
    """One property as a field."""
    kind = kind_of(raw)
    return Field(
        name=name,
        kind=kind,
        title=titles(raw.get("title")),
        description=titles(raw.get("description")),
        required=required,
        unit=_text(raw.get("x-unit")),
        decimals=_count(raw.get("x-decimals")),
        code=_text(raw.get("x-code")),
        ref=_text(raw.get("x-ref")),
        personal=Personal(str(raw.get("x-personal", "none"))),
        authority="state" if raw.get("x-authority") == "state" else None,
        format=_text(raw.get("format")) if kind == "text" else None,
        pattern=_text(raw.get("pattern")),
        min_length=_count(raw.get("minLength")),
        max_length=_count(raw.get("maxLength")),
        minimum=_number(raw.get("minimum")),
        maximum=_number(raw.get("maximum")),
        max_items=_count(raw.get("maxItems")),
        item=field_from(name, mapping(raw.get("items"))) if kind == "list" else None,
        fields=fields_from(raw) if kind == "object" else (),
        open=raw.get("x-open") is True,
        blind=raw.get("x-blind") is True,
        moved=raw.get("x-moved") is True,
        source=_text(raw.get("x-source")),
        verify=_text(raw.get("x-verify")),
        example=raw.get("x-example"),
    )


def kind_of(raw: Mapping[str, object]) -> FieldKind:
    """What kind of field the words of a property make it."""
    if "x-code" in raw:
        return "code"
    if "x-ref" in raw:
        return "ref"
    if "x-geo" in raw:
        return "point" if raw["x-geo"] == "point" else "geometry"
    return _FORMAT_KINDS.get(str(raw.get("format")), _KINDS.get(str(raw.get("type")), "text"))


def codelist_from(name: str, file: str, sheet: Sheet) -> Codelist:
    """The codelist that a checked CSV file holds; the first of two equal codes counts."""
    codes: dict[str, Code] = {}
    for row in sheet.rows:
        codes.setdefault(row.cells.get("code", ""), code_from(row.cells))
    return Codelist(name, codes, file)


def code_from(cells: Mapping[str, object]) -> Code:
    """One entry of a codelist; columns that the dialect does not know are kept as extra."""
    extra = {key: str(value) for key, value in cells.items() if key not in _CODE_COLUMNS and value not in (None, "")}
    return Code(
        code=str(cells.get("code", "")),
        title={language: str(cells.get(language, "")) for language in ("en", "hi")},
        source=str(cells.get("source", "")),
        source_date=str(cells.get("source_date", "")),
        description=str(cells.get("description", "") or ""),
        extra=extra,
    )


def state_from(file: str, raw: Mapping[str, object], types: Mapping[str, Standard]) -> StateExtension:
    """What a checked State file adds and tightens, on the ground of the national types."""
    state = str(raw.get("state", ""))
    return StateExtension(
        iso=str(raw.get("iso", "")),
        state=state,
        title=titles(raw.get("title")),
        languages=texts(raw.get("languages")),
        fields={name: fields_from(mapping(body)) for name, body in mapping(raw.get("extend")).items()},
        codes={
            name: tuple(code_from(mapping(entry)) for entry in sequence(entries))
            for name, entries in mapping(raw.get("codes")).items()
        },
        tighten={
            name: _tightened_fields(types[name], mapping(body))
            for name, body in mapping(raw.get("tighten")).items()
            if name in types
        },
        require={name: texts(names) for name, names in mapping(raw.get("require")).items()},
        file=file,
        roles={name: role_from(name, mapping(role), state) for name, role in mapping(raw.get("roles")).items()},
        phrases=_titles_by_two(raw.get("phrases")),
        labels=_titles_by_two(raw.get("labels")),
    )


def _titles_by_two(raw: object) -> dict[str, dict[str, Titles]]:
    return {name: {key: titles(said) for key, said in mapping(body).items()} for name, body in mapping(raw).items()}


def role_from(name: str, raw: Mapping[str, object], state: str | None = None) -> Role:
    """One role of a checked file; one of a State's file is that State's own."""
    return Role(
        name=name,
        title=titles(raw.get("title")),
        description=titles(raw.get("description")),
        places=texts(raw.get("for")),
        permits=texts(raw.get("permits")),
        gives=texts(raw.get("gives")),
        recovers=raw.get("recovers") is True,
        oversees=raw.get("oversees") is True,
        second_person=raw.get("second_person") is True,
        second_factor=raw.get("second_factor") is True,
        delegable=raw.get("delegable") is True,
        given=cast("Literal['by_grant', 'by_phone', 'by_onboarding']", raw.get("given", "by_grant")),
        narrows=texts(raw.get("narrows")),
        state=state,
        purposes=texts(raw.get("purposes")),
    )


def _tightened_fields(standard: Standard, body: Mapping[str, object]) -> tuple[Field, ...]:
    return tuple(tightened(field, mapping(body[field.name])) for field in standard.fields if field.name in body)


def tightened(field: Field, limits: Mapping[str, object]) -> Field:
    """The national field with a State's narrower limits; a limit that the State leaves out stays."""
    return replace(
        field,
        minimum=_number(limits.get("minimum", field.minimum)),
        maximum=_number(limits.get("maximum", field.maximum)),
        max_length=_count(limits.get("maxLength", field.max_length)),
        max_items=_count(limits.get("maxItems", field.max_items)),
        pattern=_text(limits.get("pattern", field.pattern)),
    )


def titles(value: object) -> Titles:
    """Texts by language."""
    return {language: str(text) for language, text in mapping(value).items()}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
