"""What an indicator must mean: sets of types that are there, fields that can be counted, columns in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import cql2

from jjm.kit import Fault
from jjm.standards.indicators.build import KINDS
from jjm.standards.indicators.model import REPORT_DAY, Day, Holding, Indicator, Measure, RecordSet
from jjm.standards.model import Catalogue, Field, Standard
from jjm.standards.reader import Document, mapping, sequence
from jjm.standards.words import did_you_mean

Rule = Callable[[Document, Indicator, Catalogue], Iterator[Fault]]
_NUMBERS, _DAYS = ("integer", "number"), ("date", "instant")
_COMPARED = ("=", "<>", "<", "<=", ">", ">=")


def indicator_faults(document: Document, indicator: Indicator, catalogue: Catalogue) -> list[Fault]:
    """Everything in an indicator that does not mean what an indicator must mean."""
    return [fault for rule in _RULES for fault in rule(document, indicator, catalogue)]


def _named(document: Document, indicator: Indicator, catalogue: Catalogue) -> Iterator[Fault]:
    said = str(mapping(document.data).get("$id", ""))
    if said and not said.startswith(f"jjm:indicator/{indicator.name}/"):
        remedy = f"write `jjm:indicator/{indicator.name}/…`, or rename the file"
        yield document.fault("/$id", f"this file is called {indicator.name}", remedy)
    levels = [s.level.name for s in catalogue.levels() if s.level]
    if indicator.grain not in levels:
        yield document.fault("/grain", f"there is no level `{indicator.grain}`", did_you_mean(indicator.grain, levels))
    if indicator.without is not None and indicator.without not in indicator.sets:
        remedy = did_you_mean(indicator.without, indicator.sets)
        yield document.fault("/without", f"there is no set `{indicator.without}`", remedy)
    if indicator.groups is not None and indicator.groups.codelist not in catalogue.codelists:
        remedy = did_you_mean(indicator.groups.codelist, catalogue.codelists)
        yield document.fault("/groups/codelist", f"there is no codelist `{indicator.groups.codelist}`", remedy)


def _sets(document: Document, indicator: Indicator, catalogue: Catalogue) -> Iterator[Fault]:
    for at, one in _parts(indicator):
        type = catalogue.types.get(one.type)
        if type is None:
            remedy = did_you_mean(one.type, catalogue.types)
            yield document.fault(f"{at}/type", f"there is no registry type `{one.type}`", remedy)
            continue
        yield from _placed(document, at, type)
        if one.plus and one.newest_of:
            yield document.fault(
                f"{at}/plus", "the newest of several types is not known", "leave out `newest` or `plus`"
            )
        if not type.public and indicator.opens is None:
            remedy = "say why such sums may be public: `opens: …`"
            yield document.fault(f"{at}/type", f"`{one.type}` is not public", remedy)
        yield from _set_fields(document, at, one, type)
        yield from _condition(document, f"{at}/where", one.where, type, kept=indicator.kept)


def _parts(indicator: Indicator) -> Iterator[tuple[str, RecordSet]]:
    """Every set of one type, with its place in the file."""
    for name, one in indicator.sets.items():
        yield f"/sets/{name}", one
        yield from ((f"/sets/{name}/plus/{n}", part) for n, part in enumerate(one.plus))


def _placed(document: Document, at: str, type: Standard) -> Iterator[Fault]:
    """A record counts in the one area that it names, or, for an area, is."""
    single = type.level is not None or (type.area and type.field(type.area).kind == "ref")
    if not single or type.nearer:
        remedy = "count a type whose `area` is one reference"
        yield document.fault(f"{at}/type", f"a record of `{type.name}` may lie in several areas", remedy)


def _set_fields(document: Document, at: str, one: RecordSet, type: Standard) -> Iterator[Fault]:
    plain = {f.name: f for f in type.fields if not f.is_personal}
    named = {"newest/of": one.newest_of} | {f"newest/by/{n}": f for n, f in enumerate(one.newest_by)}
    for word, name in named.items():
        if name is not None and name not in plain:
            remedy = did_you_mean(name, plain)
            yield document.fault(f"{at}/{word}", f"`{name}` is no open field of `{type.name}`", remedy)
    if one.year is not None:
        yield from _day(document, f"{at}/year", one.year, plain)


def _day(document: Document, at: str, day: Day, plain: Mapping[str, Field]) -> Iterator[Fault]:
    found = plain.get(day.field)
    if found is not None and day.part is not None:
        parts = {f.name: f for f in found.item.fields if not f.is_personal} if found.item else {}
        found = parts.get(day.part)
    said = day.field if day.part is None else f"{day.field}/{day.part}"
    if found is None:
        yield document.fault(at, f"`{said}` is no open field of the type", did_you_mean(day.field, plain))
    elif found.kind not in _DAYS:
        yield document.fault(at, f"`{said}` is no day", "name a field with `format: date` or `date-time`")


def _condition(document: Document, at: str, text: str | None, type: Standard, *, kept: bool) -> Iterator[Fault]:
    if text is None:
        return
    try:
        parsed = cql2.parse_text(text).to_json()
    except Exception as error:
        yield document.fault(at, f"this is not CQL2 text: {error}", "write such as `piped_supply = true`")
        return
    known = {f.name: f for f in type.fields if not f.is_personal}
    named = list(_properties(parsed))
    days = [name for name in _against_the_day(parsed) if name in known and known[name].kind == "date"]
    for name in named:
        if name not in known and name != REPORT_DAY:
            yield document.fault(at, f"`{name}` is no open field of `{type.name}`", did_you_mean(name, known))
    if named.count(REPORT_DAY) != len(days):
        remedy = f"compare a field with `format: date`, such as `accredited_upto >= {REPORT_DAY}`"
        yield document.fault(at, f"`{REPORT_DAY}` stands where no day is compared", remedy)
    if kept and REPORT_DAY in named:
        remedy = "leave out `kept`, or count what changes with the records alone"
        yield document.fault(at, f"kept sums do not change with `{REPORT_DAY}`", remedy)


def _against_the_day(node: object) -> Iterator[str]:
    """The fields that are compared with the day of the report."""
    entries = mapping(node)
    args = sequence(entries.get("args"))
    if entries.get("op") in _COMPARED and mapping(args[1]) == {"property": REPORT_DAY}:
        yield str(mapping(args[0]).get("property"))
    for part in args:
        yield from _against_the_day(part)


def _properties(node: object) -> Iterator[str]:
    entries = mapping(node)
    if isinstance(entries.get("property"), str):
        yield str(entries["property"])
    for part in sequence(entries.get("args")):
        yield from _properties(part)


def _columns(document: Document, indicator: Indicator, catalogue: Catalogue) -> Iterator[Fault]:
    before: set[str] = set()
    for index, raw in enumerate(sequence(mapping(document.data).get("columns"))):
        at, entry = f"/columns/{index}", mapping(raw)
        kinds = [kind for kind in KINDS if kind in entry]
        if len(kinds) != 1:
            message = f"`{entry.get('name')}` says {len(kinds)} ways to get it"
            yield document.fault(at, message, f"say one: {', '.join(KINDS)}")
        for kind in ("less", "share"):
            for word, name in mapping(entry.get(kind)).items():
                if name not in before:
                    message = f"there is no column `{name}` before this one"
                    yield document.fault(f"{at}/{kind}/{word}", message, did_you_mean(str(name), before))
        if entry.get("name") in before:
            yield document.fault(f"{at}/name", f"there are two columns `{entry['name']}`", "give each its own name")
        before.add(str(entry.get("name")))


def _measures(document: Document, indicator: Indicator, catalogue: Catalogue) -> Iterator[Fault]:
    levels = [s.level.name for s in catalogue.levels() if s.level]
    for index, column in enumerate(indicator.columns):
        measure = column.measure
        if measure is None:
            continue
        at = f"/columns/{index}/{measure.kind}"
        if measure.kind == "areas":
            if measure.of not in levels:
                yield document.fault(at, f"there is no level `{measure.of}`", did_you_mean(measure.of, levels))
            continue
        one = indicator.sets.get(measure.of)
        if one is None:
            remedy = did_you_mean(measure.of, indicator.sets)
            yield document.fault(f"{at}/of", f"there is no set `{measure.of}`", remedy)
            continue
        types = [type for part in one.parts if (type := catalogue.types.get(part.type))]
        for type in types:
            yield from _measured(document, at, measure, {f.name: f for f in type.fields if not f.is_personal})
            yield from _condition(document, f"{at}/where", measure.where, type, kept=indicator.kept)
        yield from _passed_over(document, at, measure, types)


def _passed_over(document: Document, at: str, measure: Measure, types: Sequence[Standard]) -> Iterator[Fault]:
    if (held := measure.holding) is None:
        return
    lists = [f for type in types for f in type.fields if f.name == held.field]
    parts = {p.name for f in lists if f.item for p in f.item.fields}
    for name, _ in held.without:
        if name not in parts:
            message = f"no entry of `{held.field}` has `{name}`"
            yield document.fault(f"{at}/holding/without", message, did_you_mean(name, parts))


def _measured(document: Document, at: str, measure: Measure, fields: Mapping[str, Field]) -> Iterator[Fault]:
    word = "field" if measure.kind == "sum" else "each"
    if measure.field is not None and measure.field not in fields:
        remedy = did_you_mean(measure.field, fields)
        yield document.fault(f"{at}/{word}", f"`{measure.field}` is no open field of the type", remedy)
    elif measure.kind == "sum" and measure.field and fields[measure.field].kind not in _NUMBERS:
        yield document.fault(f"{at}/field", f"`{measure.field}` is no number", "sum a number, or count")
    if (held := measure.holding) is not None:
        found = fields.get(held.field)
        parts = [f.name for f in found.item.fields] if found and found.item else []
        if held.part not in parts:
            message = f"`{held.field}` is no list whose entries have `{held.part}`"
            yield document.fault(f"{at}/holding", message, did_you_mean(held.part, parts))


def _listing(document: Document, indicator: Indicator, catalogue: Catalogue) -> Iterator[Fault]:
    """A list tells of each record its area, its day and codes: nothing that a person wrote."""
    if (told := indicator.listing) is None:
        return
    one = indicator.sets.get(told.of)
    if one is None:
        yield document.fault("/list/of", f"there is no set `{told.of}`", did_you_mean(told.of, indicator.sets))
        return
    if any(part.year is None for part in one.parts):
        yield document.fault("/list/of", f"`{told.of}` has no day", "say `year` in each of its parts")
    levels = {s.level.name: s.level.rank for s in catalogue.levels() if s.level}
    types = [type for part in one.parts if (type := catalogue.types.get(part.type))]
    grain = levels.get(indicator.grain, 0)
    for type in types:
        if type.area and levels.get(type.field(type.area).ref or "", -1) < grain:
            message = f"a record of `{type.name}` may lie in more than a {indicator.grain}"
            yield document.fault("/list/of", message, "list records of that level")
    for index, column in enumerate(told.columns):
        at = f"/list/columns/{index}"
        if column.place is not None and column.place not in levels:
            remedy = did_you_mean(column.place, levels)
            yield document.fault(f"{at}/place", f"there is no level `{column.place}`", remedy)
        if (held := column.holding) is not None:
            yield from _codes_told(document, f"{at}/entries", held, types)


def _codes_told(document: Document, at: str, held: Holding, types: Sequence[Standard]) -> Iterator[Fault]:
    codes: set[str | None] = set()
    for type in types:
        found = next((f for f in type.fields if f.name == held.field and not f.is_personal), None)
        parts = {f.name: f for f in found.item.fields} if found and found.item else {}
        part = parts.get(held.part)
        codes.add(part.code if part and not part.is_personal else None)
    if len(codes) != 1 or None in codes:
        message = f"`{held.field}/{held.part}` is no code of one codelist in each type"
        yield document.fault(at, message, "name a part with `x-code`")


_RULES: tuple[Rule, ...] = (_named, _sets, _columns, _measures, _listing)
