"""A State's own roles: they open nothing that national roles do not, and what a new edition does to them is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from editions import edition

from jjm.standards import Catalogue, Finding, check, default_folder, diff, load

FILE = "states/IN-AS.yaml"
HEAD = "    narrows: [vwsc_member, tariff_collector]\n"
PLACES, PERMITS = (
    "    for: [local_body, village]\n",
    "[read, committee:write, household:personal, tap_connection:personal]",
)
# What is changed in Assam's file, what is said of it, what to write instead, and at which word.
FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    "narrows nothing": (HEAD, "", "`narrows` of `as_wuc_secretary` is missing", "add `narrows`", ""),
    "narrows what is none": (
        "tariff_collector]",
        "tariff_colector]",
        "no national role",
        "`tariff_collector`?",
        "/narrows/1",
    ),
    "redefines a national role": ("  as_wuc_secretary:", "  vwsc_member:", "keeps that meaning", "as_vwsc_member", ""),
    "a name of no State": ("  as_wuc_secretary:", "  wuc_secretary:", "any State", "`as_`", ""),
    "permits more": (PERMITS, "[read, household:write]", "would open more", "leave it out", "/permits/1"),
    "sees persons for more": (
        "    purposes: [user_charges, grievance]\n",
        "    purposes: [user_charges, research]\n",
        "for grievance, user_charges alone",
        "name these purposes",
        "/purposes",
    ),
    "sees persons for anything": (
        "    purposes: [user_charges, grievance]\n",
        "",
        "alone",
        "name these purposes",
        "",
    ),
    "sees more persons": (PERMITS, "[read, personal]", "would open more", "leave it out", "/permits/1"),
    "grants more": (
        PERMITS,
        f"{PERMITS}\n    gives: [auditor]",
        "`auditor` is not granted by",
        "leave it out",
        "/gives/0",
    ),
    "reaches further": (PLACES, "    for: [district]\n", "reaches further", "smaller places", "/for"),
    "reaches the node": (PLACES, "    for: [node]\n", "lies in none", "name levels", "/for/0"),
    "asks for less": (
        "vwsc_member, tariff_collector]",
        "district_officer]",
        "without it",
        "add `second_factor: true`",
        "",
    ),
    "is passed on": (PLACES, f"{PLACES}    delegable: true\n", "not all that", "leave it out", "/delegable"),
    "a place that is none": (PLACES, "    for: [vilage]\n", "no kind of place", "`village`?", "/for/0"),
    "a type that is none": (PERMITS, "[read, comittee:write]", "no registry type", "`committee`?", "/permits/1"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_states_role_is_named_with_file_line_and_remedy(tmp_path: Path, name: str) -> None:
    before, after, message, remedy, word = FAULTS[name]
    faults = check(edition(tmp_path / "s", (FILE, before, after)))
    found = [f for f in faults if message in f.message and remedy in f.remedy]
    assert found, faults
    assert found[0].file and found[0].file.endswith("IN-AS.yaml") and found[0].line
    assert (found[0].pointer or "").startswith("/roles/") and (found[0].pointer or "").endswith(word)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The standards as they are shipped."""
    return load(default_folder())


def test_whoever_grants_all_that_it_narrows_grants_it(shipped: Catalogue) -> None:
    role = shipped.roles["as_wuc_secretary"]
    assert (role.state, role.narrows) == ("18", ("vwsc_member", "tariff_collector"))
    holders = {name for name, one in shipped.roles.items() if role.name in one.gives}
    assert holders == {"panchayat_head", "panchayat_secretary"}


def told(shipped: Catalogue, folder: Path, *edits: tuple[str, str, str]) -> tuple[list[Finding], list[Finding]]:
    """What is found between the shipped edition and a changed one, and what is said of versions."""
    verdict = diff(shipped, load(edition(folder, *edits)))
    return [f for f in verdict.findings if "/roles/" in f.pointer], list(verdict.versions)


