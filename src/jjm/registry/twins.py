"""The statement that finds records alike in what their standard calls a duplicate. Part of the generator."""

from __future__ import annotations

from jjm.registry.definition import quote
from jjm.registry.table import Table


def twins(table: Table) -> str | None:
    """Records of today that may be the same as these: $1 identifiers, $2 the type, $3 least likeness of names.

    The field `name` is compared by likeness, any other text without case and separators, all else must be equal or,
    for lists, share an entry. Names that differ in both their first letters and their sound are passed over.
    None for a type whose standard tells no duplicates.
    """
    standard = table.standard
    names = [n for n in standard.duplicates if n == "name" and n in standard.search]
    alike = [n for n in standard.duplicates if n not in names]
    if not alike:
        return None
    columns = ", ".join(f"t.{quote(n)}" for n in alike)
    area = f"to_jsonb(t.{quote(standard.area)})" if standard.area else "to_jsonb(t.id)"
    shown, join, judged = (_NAME, _NAMES, _LIKENESS) if names else (_NO_NAME, "", _EQUAL)
    record = f"select t.id, {columns}, {area} as area, {shown} from {table.current} t {join}"
    same = " and ".join(_same(table, n) for n in alike)
    return (
        f"with own as materialized ({record} where t.id = any($1::text[])), "
        f"other as materialized ({record} where {_near(table, alike[0])}) "
        f"select n.id, o.id as other, n.area, n.name, o.name as other_name, similarity(n.key, o.key) as alike "
        f"from own n join other o on o.id <> n.id and {same} where $2::text is not null and {judged}"
    )


_NAME = "b.name, b.key, s.sound"
_NO_NAME = "null::text as name, ''::text as key, ''::text as sound"
_NAMES = "join registry.name b on b.type = $2 and b.id = t.id and b.place = 0 join registry.spelling s on s.key = b.key"
_LIKENESS = "(o.sound = n.sound or left(o.key, 2) = left(n.key, 2) and similarity(n.key, o.key) >= $3::real)"
_EQUAL = "$3::real is not null"


def _near(table: Table, name: str) -> str:
    """The condition that a record is in reach of any of those looked at, by an index where there is one."""
    at, field = quote(name), table.standard.field(name)
    if field.kind == "list":
        return f"t.{at} && array(select distinct unnest(own.{at}) from own)"
    if field.kind == "text":
        return f"{_folded('t', at)} in (select {_folded('own', at)} from own)"
    return f"t.{at} in (select own.{at} from own)"


def _same(table: Table, name: str) -> str:
    at, field = quote(name), table.standard.field(name)
    if field.kind == "list":
        return f"o.{at} && n.{at}"
    if field.kind == "text":
        return f"{_folded('o', at)} = {_folded('n', at)} and {_folded('n', at)} <> ''"
    return f"o.{at} = n.{at}"


def _folded(alias: str, at: str) -> str:
    return f"registry.folded_identifier({alias}.{at})"
