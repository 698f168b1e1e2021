"""The statement that finds records alike in what their standard calls a duplicate. Part of the generator."""

from __future__ import annotations

from jjm.registry.table import Table, quote


def twins(table: Table) -> str | None:
    """Records of today that may be the same as these: $1 identifiers, $2 the type, $3 least likeness of names.

    The field `name` is compared by likeness, any other text without case and separators, all else must be equal or,
    for lists, share an entry. None for a type whose standard tells no duplicates.
    """
    standard = table.standard
    names = [n for n in standard.duplicates if n == "name" and n in standard.search]
    alike = [_same(table, n) for n in standard.duplicates if n not in names]
    if not alike:
        return None
    area = quote(standard.area) if standard.area else "id"
    shown = f"n.id, o.id as other, to_jsonb(n.{area}) as area"
    both = f"from {table.current} n join {table.current} o on o.id <> n.id and {' and '.join(alike)}"
    if not names:
        return (
            f"select {shown}, null as name, null as other_name, 1::real as alike, true as sounds {both} "
            "where n.id = any($1::text[]) and $2::text is not null and $3::real is not null"
        )
    return (
        f"select {shown}, a.name, b.name as other_name, similarity(a.key, b.key) as alike, s.sound = r.sound as sounds "
        f"{both} {_NAMES} where n.id = any($1::text[]) and (s.sound = r.sound or similarity(a.key, b.key) >= $3::real)"
    )


_NAMES = (
    "join registry.name a on a.type = $2 and a.id = n.id and a.place = 0 "
    "join registry.name b on b.type = $2 and b.id = o.id and b.place = 0 "
    "join registry.spelling s on s.key = a.key join registry.spelling r on r.key = b.key"
)


def _same(table: Table, name: str) -> str:
    column, field = quote(name), table.standard.field(name)
    if field.kind == "list":
        return f"o.{column} && n.{column}"
    if field.kind == "text":
        folded = f"registry.folded_identifier({{}}.{column})"
        return f"{folded.format('o')} = {folded.format('n')} and {folded.format('n')} <> ''"
    return f"o.{column} = n.{column}"
