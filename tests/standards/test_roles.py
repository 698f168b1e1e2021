"""Roles are checked like every standard: a fault is named with its line and what to write instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jjm.access import Permit, Scope
from jjm.kit import Fault
from jjm.standards import Catalogue, check, default_folder, load

AUDITOR = """  auditor:
    title: {en: Auditor, hi: लेखा परीक्षक}
    description: {en: "Reads everything that is not personal, with its history, and who read what is; changes nothing."}
    for: [node, state, district]
    permits: [read]
    second_factor: true
    oversees: true
"""
# What is changed in the role, what is said of it at that line, and what to write instead.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "a word is misspelt": ("second_factor: true", "second_facter: true", "`second_facter`", "`second_factor`?"),
    "no places": ("    for: [node, state, district]\n", "", "`for` of `auditor` is missing", "add `for`"),
    "a place that is none": ("[node, state, district]", "[node, state, distrct]", "no kind of place", "`district`?"),
    "a scope that is none": ("[read]", "[reed]", "`reed`", "a permit without a place"),
    "a permit with a place": ("[read]", '["read@state/21"]', "is not what belongs here", "without a place"),
    "a type that is none": ("[read]", "['scheem:write']", "no registry type `scheem`", "`scheme`?"),
    "a role that is none": ("[read]", "[read]\n    gives: [audtor]", "no role `audtor`", "`auditor`?"),
    "a role nobody grants": ("[read]", "[read]\n    gives: [citizen]", "given by phone", "leave it out"),
    "all rights on a password": (
        "[read]\n    second_factor: true\n    oversees: true",
        "[admin]",
        "on a password alone",
        "second_factor",
    ),
    "citizens pass it on": (
        "    second_factor: true\n    oversees: true",
        "    delegable: true\n    given: by_phone",
        "by phone",
        "leave",
    ),
    "no Hindi": ("{en: Auditor, hi: लेखा परीक्षक}", "{en: Auditor}", "`hi` of `title`", "add `hi`"),
    "a purpose that is none": (
        "[read]",
        "[read, 'household:personal']\n    purposes: [greivance]",
        "no purpose",
        "`grievance`?",
    ),
    "a purpose that the person allows": (
        "[read]",
        "[read, 'household:personal']\n    purposes: [agreed_service]",
        "rests on the consent",
        "leave it out",
    ),
    "purposes of nothing": ("[read]", "[read]\n    purposes: [audit]", "nothing personal", "leave them out"),
    "larger inside smaller": (
        "[node, state, district]\n    permits: [read]",
        "[village]\n    permits: [read]\n    gives: [state_admin]",
        "cannot lie inside village",
        "leave it out",
    ),
}


def edited(folder: Path, file: str, before: str, after: str) -> list[Fault]:
    """What is wrong with the shipped standards once one of their files is changed."""
    shutil.copytree(default_folder(), folder, ignore=shutil.ignore_patterns("meta"))
    text = (folder / file).read_text("utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), "utf-8")
    return check(folder)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_role_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    before, after, message, remedy = FAULTS[name]
    faults = edited(tmp_path / "s", "roles.yaml", AUDITOR, AUDITOR.replace(before, after, 1))
    start = default_folder().joinpath("roles.yaml").read_text("utf-8").partition(AUDITOR)[0].count("\n") + 1
    own = [f for f in faults if f.pointer and f.pointer.startswith("/roles/auditor")]
    found = [f for f in own if message in f.message and remedy in f.remedy]
    assert found, faults
    assert found[0].file and found[0].file.endswith("roles.yaml")
    assert found[0].line is not None and start <= found[0].line <= start + AUDITOR.count("\n") + 1


def test_a_post_names_a_role_that_exists(tmp_path: Path) -> None:
    (fault,) = edited(tmp_path / "s", "codes/role.csv", "village,ftk_tester", "village,ftk_testr")
    assert "`ftk_tester` gives the role `ftk_testr`" in fault.message and "`ftk_tester`?" in fault.remedy
    assert fault.file and fault.file.endswith("role.csv") and fault.line == 23


def test_a_post_of_a_state_names_a_role_that_exists(tmp_path: Path) -> None:
    own = "{code: sahiya, en: Sahiya, hi: सहिया, source: Odisha, source_date: 2026-11-01, access: tester}"
    text = (default_folder() / "states/IN-OD.yaml").read_text("utf-8")
    before = "codes:\n" if "\ncodes:\n" in text else "languages:"
    after = f"codes:\n  role:\n    - {own}\n" + before.removeprefix("codes:\n")
    (fault,) = edited(tmp_path / "s", "states/IN-OD.yaml", before, after)
    assert "`sahiya` gives the role `tester`" in fault.message
    assert fault.pointer == "/codes/role/0/access" and fault.line


def test_a_file_beside_the_roles_is_not_overlooked(tmp_path: Path) -> None:
    shutil.copytree(default_folder(), tmp_path / "s", ignore=shutil.ignore_patterns("meta"))
    (tmp_path / "s/role.yaml").write_text("roles: {}", "utf-8")
    (fault,) = check(tmp_path / "s")
    assert fault.file and fault.file.endswith("role.yaml") and "roles.yaml" in fault.remedy


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The standards as they are shipped."""
    return load(default_folder())


def test_permits_of_roles_are_permits(shipped: Catalogue) -> None:
    found = [Permit.parse(text) for role in shipped.roles.values() for text in role.permits]
    assert {p.scope for p in found} == set(Scope), "each scope is used by some role"
    assert all(p.area is None for p in found)


def test_roles_take_from_no_authority(shipped: Catalogue) -> None:
    """In a place below the node it is the State's; at the Centre, the Centre's; what one makes, one's own."""
    for role in shipped.roles.values():
        written = [p.type for p in map(Permit.parse, role.permits) if p.scope is Scope.WRITE]
        authority = "centre" if role.places == ("node",) else "state"
        assert {shipped.types[type].authority for type in written if type} <= {authority, "maker"}, role.name
        assert None not in written, f"{role.name} writes named types only"


def test_somebody_gives_each_role_that_is_granted(shipped: Catalogue) -> None:
    given = {name for role in shipped.roles.values() for name in role.gives}
    assert given == {role.name for role in shipped.roles.values() if role.given == "by_grant"}


def test_who_gives_a_role_cannot_give_it_alone_where_two_are_needed(shipped: Catalogue) -> None:
    """Nobody reaches, by granting step by step, a role that needs two persons from one that did not."""
    for role in shipped.roles.values():
        for name in role.gives:
            assert role.second_person or not shipped.roles[name].second_person, (role.name, name)
