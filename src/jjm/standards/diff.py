"""Compares two editions of the standards: what is compatible, what breaks, with a record that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from jjm.standards.calendars import Calendar
from jjm.standards.changes import Change, Effect, fields_changes
from jjm.standards.model import Catalogue, Code, Role, Standard, StateExtension
from jjm.standards.notices.model import Event
from jjm.standards.notices.phrases import Phrases
from jjm.standards.paths import code_paths, in_file
from jjm.standards.reader import step
from jjm.standards.role_changes import RoleChange, role_changes, role_taken_out
from jjm.standards.state_changes import own_codes, state_changes
from jjm.standards.type_changes import type_changes
from jjm.standards.versions import version_fault, worst_of
from jjm.standards.witness import Stand
from jjm.standards.word_changes import (
    Told,
    as_written,
    calendar_changes,
    notice_changes,
    phrase_changes,
    state_word_changes,
)

ROLES = "roles.yaml"
_Worded = TypeVar("_Worded", Event, Phrases, Calendar)


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between two editions, where it stands, and what it does.

    A breaking one carries a `record`, of a role a grant, that the old edition allows. `refusal` is what the new edition
    says against it; without it the record passes, and is misread, shown too widely, or no longer found: `message` says
    which.
    """

    effect: Effect
    subject: str
    file: str
    pointer: str
    message: str
    remedy: str = ""
    record: dict[str, Any] | None = None
    refusal: str | None = None

    def as_json(self) -> dict[str, object]:
        """The finding as it stands in an answer; what does not apply is left out."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in told.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two editions differ in, and the version numbers that were not raised as they should have been."""

    findings: tuple[Finding, ...]
    versions: tuple[Finding, ...]

    @property
    def compatible(self) -> bool:
        """True if every record, reader and table of the old edition can live with the new one."""
        return not any(finding.effect == "breaking" for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """The verdict with all findings."""
        return {
            "compatible": self.compatible,
            "findings": [finding.as_json() for finding in self.findings],
            "versions": [finding.as_json() for finding in self.versions],
        }


def diff(old: Catalogue, new: Catalogue) -> Verdict:
    """The verdict on two editions of a whole folder of standards."""
    findings = [*_types(old, new), *_codes(old, new), *_states(old, new), *_roles(old, new), *_told(old, new)]
    return Verdict(tuple(findings), tuple(_versions(old, new, findings)))


def diff_standard(old: Standard, new: Standard, before: Catalogue, after: Catalogue) -> Verdict:
    """The verdict on two editions of one registry type, each with the catalogue it stands in."""
    findings = list(_type(old, new, before, after))
    return Verdict(tuple(findings), tuple(_version(old, new, findings)))


def broken_rules(old: Standard, new: Standard) -> Iterator[tuple[str, Change]]:
    """What breaks between two editions of a type's fields, each with its JSON Pointer in the file, without a record."""
    for change in fields_changes(old.fields, new.fields):
        if change.effect == "breaking":
            yield step(in_file(change.path), change.word).rstrip("/"), change


def _types(old: Catalogue, new: Catalogue) -> Iterator[Finding]:
    for name, standard in old.types.items():
        if name in new.types:
            yield from _type(standard, new.types[name], old, new)
        else:
            stand = Stand(standard, standard, old, old)
            change = Change("breaking", (), "type", f"the type `{name}` was taken out", "keep the file")
            yield _finding(change, stand, name, standard.file, "")
    for name, standard in new.types.items():
        if name not in old.types:
            yield Finding("additive", name, standard.file, "", f"the type `{name}` is new")


def _type(old: Standard, new: Standard, before: Catalogue, after: Catalogue) -> Iterator[Finding]:
    stand = Stand(old, new, before, after)
    for change in type_changes(old, new):
        yield _finding(change, stand, new.name, new.file, f"/x-jjm/{change.word}")
    for change in fields_changes(old.fields, new.fields):
        yield _finding(change, stand, new.name, new.file, step(in_file(change.path), change.word).rstrip("/"))


def _finding(change: Change, stand: Stand, subject: str, file: str, pointer: str) -> Finding:
    witness = stand.witness(change) if change.effect == "breaking" else None
    refusal = f"{witness.refusal.pointer}: {witness.refusal.message}" if witness and witness.refusal else None
    record = witness.record if witness else None
    return Finding(change.effect, subject, file, pointer, change.message, change.remedy, record, refusal)


def _codes(old: Catalogue, new: Catalogue) -> Iterator[Finding]:
    for name, codelist in old.codelists.items():
        kept = new.codelists[name].codes if name in new.codelists else dict[str, Code]()
        for entry in codelist.codes.values():
            if entry.code not in kept:
                message = f"the code `{entry.code}` ({entry.title.get('en')}) was taken out of `{name}`"
                yield from _code_removed(name, entry.code, message, old, new)
            elif _in_list(kept[entry.code]) != _in_list(entry):
                was, now = entry.title.get("en"), kept[entry.code].title.get("en")
                message = f"the code `{entry.code}` of `{name}` was called {was} and is now called {now}"
                yield Finding("editorial", f"codes/{name}", codelist.file, step("", entry.code), message)
    for name, codelist in new.codelists.items():
        known = old.codelists[name].codes if name in old.codelists else dict[str, Code]()
        for code, entry in codelist.codes.items():
            if code not in known:
                message = f"the code `{code}` ({entry.title.get('en')}) is new in `{name}`"
                yield Finding("additive", f"codes/{name}", codelist.file, step("", code), message)


def _in_list(entry: Code) -> dict[str, str]:
    """What the list itself calls a code; what States call it in their languages is told with the States."""
    return {language: entry.title.get(language, "") for language in ("en", "hi")}


def _code_removed(name: str, code: str, message: str, old: Catalogue, new: Catalogue) -> Iterator[Finding]:
    """One finding for each type whose records may hold the code, or one for the list where no type does."""
    file, remedy = old.codelists[name].file, f"keep the line, and say in its title that `{code}` is no longer used"
    used = False
    for standard in old.types.values():
        path = next(code_paths(standard.fields, name), None)
        if path is not None and standard.name in new.types:
            used = True
            change = Change("breaking", path, "x-code", message, remedy, values=(code,))
            stand = Stand(standard, new.types[standard.name], old, new)
            yield _finding(change, stand, standard.name, file, step("", code))
    if not used:
        yield Finding("breaking", f"codes/{name}", file, step("", code), message, remedy)


def _states(old: Catalogue, new: Catalogue) -> Iterator[Finding]:
    for iso, state in old.states.items():
        if iso not in new.states:
            message = f"what {state.title.get('en')} adds and tightens was taken out"
            yield Finding("breaking", f"states/{iso}", state.file, "", message, "keep the file")
        else:
            yield from _state(state, new.states[iso], old, new)
    for iso, state in new.states.items():
        if iso not in old.states:
            message = f"{state.title.get('en')} adds its own file"
            yield Finding("additive", f"states/{iso}", state.file, "", message)


def _state(was: StateExtension, now: StateExtension, old: Catalogue, new: Catalogue) -> Iterator[Finding]:
    subject = f"states/{now.iso}"
    for message, pointer in own_codes(was, now):
        yield Finding("additive", subject, now.file, pointer, message)
    yield from (_of_words(subject, now.file, told) for told in state_word_changes(was, now, new))
    for name in (name for name in old.types if name in new.types):
        stand = Stand(old.types[name], new.types[name], old, new, state=now.iso)
        for change, pointer in state_changes(was, now, old.types[name], new):
            yield _finding(change, stand, subject, now.file, pointer)


def _told(old: Catalogue, new: Catalogue) -> Iterator[Finding]:
    """What becomes of notices, phrases and calendars, the words of States left aside."""
    (notices, phrases), (new_notices, new_phrases) = as_written(old), as_written(new)
    yield from _each("notices", notices, new_notices, notice_changes)
    yield from _each("phrases", phrases, new_phrases, phrase_changes)
    yield from _each("calendars", old.calendars, new.calendars, calendar_changes)


def _each(
    section: str,
    old: Mapping[str, _Worded],
    new: Mapping[str, _Worded],
    changes: Callable[[_Worded, _Worded], Iterator[Told]],
) -> Iterator[Finding]:
    for name, was in old.items():
        subject, file, now = f"{section}/{name}", f"{section}/{name}.yaml", new.get(name)
        if now is None:
            yield Finding("breaking", subject, file, "", f"`{name}` was taken out of the {section}", "keep the file")
            continue
        found = [_of_words(subject, file, told) for told in changes(was, now)]
        yield from found
        if not found and replace(was, version=now.version) != now:
            yield Finding("editorial", subject, file, "", f"`{name}` is described in other words")
    for name in (name for name in new if name not in old):
        yield Finding(
            "additive", f"{section}/{name}", f"{section}/{name}.yaml", "", f"`{name}` is new in the {section}"
        )


def _of_words(subject: str, file: str, told: Told) -> Finding:
    return Finding(told.effect, subject, file, told.pointer, told.message, told.remedy)


def _roles(old: Catalogue, new: Catalogue) -> Iterator[Finding]:
    """What becomes of national roles and those of States that are in both editions."""
    files = {state.state: state.file for state in new.states.values()}
    kept = {None, *(state.state for state in old.states.values() if state.state in files)}
    for name, role in old.roles.items():
        if role.state in kept:
            now = new.roles.get(name)
            changes = role_changes(_own(role, old), _own(now, new)) if now else [role_taken_out(role)]
            yield from (_of_role(role, change, files) for change in changes)
    for name, role in new.roles.items():
        if role.state in kept and name not in old.roles:
            yield _of_role(role, RoleChange("additive", "", f"the role `{name}` is new"), files)


def _own(role: Role, catalogue: Catalogue) -> Role:
    """A role as its own file has it: what States add to what its holder grants is told with the States."""
    states = {name for name, one in catalogue.roles.items() if one.state is not None}
    return replace(role, gives=tuple(name for name in role.gives if name not in states))


def _of_role(role: Role, change: RoleChange, files: Mapping[str, str]) -> Finding:
    file = files[role.state] if role.state else ROLES
    subject = "roles" if role.state is None else file.removesuffix(".yaml")
    pointer = step(step("/roles", role.name), change.word).rstrip("/")
    grant = None if change.grant is None else dict(change.grant)
    return Finding(change.effect, subject, file, pointer, change.message, change.remedy, grant, change.refusal)


def _versions(old: Catalogue, new: Catalogue, findings: Iterable[Finding]) -> Iterator[Finding]:
    findings = list(findings)
    for name in (name for name in old.types if name in new.types):
        yield from _version(old.types[name], new.types[name], findings)
    for section in ("notices", "phrases", "calendars"):
        before, after = getattr(old, section), getattr(new, section)
        for name in (name for name in before if name in after):
            yield from _version_of(f"{section}/{name}", before[name].version, after[name].version, findings)
    effects: list[Effect] = [finding.effect for finding in findings if finding.subject == "roles"]
    both = old.roles_version and new.roles_version
    if both and (fault := version_fault(old.roles_version, new.roles_version, effects)):
        yield Finding(worst_of(effects) or "breaking", "roles", ROLES, "/$id", *fault)


def _version_of(subject: str, was: str, now: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    effects: list[Effect] = [finding.effect for finding in findings if finding.subject == subject]
    if fault := version_fault(was, now, effects):
        yield Finding(worst_of(effects) or "breaking", subject, f"{subject}.yaml", "/$id", *fault)


def _version(old: Standard, new: Standard, findings: Iterable[Finding]) -> Iterator[Finding]:
    effects: list[Effect] = [finding.effect for finding in findings if finding.subject == new.name]
    if not effects and replace(old, version=new.version, file=new.file) != new:
        effects.append("editorial")
    if fault := version_fault(old.version, new.version, effects):
        yield Finding(worst_of(effects) or "breaking", new.name, new.file, "/$id", *fault)
