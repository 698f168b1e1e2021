"""The statement that finds records alike in what their standard calls a duplicate. Part of the generator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jjm.registry.definition import quote
from jjm.registry.table import Table

# Of records that agree in all but the name this many are compared, and so many of those are given for a record: in a
# village with thousands of springs of one name the work, and what a person is asked, stay in proportion to them.
_COMPARED, _GIVEN = 200, 20


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
    shown, join = (_NAME, _NAMES) if names else (_NO_NAME, "")
    cells = ", ".join(f"c{n}" for n in range(len(alike)))
    record, where = _record(table, alike, shown, join), f"where {_near(table, alike[0])}"
    same = " and ".join(f"o.c{n} = n.c{n}" for n in range(len(alike)))
    groups = (_SOUND, _BEGIN) if names else (_SOUND,)
    nth = ", ".join(f"row_number() over (partition by {cells}, {g.by} order by r.id) as {g.nth}" for g in groups)
    pairs = " union all ".join(
        f"select {_PAIR} from own n join other o on {same} and o.{g.by} = n.{g.by} and o.id <> n.id "
        f"where o.{g.nth} <= {_COMPARED} and {g.judged}"
        for g in groups
    )
    return (
        f"with own as materialized ({record} where t.id = any($1::text[])), "
        f"other as materialized (select r.*, {nth} from ({record} {where}) r), "
        f"pair as (select distinct on (id, other) * from ({pairs}) p "
        f"where $2::text is not null and $3::real is not null) "
        f"select id, other, area, name, other_name, alike from (select pair.*, row_number() over "
        f"(partition by id order by one_sound desc, alike desc, other) as nth from pair) p where nth <= {_GIVEN} "
        "order by id, nth"
    )


class _Group(NamedTuple):
    """Records whose names are compared: what they share, how they are counted, and what is asked of a pair."""

    by: str
    nth: str
    judged: str


_SOUND = _Group("sound", "nth_sound", "true")
_BEGIN = _Group("begin", "nth_begin", "similarity(n.key, o.key) >= $3::real")
_PAIR = (
    "n.id, o.id as other, n.area, n.name, o.name as other_name, similarity(n.key, o.key) as alike, "
    "o.sound = n.sound as one_sound"
)
_NAME = "b.name, b.key, s.sound, left(b.key, 2) as begin"
_NO_NAME = "null::text as name, ''::text as key, ''::text as sound"
_NAMES = "join registry.name b on b.type = $2 and b.id = t.id and b.place = 0 join registry.spelling s on s.key = b.key"


def _record(table: Table, alike: Sequence[str], shown: str, join: str) -> str:
    """Records with what must agree in `c0`, `c1` and on; one row for each entry of a list."""
    cells, unnested = list[str](), list[str]()
    for n, name in enumerate(alike):
        at = f"t.{quote(name)}"
        match table.standard.field(name).kind:
            case "list":
                unnested.append(f"cross join lateral unnest({at}) as l{n} (c{n})")
                cells.append(f"l{n}.c{n}")
            case "text":
                cells.append(f"nullif({_folded(at)}, '') as c{n}")
            case _:
                cells.append(f"{at} as c{n}")
    area = f"to_jsonb(t.{quote(table.standard.area)})" if table.standard.area else "to_jsonb(t.id)"
    columns = ", ".join(cells)
    return f"select t.id, {columns}, {area} as area, {shown} from {table.current} t {join} {' '.join(unnested)}"


def _near(table: Table, name: str) -> str:
    """The condition that a record is in reach of any of those looked at, by an index where there is one."""
    at, field = f"t.{quote(name)}", table.standard.field(name)
    if field.kind == "list":
        return f"{at} && array(select distinct c0 from own)"
    return f"{_folded(at) if field.kind == 'text' else at} in (select c0 from own)"


def _folded(at: str) -> str:
    return f"registry.folded_identifier({at})"
