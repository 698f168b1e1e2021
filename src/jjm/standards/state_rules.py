"""What a State's file may say: it adds fields and codes and narrows limits; it never removes or loosens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from jjm.kit import Fault
from jjm.standards.field_rules import PATTERN_REMEDY, field_faults, pattern_error
from jjm.standards.model import Catalogue, Field, FieldKind, StateExtension
from jjm.standards.phrase import describe
from jjm.standards.reader import Document, mapping, sequence
from jjm.standards.words import amount, did_you_mean

_SECTIONS = ("extend", "tighten", "require")
# Limit word: the kinds it goes with, the national limit, and whether a State's number is narrower than that one.
_Limit = tuple[tuple[FieldKind, ...], Callable[[Field], float | None], Callable[[float, float], bool]]
_LIMITS: Mapping[str, _Limit] = {
    "maximum": (("integer", "number"), lambda f: f.maximum, lambda own, national: own <= national),
    "minimum": (("integer", "number"), lambda f: f.minimum, lambda own, national: own >= national),
    "maxLength": (("text",), lambda f: f.max_length, lambda own, national: own <= national),
    "maxItems": (("list",), lambda f: f.max_items, lambda own, national: own <= national),
    "pattern": (("text",), lambda f: None, lambda own, national: True),
}


def state_faults(name: str, document: Document, state: StateExtension, catalogue: Catalogue) -> list[Fault]:
    """Everything in one State's file that does not fit the national standards."""
    return [
        *_place(name, document, state, catalogue),
        *_types(document, catalogue),
        *_extend(document, state, catalogue),
        *_codes(document, catalogue),
        *_tighten(document, catalogue),
        *_require(document, catalogue),
    ]


def _place(name: str, document: Document, state: StateExtension, catalogue: Catalogue) -> Iterator[Fault]:
    if state.iso and state.iso != name:
        message = f"the file is called `{name}.yaml`, but speaks for `{state.iso}`"
        yield document.fault("/iso", message, f"write `iso: {name}`, or rename the file to `{state.iso}.yaml`")
    listed = catalogue.codelists.get("state")
    if listed is None or not state.state:
        return
    meant = listed.codes.get(state.state)
    if meant is None:
        message = f"`{state.state}` is not the LGD code of a State"
        yield document.fault("/state", message, "write the code from codes/state.csv, in quotes")
    elif meant.extra.get("iso", state.iso) != state.iso:
        message = f"the LGD code `{state.state}` is that of {meant.title['en']} ({meant.extra['iso']}), not {state.iso}"
        yield document.fault("/state", message, f"write the LGD code of {state.iso} from codes/state.csv")


def _section(document: Document, section: str) -> Mapping[str, object]:
    return mapping(mapping(document.data).get(section))


def _types(document: Document, catalogue: Catalogue) -> Iterator[Fault]:
    for section in _SECTIONS:
        for name in _section(document, section):
            if name not in catalogue.types:
                message = f"`{name}` is no registry type of the national standard"
                yield document.fault(f"/{section}/{name}", message, did_you_mean(name, catalogue.types))


def _extend(document: Document, state: StateExtension, catalogue: Catalogue) -> Iterator[Fault]:
    for name, fields in state.fields.items():
        pointer = f"/extend/{name}"
        yield from field_faults(document, pointer, fields, catalogue)
        national = {f.name: f for f in catalogue.types[name].fields} if name in catalogue.types else {}
        for field in fields:
            if field.is_personal and name in catalogue.types and not catalogue.types[name].is_personal:
                message = f"`{field.name}` is about persons, and {catalogue.types[name].plural} are open to all"
                remedy = "keep it with a type that is about persons, such as `household`, or leave it out"
                yield document.fault(f"{pointer}/properties/{field.name}", message, remedy)
            if field.name in national:
                message = f"`{field.name}` is a national field of `{name}` ({describe(national[field.name])})"
                remedy = "narrow it under `tighten`, or give the State's own field another name; it cannot be redefined"
                yield document.fault(f"{pointer}/properties/{field.name}", message, remedy)


