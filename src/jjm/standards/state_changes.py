"""The rule table of compatibility for a State's file: its own fields and codes, its limits and requirements."""

from __future__ import annotations

from collections.abc import Iterator

from jjm.standards.changes import Change, field_changes, fields_changes
from jjm.standards.model import Catalogue, Field, Standard, StateExtension
from jjm.standards.paths import code_paths, in_file

Placed = tuple[Change, str]


def state_changes(was: StateExtension, now: StateExtension, old: Standard, after: Catalogue) -> Iterator[Placed]:
    """Every difference that the records of one type meet, each with its JSON Pointer in the State's file."""
    new = after.types[old.name]
    yield from _own_fields(was, now, old.name)
    yield from _limits(was, now, old, new)
    yield from _required(was, now, old, new)
    yield from _codes(was, now, old, after)


def _own_fields(was: StateExtension, now: StateExtension, name: str) -> Iterator[Placed]:
    prefix = ("ext", now.namespace)
    for change in fields_changes(was.fields.get(name, ()), now.fields.get(name, ()), prefix):
        yield change, f"/extend/{name}{in_file(change.path[2:])}"


def _limits(was: StateExtension, now: StateExtension, old: Standard, new: Standard) -> Iterator[Placed]:
    """Narrower limits break; what the national standard itself changed is told there and not here."""
    before, after = _tight(was, old), _tight(now, new)
    national = {f.name: f for f in new.fields}
    for field in old.fields:
        if field.name in national and (field.name in before or field.name in after):
            path = (field.name,)
            told = {change.message for change in field_changes(field, national[field.name], path)}
            pair = before.get(field.name, field), after.get(field.name, national[field.name])
            for change in field_changes(*pair, path):
                if change.message not in told:
                    yield change, f"/tighten/{old.name}/{field.name}"


def _tight(state: StateExtension, standard: Standard) -> dict[str, Field]:
    return {f.name: f for f in state.tighten.get(standard.name, ())}


def _required(was: StateExtension, now: StateExtension, old: Standard, new: Standard) -> Iterator[Placed]:
    before, after = was.require.get(old.name, ()), now.require.get(old.name, ())
    for name in after:
        if name not in (*before, *old.required, *new.required):
            remedy = "leave it out, or say how the State's old records get a value"
            message = f"`{name}` is now required by the State"
            yield Change("breaking", (name,), "required", message, remedy, absent=True), f"/require/{old.name}"
    for name in before:
        if name not in (*after, *new.required):
            message = f"`{name}` is no longer required by the State"
            yield Change("additive", (name,), "required", message), f"/require/{old.name}"


def own_codes(was: StateExtension, now: StateExtension) -> Iterator[tuple[str, str]]:
    """The codes that the State adds anew, each told with its JSON Pointer in the State's file."""
    for name, entries in now.codes.items():
        known = {entry.code for entry in was.codes.get(name, ())}
        for entry in entries:
            if entry.code not in known:
                yield f"the State adds the code `{entry.code}` ({entry.title.get('en')}) to `{name}`", f"/codes/{name}"


def _codes(was: StateExtension, now: StateExtension, old: Standard, after: Catalogue) -> Iterator[Placed]:
    for name, entries in was.codes.items():
        national = after.codelists[name].codes if name in after.codelists else ()
        kept = {*national, *(entry.code for entry in now.codes.get(name, ()))}
        path = next(code_paths(old.fields, name), None)
        for entry in entries:
            if entry.code not in kept and path is not None:
                message = f"the State's code `{entry.code}` ({entry.title.get('en')}) was taken out of `{name}`"
                remedy = "keep the code, and say in its title that it is no longer used"
                yield Change("breaking", path, "x-code", message, remedy, values=(entry.code,)), f"/codes/{name}"
