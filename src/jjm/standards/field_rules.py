"""What the fields of a standard must mean: references and codes that exist, limits that some value can meet."""

from __future__ import annotations

from collections.abc import Iterator

from jjm.kit import Fault
from jjm.standards.language import shortest, with_length
from jjm.standards.model import Catalogue, Field
from jjm.standards.pattern import parse
from jjm.standards.reader import Document, mapping, step, texts
from jjm.standards.schema import TEXT_LENGTH, field_schema
from jjm.standards.validator import compiled
from jjm.standards.words import amount, did_you_mean, listed

DIGITS = 15
PATTERN_REMEDY = "write a regular expression without look-around and back-references, such as '^[0-9]{6}$'"


def field_faults(document: Document, pointer: str, fields: tuple[Field, ...], catalogue: Catalogue) -> Iterator[Fault]:
    """Everything wrong with the fields declared under `properties` at this place of a file, and inside them."""
    body = mapping(at(document.data, pointer))
    known = mapping(body.get("properties"))
    for index, name in enumerate(texts(body.get("required"))):
        if name not in known:
            message = f"`required` names `{name}`, which is not declared under `properties`"
            yield document.fault(f"{pointer}/required/{index}", message, did_you_mean(name, known))
    for field in fields:
        yield from _field(document, f"{pointer}/properties/{field.name}", field, catalogue)


def at(data: object, pointer: str) -> object:
    """The value at a JSON Pointer made of plain names; None where there is nothing."""
    for part in pointer.split("/")[1:]:
        data = mapping(data).get(part)
    return data


def pattern_error(pattern: str, least: int = 0, most: int = TEXT_LENGTH) -> str | None:
    """Why a pattern cannot be used; None where it matches in linear time and some text of that length has its form."""
    try:
        compiled({"pattern": pattern})
        if shortest(with_length(parse(pattern), least, most)) is None:
            return f"no text of {least} to {most} characters has this form"
    except ValueError as error:
        return str(error).splitlines()[0]
    return None


def _field(document: Document, pointer: str, field: Field, catalogue: Catalogue) -> Iterator[Fault]:
    yield from _targets(document, pointer, field, catalogue)
    yield from _limits(document, pointer, field)
    yield from _decimals(document, pointer, field)
    yield from _blind(document, pointer, field)
    yield from _example(document, pointer, field, catalogue)
    if field.item is not None:
        yield from _field(document, step(pointer, "items"), field.item, catalogue)
    if field.kind == "object" and not field.open:
        yield from field_faults(document, pointer, field.fields, catalogue)


def _targets(document: Document, pointer: str, field: Field, catalogue: Catalogue) -> Iterator[Fault]:
    if field.ref is not None and field.ref not in catalogue.types:
        message = f"`x-ref: {field.ref}` names no registry type"
        yield document.fault(step(pointer, "x-ref"), message, did_you_mean(field.ref, catalogue.types))
    if field.code is not None and field.code not in catalogue.codelists:
        message = f"`x-code: {field.code}` names no codelist"
        otherwise = f"write codes/{field.code}.csv, or name one of: {listed(sorted(catalogue.codelists))}"
        yield document.fault(step(pointer, "x-code"), message, did_you_mean(field.code, catalogue.codelists, otherwise))


def _blind(document: Document, pointer: str, field: Field) -> Iterator[Fault]:
    if not field.blind:
        return
    place = step(pointer, "x-blind")
    if pointer.count("/") != 2 or not pointer.startswith("/properties/"):
        remedy = "leave `x-blind` out, or make it a field of the type itself"
        yield document.fault(place, f"`{field.name}` lies inside another field", remedy)
    elif not field.is_personal:
        remedy = "leave `x-blind` out: a list is filtered by any field that is not personal"
        yield document.fault(place, f"`{field.name}` is not personal", remedy)


def _limits(document: Document, pointer: str, field: Field) -> Iterator[Fault]:
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        message = f"no number is both at least {amount(field.minimum)} and at most {amount(field.maximum)}"
        yield document.fault(step(pointer, "minimum"), message, "write a `minimum` that is not above the `maximum`")
    if field.min_length is not None and field.max_length is not None and field.min_length > field.max_length:
        message = f"no text has at least {field.min_length} and at most {field.max_length} characters"
        remedy = "write a `minLength` that is not above the `maxLength`"
        yield document.fault(step(pointer, "minLength"), message, remedy)
    if wrong := _pattern_error(field):
        yield document.fault(step(pointer, "pattern"), f"the pattern cannot be used: {wrong}", PATTERN_REMEDY)


def _decimals(document: Document, pointer: str, field: Field) -> Iterator[Fault]:
    """What is kept exactly has at most fifteen digits, so that it is written the same before and after."""
    if field.decimals is None:
        return
    most = max(abs(field.maximum or 0), abs(field.minimum or 0))
    if field.maximum is None or field.minimum is None or most * 10**field.decimals >= 10**DIGITS:
        remedy = f"give `minimum` and `maximum` below {10 ** (DIGITS - field.decimals):,}"
        yield document.fault(f"{pointer}/x-decimals", "more digits than a number in JSON keeps", remedy)


def _pattern_error(field: Field) -> str | None:
    if field.pattern is None:
        return None
    most = TEXT_LENGTH if field.max_length is None else field.max_length
    return pattern_error(field.pattern, field.min_length or 0, most)


def _example(document: Document, pointer: str, field: Field, catalogue: Catalogue) -> Iterator[Fault]:
    unknown_code = field.code is not None and field.code not in catalogue.codelists
    if field.example is None or unknown_code or _pattern_error(field):
        return
    if not compiled(field_schema(field, catalogue)).is_valid(field.example):
        message = f"the example {field.example!r} is not allowed by the property itself"
        remedy = "write an example that the property allows; a code or number kept as text stands in quotes"
        yield document.fault(step(pointer, "x-example"), message, remedy)
