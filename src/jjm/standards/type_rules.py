"""What a registry type must mean: a place and names of its own, ids that can be made, areas that lie in areas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from jjm.kit import Fault
from jjm.standards.field_rules import field_faults
from jjm.standards.model import Catalogue, Field, Standard
from jjm.standards.reader import Document, mapping, sequence, step, texts
from jjm.standards.words import did_you_mean, listed

RECORD_COLUMNS = frozenset(
    (
        *("ext", "external_ids", "id", "version", "newest", "change", "valid_from", "valid_to", "recorded_at"),
        *("actor", "node", "source", "reason", "digest", "salt", "sealed", "entry"),
    )
)
LIST_PARAMETERS = frozenset(("filter", "within", "bbox", "fields", "valid_at", "known_at", "limit", "cursor", "count"))
API_ADDRESSES = frozenset(
    ("changes", "subscriptions", "cases", "inbox", "readings", "series", "jobs", "search", "standards", "log")
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LITERAL = re.compile(r"^[A-Z0-9-]*$")
_ONE_VALUE = ("text", "integer", "number", "boolean", "date", "instant", "code", "ref")


@dataclass(frozen=True, slots=True)
class Declared:
    """One registry file: where it lies, what it says, and the type made from its sound part."""

    folder: str
    document: Document
    standard: Standard

    @property
    def names(self) -> frozenset[str]:
        """Every field the file names, the faulty ones too, so that one slip is told once."""
        return frozenset(mapping(mapping(self.document.data).get("properties")))

    def field(self, name: str) -> Field | None:
        """The sound field of that name."""
        return next((f for f in self.standard.fields if f.name == name), None)


Rule = Callable[[Declared, Catalogue], Iterator[Fault]]


def type_faults(declared: Declared, catalogue: Catalogue) -> list[Fault]:
    """Everything in one registry file that does not mean what a standard must mean."""
    own = [fault for rule in _RULES for fault in rule(declared, catalogue)]
    return [*own, *field_faults(declared.document, "", declared.standard.fields, catalogue)]


def _place(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    name, folder, fault = declared.standard.name, declared.folder, declared.document.fault
    _, group, type_name, *_ = f"{mapping(declared.document.data).get('$id', '')}//".split("/")
    if type_name and type_name != name:
        message = f"`$id` names the type `{type_name}`, but the file is called `{name}.yaml`"
        yield fault("/$id", message, f"write `{name}` in `$id`, or rename the file to `{type_name}.yaml`")
    if type_name and group != folder:
        message = f"`$id` names the group `{group}`, but the file lies in the folder `{folder}`"
        yield fault("/$id", message, f"write `{folder}` in `$id`, or move the file to `{group}/`")
    if declared.standard.group and declared.standard.group != folder:
        message = f"the group is `{declared.standard.group}`, but the file lies in the folder `{folder}`"
        yield fault("/x-jjm/group", message, f"write `group: {folder}`, or move the file")


def _plural(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    standard, fault = declared.standard, declared.document.fault
    other = _twin(declared, catalogue, lambda t: t.plural)
    if standard.plural and other:
        message = f"the plural `{standard.plural}` is also that of `{other.name}` ({other.file})"
        yield fault("/x-jjm/plural", message, "give each type its own plural: it is the address in the API")
    if standard.plural in API_ADDRESSES:
        message = f"the plural `{standard.plural}` is an address that the API uses itself"
        yield fault("/x-jjm/plural", message, f"choose another plural, such as `{standard.name}_{standard.plural}`")


def _twin(declared: Declared, catalogue: Catalogue, key: Callable[[Standard], object]) -> Standard | None:
    own = declared.standard
    return next((t for t in catalogue.types.values() if t.name != own.name and key(t) == key(own)), None)


def _reserved(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    for name in sorted({f"{n}_blind" for n in declared.names} & declared.names):
        remedy = f"give the field another name, such as `{name}_flag`"
        yield declared.document.fault(step("/properties", name), f"`{name}` is reserved for finding records", remedy)
    for name in sorted(declared.names & (RECORD_COLUMNS | LIST_PARAMETERS)):
        why = "every record has it without declaring it" if name in RECORD_COLUMNS else "lists use it in the address"
        remedy = f"give the field a name of its own, such as `{declared.standard.name}_{name}`"
        yield declared.document.fault(step("/properties", name), f"`{name}` is reserved: {why}", remedy)


def _id(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    template = declared.standard.id
    if not template:
        return
    for message, remedy in _template_faults(declared, template):
        yield declared.document.fault("/x-jjm/id", message, remedy)
    if other := _twin(declared, catalogue, lambda t: t.id.partition("{")[0]):
        message = f"ids of `{other.name}` begin with the same letters ({other.id})"
        yield declared.document.fault("/x-jjm/id", message, "begin with letters of the type's own, such as `SCH-`")


def _template_faults(declared: Declared, template: str) -> Iterator[tuple[str, str]]:
    names = _PLACEHOLDER.findall(template)
    if not _LITERAL.match(_PLACEHOLDER.sub("", template)):
        yield (
            "outside its braces the id holds more than A-Z, 0-9 and -",
            "write it as in `SCH-{state}-{serial}-{check}`",
        )
    placed = declared.standard.area or (declared.standard.level and declared.standard.level.parents)
    if "state" in names and not placed:
        yield "`{state}` needs to know where a record lies", "name the field that places it: `area: village`"
    area = declared.field(declared.standard.area or "")
    if "state" in names and area is not None and not area.required:
        yield f"`{{state}}` comes from `{area.name}`, which may be absent", f"add `{area.name}` to `required`"
    if "check" in names and "serial" not in names:
        yield "`{check}` is there to guard `{serial}`", "add `{serial}` before `{check}`, or leave `{check}` out"
    fields = [name for name in names if name not in ("state", "serial", "check")]
    if "serial" not in names and not fields:
        yield "every record would get the same id", "add `{serial}`, or a field that is unique such as `{code}`"
    for name in fields:
        yield from _template_field(declared, name)


def _template_field(declared: Declared, name: str) -> Iterator[tuple[str, str]]:
    field = declared.field(name)
    if name not in declared.names:
        yield f"`{{{name}}}` is no field of the type", did_you_mean(name, [*declared.names, "state", "serial", "check"])
    elif field is not None and field.kind not in ("text", "integer", "code", "ref", "date"):
        yield f"`{{{name}}}` is no text, whole number, code, reference or date", "name a field that holds one"
    elif field is not None and field.is_personal:
        yield f"`{{{name}}}` is personal, and ids are seen by everyone", "leave it out of the id"
    elif field is not None and not field.required:
        yield f"`{{{name}}}` may be absent, and then there is no id", f"add `{name}` to `required`"


def _area(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    standard = declared.standard
    if standard.area:
        yield from _points_to_area(declared, catalogue, standard.area, "/x-jjm/area")
    for index, name in enumerate(standard.nearer):
        yield from _points_to_area(declared, catalogue, name, f"/x-jjm/nearer/{index}")
    if standard.nearer and (not standard.area or standard.level or standard.search):
        message = "`nearer` goes with `area`, and not with `level` or `search`, which know one area of a record"
        yield declared.document.fault("/x-jjm/nearer", message, "leave it out, or name the areas by `area`")
    if standard.by_state and not standard.area:
        remedy = "name the field that places a record: `area: village`, or leave `by_state` out"
        yield declared.document.fault("/x-jjm/by_state", "a table by State needs to know where a record lies", remedy)


def _points_to_area(declared: Declared, catalogue: Catalogue, name: str, pointer: str) -> Iterator[Fault]:
    field = declared.field(name)
    if name not in declared.names:
        message = f"`{name}` is not a field of the type"
        yield declared.document.fault(pointer, message, did_you_mean(name, declared.names))
    elif field is not None and field.is_personal:
        remedy = "name another: where a record lies is seen by everyone who sees the record"
        yield declared.document.fault(pointer, f"`{name}` is personal, and what is personal is kept sealed", remedy)
    elif field is not None:
        target = _target(field)
        # A type without a plural could not be read; that is said at its own file.
        areas = [t.name for t in catalogue.types.values() if t.level is not None or not t.plural]
        if target is None or (target in catalogue.types and target not in areas):
            remedy = f"name a field that is a reference, or a list of references, to one of: {listed(areas)}"
            yield declared.document.fault(pointer, f"`{name}` does not point to an area", remedy)


def _target(field: Field) -> str | None:
    return field.item.ref if field.is_list_of_refs and field.item else field.ref


def _level(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    standard, level = declared.standard, declared.standard.level
    if level is None:
        return
    other = _twin(declared, catalogue, lambda t: t.level.name if t.level else t)
    if other:
        message = f"the level `{level.name}` is also that of `{other.name}` ({other.file})"
        yield declared.document.fault("/x-jjm/level/name", message, "give each area type its own level")
    for index, name in enumerate(level.parents):
        pointer = f"/x-jjm/level/parents/{index}"
        yield from _points_to_area(declared, catalogue, name, pointer)
        field = declared.field(name)
        above = catalogue.types.get((_target(field) if field else None) or "")
        if above and above.level and above.name != standard.name and above.level.rank >= level.rank:
            message = f"`{above.name}` has rank {above.level.rank}, so a record of rank {level.rank} cannot lie in it"
            remedy = f"give this type a rank above {above.level.rank}; 0 is the State, larger is further down"
            yield declared.document.fault(pointer, message, remedy)


def _names(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    for pointer, name in _named(mapping(mapping(declared.document.data).get("x-jjm"))):
        if name not in declared.names:
            message = f"`{name}` is not a field of the type"
            yield declared.document.fault(pointer, message, did_you_mean(name, declared.names))
            continue
        field, word = declared.field(name), pointer.split("/")[2]
        if field is not None and field.is_personal and word != "label":
            message = f"`{name}` is personal, and what is personal is kept sealed: it cannot be used for `{word}`"
            yield declared.document.fault(pointer, message, "leave it out; `x-blind: true` finds records by a text")
        elif field is not None and not _suits(word, field):
            yield declared.document.fault(pointer, f"`{name}` cannot be used for `{word}`", _SUITING[word])


def _named(words: object) -> Iterable[tuple[str, str]]:
    for word in ("index", "search", "duplicates"):
        for index, name in enumerate(texts(mapping(words).get(word))):
            yield f"/x-jjm/{word}/{index}", name
    for outer, group in enumerate(sequence(mapping(words).get("unique"))):
        for inner, name in enumerate(texts(group)):
            yield f"/x-jjm/unique/{outer}/{inner}", name
    label = mapping(words).get("label")
    if isinstance(label, str):
        yield "/x-jjm/label", label


_SUITING = {
    "index": "name a field of one value, a list of such values, or a point",
    "unique": "name fields of one value",
    "label": "name a text, code, number or date",
    "search": "name a text or a list of texts",
    "duplicates": "name fields of one value, lists of such values, or points",
}


def _suits(word: str, field: Field) -> bool:
    kind = field.item.kind if field.item is not None else field.kind
    if word == "search":
        return kind == "text"
    if word in ("unique", "label"):
        return field.kind in _ONE_VALUE
    return kind in _ONE_VALUE or field.kind == "point"


def _public(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    said = mapping(mapping(declared.document.data).get("x-jjm")).get("public")
    if said is True and declared.standard.is_personal:
        names = listed(f"`{f.name}`" for f in declared.standard.fields if f.is_personal)
        message = f"a type with personal fields ({names}) is never public"
        yield declared.document.fault("/x-jjm/public", message, "write `public: false`, or leave it out")


def _authority(declared: Declared, catalogue: Catalogue) -> Iterator[Fault]:
    standard, fault = declared.standard, declared.document.fault
    for field in standard.fields:
        pointer = f"/properties/{field.name}"
        if field.authority is not None and standard.authority != "centre":
            message = f"`x-authority` of `{field.name}` says nothing: the records are not the Centre's"
            yield fault(f"{pointer}/x-authority", message, "leave it out, or write `authority: centre` in `x-jjm`")
        if any(part.authority is not None for part in _inside(field)):
            message = f"a part of `{field.name}` has an authority of its own"
            yield fault(pointer, message, f"write `x-authority` on `{field.name}` itself: it is decided as a whole")


def _inside(field: Field) -> Iterator[Field]:
    for part in (*field.fields, *([field.item] if field.item else [])):
        yield part
        yield from _inside(part)


_RULES: tuple[Rule, ...] = (_place, _plural, _reserved, _id, _area, _level, _names, _public, _authority)
