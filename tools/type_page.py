"""The reference page of one registry type: what it is, its fields, an example, how to call it, its codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from random import Random

from jjm.standards import (
    Catalogue,
    Codelist,
    Field,
    Personal,
    Standard,
    StateExtension,
    describe,
    make_record,
    sample_id,
)
from tools.markdown import block, code, page, table

_AUTHORITIES = {"centre": "the Centre", "state": "the State", "maker": "the node that made the record"}
FIELD_HEADS = ("field", "title", "what it holds", "required", "personal", "meaning")
_CODES_SHOWN = 12


def type_page(standard: Standard, catalogue: Catalogue) -> str:
    """The whole page of a type."""
    return page(
        f"{standard.title['en']} (`{standard.name}`)",
        standard.title["hi"],
        standard.description.get("en", ""),
        table(("", ""), _facts(standard)),
        "## Fields",
        table(FIELD_HEADS, (_row(path, field) for path, field in walk(standard.fields))),
        "Every record may also carry `external_ids` (what other systems call it) and `ext` (what its State adds).",
        *(_state(standard, state) for state in catalogue.states.values()),
        "## Example",
        "An invented record, sent without `id` and `_meta`, which the node adds.",
        block("json", json.dumps(example_record(standard, catalogue), ensure_ascii=False, indent=2)),
        "## Call",
        block("sh", _calls(standard)),
        *_codes(standard, catalogue),
    )


def walk(fields: Iterable[Field], outer: str = "") -> Iterator[tuple[str, Field]]:
    """Every field with its path, those inside objects and lists too: `milestones[].kind`."""
    for field in fields:
        path = f"{outer}{field.name}"
        yield path, field
        yield from walk(field.fields, f"{path}.")
        if field.item is not None:
            yield from walk(field.item.fields, f"{path}[].")


def meaning(field: Field) -> str:
    """What is meant, where a rule comes from, and what is still to be checked."""
    source = f"Source: {field.source}." if field.source else ""
    verify = f"To be verified: {field.verify}." if field.verify else ""
    example = f"Example: {code(field.example)}." if field.example is not None else ""
    decides = "The State decides it." if field.authority == "state" else ""
    return " ".join(part for part in (field.description.get("en", ""), decides, source, verify, example) if part)


def personal(field: Field) -> str:
    """The personal class, empty where there is none."""
    return "" if field.personal is Personal.NONE else str(field.personal)


def example_record(standard: Standard, catalogue: Catalogue) -> dict[str, object]:
    """A record with every field filled, the same at each run."""

    def name(field: Field, _: Standard) -> str:
        return field.example if isinstance(field.example, str) else field.title["en"]

    return make_record(standard, catalogue, Random(standard.name), lambda t: sample_id(catalogue, t), name, share=1)


def _facts(standard: Standard) -> Iterator[tuple[str, str]]:
    yield "standard", code(f"jjm:registry/{standard.group}/{standard.name}/{standard.version}")
    yield "address", code(f"/api/v1/{standard.plural}")
    yield "id", code(standard.id)
    yield "authority", _AUTHORITIES[standard.authority]
    if standard.area:
        yield "placed by", code(standard.area)
    if standard.level:
        parents = ", ".join(code(parent) for parent in standard.level.parents)
        yield "level", f"{code(standard.level.name)}, rank {standard.level.rank}{', in ' + parents if parents else ''}"
    for group in standard.unique:
        yield "unique", " with ".join(code(name) for name in group)
    yield "filters", ", ".join(code(name) for name in standard.index)
    yield "search", ", ".join(code(name) for name in standard.search) or "none"
    yield "readers", "everyone" if standard.public else "those with a token"
    yield "file", code(f"standards/{standard.file}")


def _row(path: str, field: Field) -> tuple[str, ...]:
    titles = f"{field.title.get('en', '')} / {field.title.get('hi', '')}"
    required = "required" if field.required else ""
    return code(path), titles, describe(field), required, personal(field), meaning(field)


def _state(standard: Standard, state: StateExtension) -> str:
    own = [_row(f"ext.{state.namespace}.{path}", field) for path, field in walk(state.fields.get(standard.name, ()))]
    tight = [f"{code(field.name)} is {describe(field)}" for field in state.tighten.get(standard.name, ())]
    wanted = [f"{code(name)} is required" for name in state.require.get(standard.name, ())]
    if not own and not tight and not wanted:
        return ""
    lines = "\n".join(f"- {line}" for line in (*tight, *wanted))
    return "\n\n".join(part for part in (f"### In {state.title['en']}", table(FIELD_HEADS, own), lines) if part)


def _calls(standard: Standard) -> str:
    url, token = f"$JJM_URL/api/v1/{standard.plural}", '-H "Authorization: Bearer $JJM_TOKEN"'
    reading = f'curl -s "{url}?limit=10"' + ("" if standard.public else f" {token}")
    writing = f'curl -s -X POST "{url}" {token} \\\n  -H "Content-Type: application/json" --data @{standard.name}.json'
    return f"{reading}\n{writing}"


def _codes(standard: Standard, catalogue: Catalogue) -> Iterator[str]:
    used = {field.code or (field.item.code if field.item else None): None for _, field in walk(standard.fields)}
    lists = [catalogue.codelists[name] for name in used if name]
    if lists:
        yield "## Codes"
        yield "\n".join(f"- [{listed.name}](../codelists.md#{listed.name}): {_few(listed)}" for listed in lists)


def _few(codelist: Codelist) -> str:
    shown = [f"{code(entry.code)} {entry.title['en']}" for entry in codelist.codes.values()]
    more = f" and {len(shown) - _CODES_SHOWN} more" if len(shown) > _CODES_SHOWN else ""
    return ", ".join(shown[:_CODES_SHOWN]) + more