def _codes(document: Document, catalogue: Catalogue) -> Iterator[Fault]:
    for name, given in _section(document, "codes").items():
        if name not in catalogue.codelists:
            message = f"`{name}` is no national codelist, so nothing can be added to it"
            yield document.fault(f"/codes/{name}", message, did_you_mean(name, catalogue.codelists))
            continue
        seen: set[str] = set()
        for index, entry in enumerate(sequence(given)):
            code = str(mapping(entry).get("code", ""))
            yield from _code(document, f"/codes/{name}/{index}", name, code, seen, catalogue)
            seen.add(code)


def _code(
    document: Document, pointer: str, name: str, code: str, seen: set[str], catalogue: Catalogue
) -> Iterator[Fault]:
    national = catalogue.codelists[name].codes.get(code)
    if national is not None:
        message = f"`{code}` is a national code of `{name}` ({national.title.get('en')}) and keeps that meaning"
        yield document.fault(f"{pointer}/code", message, "give the State's code another name, or leave it out")
    if code in seen:
        yield document.fault(f"{pointer}/code", f"the code `{code}` is there twice", "keep one of the two")


def _tighten(document: Document, catalogue: Catalogue) -> Iterator[Fault]:
    for name, body in _section(document, "tighten").items():
        if name not in catalogue.types:
            continue
        fields = {f.name: f for f in catalogue.types[name].fields}
        for field_name, limits in mapping(body).items():
            pointer = f"/tighten/{name}/{field_name}"
            if field_name not in fields:
                message = f"`{field_name}` is no national field of `{name}`, so it cannot be narrowed"
                yield document.fault(pointer, message, did_you_mean(field_name, fields))
                continue
            for word, own in mapping(limits).items():
                yield from _limit(document, f"{pointer}/{word}", word, own, fields[field_name])


def _limit(document: Document, pointer: str, word: str, own: object, field: Field) -> Iterator[Fault]:
    says = f"the national standard says: {describe(field)}"
    if word not in _LIMITS:
        message = f"a State cannot change `{word}` of `{field.name}`; {says}"
        yield document.fault(pointer, message, f"leave it out; a State may narrow: {', '.join(_LIMITS)}")
        return
    kinds, national, narrower = _LIMITS[word]
    limit = national(field)
    if field.kind not in kinds:
        yield document.fault(pointer, f"`{word}` does not go with `{field.name}`; {says}", "leave it out")
    elif isinstance(own, int | float) and limit is not None and not narrower(own, limit):
        message = f"`{word}: {amount(own)}` loosens `{field.name}`; {says}"
        bound = "at least" if word == "minimum" else "at most"
        yield document.fault(pointer, message, f"write {bound} {amount(limit)}, or leave it out")
    elif isinstance(own, str) and (wrong := pattern_error(own)):
        yield document.fault(pointer, f"the pattern cannot be used: {wrong}", PATTERN_REMEDY)
    elif isinstance(own, int | float) and _nothing_left(word, own, field):
        message = f"`{word}: {amount(own)}` leaves no value for `{field.name}`; {says}"
        yield document.fault(pointer, message, "write a limit that some value of the national standard meets")


def _nothing_left(word: str, own: float, field: Field) -> bool:
    opposite = {"maximum": field.minimum, "minimum": field.maximum, "maxLength": field.min_length}.get(word)
    return opposite is not None and (own > opposite if word == "minimum" else own < opposite)


def _require(document: Document, catalogue: Catalogue) -> Iterator[Fault]:
    for name, names in _section(document, "require").items():
        fields = [f.name for f in catalogue.types[name].fields] if name in catalogue.types else None
        for index, field_name in enumerate(sequence(names)):
            if fields is not None and field_name not in fields:
                message = f"`{field_name}` is no national field of `{name}`"
                otherwise = "require the State's own fields under `extend`, in `required`"
                remedy = did_you_mean(str(field_name), fields, otherwise)
                yield document.fault(f"/require/{name}/{index}", message, remedy)
