"""Finds the standards of a folder and loads them; a faulty folder is refused with every fault in it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jjm.kit import Fault, Problem
from jjm.standards.build import codelist_from, role_from, standard_from, state_from
from jjm.standards.calendars import Calendar, calendar_faults, calendar_from
from jjm.standards.code_rules import code_faults
from jjm.standards.indicators.build import indicator_from
from jjm.standards.indicators.faults import indicator_faults
from jjm.standards.indicators.model import Indicator
from jjm.standards.limit_rules import limit_faults
from jjm.standards.limits import editions_from
from jjm.standards.model import Catalogue, Codelist, Role, Standard, StateExtension
from jjm.standards.notices.build import event_from, texts_from
from jjm.standards.notices.faults import notice_faults
from jjm.standards.notices.model import Event
from jjm.standards.notices.phrases import Phrases, phrases_faults, phrases_from
from jjm.standards.reader import Document, Sheet, mapping, read_csv, read_yaml
from jjm.standards.role_rules import POSTS, post_faults, role_faults
from jjm.standards.state_roles import all_roles, state_role_faults
from jjm.standards.state_rules import state_faults
from jjm.standards.state_words import state_word_faults, worded_by_states
from jjm.standards.structure import MetaSchema, shipped_folder, sound, structure_faults
from jjm.standards.testing_plans import TestingPlan, plan_faults, plan_from
from jjm.standards.type_rules import Declared, type_faults
from jjm.standards.workflows.build import workflow_from
from jjm.standards.workflows.digit import ROLES as DIGIT_ROLES
from jjm.standards.workflows.digit import workflow_from_digit
from jjm.standards.workflows.digit_faults import digit_faults
from jjm.standards.workflows.faults import workflow_faults
from jjm.standards.workflows.model import Workflow

# Where the files of the dialect lie, and how they are named; what else lies there is named as a fault, not overlooked.
_PLACES = {
    "registries": re.compile(r"^registries/[a-z_]+/[a-z][a-z0-9]*(?:_[a-z0-9]+)*\.yaml$"),
    "codes": re.compile(r"^codes/[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.csv$"),
    "states": re.compile(r"^states/IN-[A-Z]{2}\.yaml$"),
    "calendars": re.compile(r"^calendars/IN(?:-[A-Z]{2})?\.yaml$"),
    "limits": re.compile(r"^limits/[a-z0-9]+(?:-[a-z0-9]+)*\.yaml$"),
    "testing-plans": re.compile(r"^testing-plans/[a-z0-9]+(?:-[a-z0-9]+)*\.yaml$"),
    "workflows": re.compile(r"^workflows/[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.(?:yaml|json)$"),
    "notices": re.compile(r"^notices/[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.yaml$"),
    "phrases": re.compile(r"^phrases/[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.yaml$"),
    "indicators": re.compile(r"^indicators/[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.yaml$"),
}
_ROLES = "roles.yaml"
_EXAMPLES = {
    "registries": "registries/assets/scheme.yaml",
    "codes": "codes/scheme-kind.csv",
    "states": "states/IN-OD.yaml",
    "calendars": "calendars/IN-OD.yaml",
    "limits": "limits/is-10500-2012.yaml",
    "testing-plans": "testing-plans/jjm.yaml",
    "workflows": "workflows/sample.yaml",
    "notices": "notices/case-late.yaml",
    "phrases": "phrases/contamination-notice.yaml",
    "indicators": "indicators/j1.yaml",
}


def default_folder() -> Path:
    """The standards of this node: `JJM_STANDARDS`, else those beside the source code, else those in the package."""
    given = os.environ.get("JJM_STANDARDS")
    return Path(given) if given else shipped_folder()


def load(folder: Path) -> Catalogue:
    """All standards of a folder. Raises Problem `standards-faulty` naming every fault with file, line and remedy."""
    catalogue, faults = _read(folder)
    if faults:
        detail = f"{len(faults)} fault{'' if len(faults) == 1 else 's'} in {folder}; mend the files and start again."
        raise Problem("standards-faulty", 500, "The standards are faulty", detail, faults)
    return catalogue


def check(folder: Path) -> list[Fault]:
    """Every fault in the standards of a folder, by file and line; empty where all is well."""
    return _read(folder)[1]


def _read(folder: Path) -> tuple[Catalogue, list[Fault]]:
    reading = _Reading(folder)
    found = {section: reading.found(section) for section in _PLACES}
    codelists = {path.stem: reading.codelist(path) for path in found["codes"]}
    declared = [reading.registry(path) for path in found["registries"]]
    types = {entry.standard.name: entry.standard for entry in declared}
    states = {path.stem: reading.state(path, types) for path in found["states"]}
    added = {
        name for _, state in states.values() for name, own in state.fields.items() if any(f.is_personal for f in own)
    }
    types |= {name: replace(types[name], ext_personal=True) for name in added if name in types}
    rules, national, version = reading.roles()
    extensions = {name: state for name, (_, state) in states.items()}
    roles = all_roles(national, extensions.values())
    limits = {path.stem: reading.limits(path) for path in found["limits"]}
    moving = {path.stem: reading.workflow(path, codelists) for path in found["workflows"]}
    events = {path.stem: reading.notice(path) for path in found["notices"]}
    texts = {path.stem: reading.phrases(path) for path in found["phrases"]}
    reports = {path.stem: reading.indicator(path) for path in found["indicators"]}
    catalogue = Catalogue(
        types,
        codelists,
        extensions,
        roles,
        version,
        {name: workflow for name, (_, workflow) in moving.items()},
        {path.stem: reading.calendar(path) for path in found["calendars"]},
        editions_from({name: raw for name, (_, raw) in limits.items()}),
        {path.stem: reading.testing_plan(path, codelists) for path in found["testing-plans"]},
        {name: event for name, (_, event) in events.items()},
        {name: indicator for name, (_, indicator) in reports.items()},
        {name: text for name, (_, text) in texts.items()},
    )
    reading.faults += limit_faults({name: d for name, (d, _) in limits.items()}, catalogue.limits, codelists)
    reading.faults += [
        fault for document, indicator in reports.values() for fault in indicator_faults(document, indicator, catalogue)
    ]
    reading.faults += [
        fault for document, event in events.values() for fault in notice_faults(document, event, catalogue)
    ]
    reading.faults += [
        fault for document, workflow in moving.values() for fault in workflow_faults(document, workflow, catalogue)
    ]
    reading.faults += [fault for document, text in texts.values() for fault in phrases_faults(document, text)]
    reading.faults += [fault for entry in declared for fault in type_faults(entry, catalogue)]
    for name, (document, state) in states.items():
        reading.faults += state_faults(name, document, state, catalogue)
        reading.faults += state_role_faults(document, state, national, catalogue)
        reading.faults += state_word_faults(document, state, catalogue)
    if rules is not None:
        reading.faults += role_faults(rules, national.values(), catalogue)
        reading.faults += post_faults(
            reading.sheets.get(POSTS), [document for document, _ in states.values()], catalogue
        )
    return worded_by_states(catalogue), sorted(reading.faults, key=_order)


def _order(fault: Fault) -> tuple[str, int, str]:
    return fault.file or "", fault.line or 0, str(fault.column).rjust(6)


@dataclass(slots=True)
class _Reading:
    """Reads the files of one folder and collects what is wrong with them."""

    folder: Path
    faults: list[Fault] = field(default_factory=list[Fault])
    sheets: dict[str, Sheet] = field(default_factory=dict[str, Sheet])

    def found(self, section: str) -> list[Path]:
        """The files of a section in a fixed order; a file that lies or is named wrongly becomes a fault."""
        files = sorted(path for path in self.folder.glob(f"{section}/**/*") if path.is_file())
        good = [path for path in files if _PLACES[section].match(self._name(path))]
        for path in files:
            if path not in good and path.suffix != ".md" and not path.name.startswith("."):
                remedy = f"move or rename it, as in {_EXAMPLES[section]}, or take it out"
                self.faults.append(Fault("no standard has this name or lies here", remedy, file=str(path)))
        if section == "registries":
            self._count(good)
        return good

    def registry(self, path: Path) -> Declared:
        """The type in a registry file, made from its sound part where words are at fault."""
        document, raw = self._document(path, "registry")
        return Declared(path.parent.name, document, standard_from(path.stem, self._name(path), raw))

    def state(self, path: Path, types: Mapping[str, Standard]) -> tuple[Document, StateExtension]:
        """What a State's file says, on the ground of the national types."""
        document, raw = self._document(path, "state")
        notices = {name: texts_from(mapping(body)) for name, body in mapping(raw.get("notices")).items()}
        return document, replace(state_from(self._name(path), raw, types), notices=notices)

    def roles(self) -> tuple[Document | None, Mapping[str, Role], str]:
        """The roles in `roles.yaml`, and its version; none where it is not there. Another file beside it is a fault."""
        for path in sorted(self.folder.glob("*.y*ml")):
            if path.name != _ROLES:
                remedy = f"roles stand in {_ROLES}; types, codes and States in folders of their own"
                self.faults.append(Fault("no standard has this name or lies here", remedy, file=str(path)))
        path = self.folder / _ROLES
        if not path.is_file():
            return None, {}, ""
        document, raw = self._document(path, "roles")
        found = {name: role_from(name, mapping(role)) for name, role in mapping(raw.get("roles")).items()}
        return document, found, str(raw.get("$id", "")).rpartition("/")[2]

    def calendar(self, path: Path) -> Calendar:
        """The working hours and holidays of the country or a State."""
        document, raw = self._document(path, "calendar")
        if raw == document.data:
            self.faults += calendar_faults(document, path.stem)
        return calendar_from(path.stem, raw)

    def limits(self, path: Path) -> tuple[Document, Mapping[str, object]]:
        """What an edition of limits says; its numbers are made when all editions are known."""
        return self._document(path, "limits")

    def testing_plan(self, path: Path, codelists: Mapping[str, Codelist]) -> TestingPlan:
        """Who must test what by when."""
        document, raw = self._document(path, "testing-plan")
        plan = plan_from(path.stem, raw)
        if raw == document.data:
            self.faults += plan_faults(document, plan, codelists)
        return plan

    def workflow(self, path: Path, codelists: Mapping[str, Codelist]) -> tuple[Document, Workflow]:
        """How the records of a type move: a file of ours, or a BusinessService of DIGIT's as it is (JSON)."""
        if path.suffix == ".yaml":
            document, raw = self._document(path, "workflow")
            return document, workflow_from(path.stem, self._name(path), raw)
        document, wrong = read_yaml(path)
        self.faults += [*wrong, *(() if wrong else digit_faults(document))]
        return document, workflow_from_digit(
            path.stem, self._name(path), mapping(document.data), codelists.get(DIGIT_ROLES)
        )

    def indicator(self, path: Path) -> tuple[Document, Indicator]:
        """A public report, and what its columns are counted from."""
        document, raw = self._document(path, "indicator")
        return document, indicator_from(path.stem, self._name(path), raw)

    def notice(self, path: Path) -> tuple[Document, Event]:
        """What people are told of an event."""
        document, raw = self._document(path, "notice")
        return document, event_from(path.stem, self._name(path), raw)

    def phrases(self, path: Path) -> tuple[Document, Phrases]:
        """The sentences of a text for everybody."""
        document, raw = self._document(path, "phrases")
        return document, phrases_from(path.stem, self._name(path), raw)

    def codelist(self, path: Path) -> Codelist:
        """The codes of a CSV file."""
        sheet, wrong = read_csv(path)
        self.faults += [*wrong, *code_faults(sheet)]
        self.sheets[path.stem] = sheet
        return codelist_from(path.stem, self._name(path), sheet)

    def _count(self, registries: list[Path]) -> None:
        if not registries:
            remedy = "name a folder that holds registries/<group>/<type>.yaml; JJM_STANDARDS may hold its path"
            self.faults.append(Fault("there are no registry types in this folder", remedy, file=str(self.folder)))
        first: dict[str, Path] = {}
        for path in registries:
            if path.stem in first:
                message = f"the type `{path.stem}` is also declared in {self._name(first[path.stem])}"
                self.faults.append(Fault(message, "keep one of the two files", file=str(path)))
            first.setdefault(path.stem, path)

    def _document(self, path: Path, meta: MetaSchema) -> tuple[Document, Mapping[str, object]]:
        document, wrong = read_yaml(path)
        if document.data is not None or not wrong:
            wrong = [*wrong, *structure_faults(document, meta)]
        self.faults += wrong
        return document, sound(document.data, wrong)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()