R = "roles.yaml"
AUDITOR = "    for: [node, state, district]\n    permits: [read]\n"
# What is changed, what is said of it, the grant that shows it, and what the new edition says against it.
BREAKING: dict[str, tuple[tuple[str, str, str], str, dict[str, str], str | None]] = {
    "a permit is taken out": (
        (R, "[read, laboratory:write, laboratory_batch:write,", "[read, laboratory_batch:write,"),
        "no longer permits `laboratory:write`",
        {"role": "laboratory_in_charge", "place": "state/…", "does": "laboratory:write"},
        "lacks `laboratory:write`",
    ),
    "a kind of place is taken out": (
        (R, AUDITOR, AUDITOR.replace(", district", "")),
        "no longer granted for a district",
        {"role": "auditor", "place": "district/…"},
        "is not granted for `district/…`",
    ),
    "more is shown about persons": (
        (R, AUDITOR, AUDITOR.replace("[read]", "[read, household:personal]")),
        "is shown more about persons",
        {"role": "auditor", "place": "node", "does": "household:personal"},
        None,
    ),
    "a second factor is asked for": (
        (R, "    gives: [laboratory_analyst]\n", "    gives: [laboratory_analyst]\n    second_factor: true\n"),
        "now asks for `second_factor`",
        {"role": "laboratory_in_charge", "place": "state/…"},
        "password alone",
    ),
    "it is not granted any more": (
        (R, "    gives: [laboratory_analyst]\n", ""),
        "no longer grants `laboratory_analyst`",
        {"role": "laboratory_in_charge", "place": "state/…", "grants": "laboratory_analyst"},
        "may not grant",
    ),
    "a State's permit is taken out": (
        (FILE, PERMITS, "[read, committee:write, household:personal]"),
        "no longer permits `tap_connection:personal`",
        {"role": "as_wuc_secretary", "place": "local_body/…", "does": "tap_connection:personal"},
        "lacks `tap_connection:personal`",
    ),
    "a State's role is taken out": (
        (FILE, "  as_wuc_secretary:", "  as_wuc_writer:"),
        "the role `as_wuc_secretary` was taken out",
        {"role": "as_wuc_secretary", "place": "local_body/…"},
        "is not a role",
    ),
}


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_for_holders_is_shown_by_a_grant(shipped: Catalogue, tmp_path: Path, name: str) -> None:
    edit, message, grant, refusal = BREAKING[name]
    found, versions = told(shipped, tmp_path / "s", edit)
    (one,) = [f for f in found if f.effect == "breaking" and message in f.message]
    assert (one.record, one.file) == (grant, edit[0])
    assert (one.refusal is None) if refusal is None else refusal in (one.refusal or "")
    assert one.remedy
    assert bool(versions) == (edit[0] == R), "the national file has a version that must rise"
    assert all("2.0.0" in version.remedy for version in versions)


def test_what_only_adds_is_compatible(shipped: Catalogue, tmp_path: Path) -> None:
    more = AUDITOR.replace("[read]", "[read, proposal:write]").replace("district]", "district, block]")
    found, versions = told(shipped, tmp_path / "s", (R, AUDITOR, more), (R, "hi: लेखा परीक्षक", "hi: अंकेक्षक"))
    assert {f.effect for f in found} == {"additive", "editorial"}
    assert len(found) == 3 and "1.3.0" in versions[0].remedy
    assert told(shipped, tmp_path / "t") == ([], [])


def test_a_states_new_role_is_compatible(shipped: Catalogue, tmp_path: Path) -> None:
    own = """roles:
  od_jalasathi:
    narrows: [tariff_collector]
    title: {en: Collector of user fees, hi: उपयोग शुल्क संग्राहक}
    description: {en: Collects the fee of a village and knows who pays.}
    for: [village]
    permits: [household:personal, household:read]
    purposes: [user_charges]
"""
    found, versions = told(shipped, tmp_path / "s", ("states/IN-OD.yaml", "tighten:\n", own + "tighten:\n"))
    (one,) = [f for f in found if f.pointer == "/roles/od_jalasathi"]
    assert (one.effect, one.subject) == ("additive", "states/IN-OD")
    assert "breaking" not in {f.effect for f in found} and versions == []
