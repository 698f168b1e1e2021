"""The strict report: counted in full, bounded in memory, readable for people and machines."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

from jjm.adapters import ImportReport, Item, RefreshReport, Section, Severity
from jjm.kit import Fault


def test_the_first_of_a_kind_are_kept_and_all_are_counted() -> None:
    report = ImportReport()
    for line in range(5_000):
        report.error("bad-value", Fault("wrong", "mend", line=line))
    report.info("title-lines", Fault("passed over", "nothing"))
    assert (report.count("bad-value"), report.total(Severity.ERROR), report.total(Severity.INFO)) == (5_000, 5_000, 1)
    assert len(list(report.notes)) == 1_001
    assert report.summary()[0].startswith("error: 5,000 x bad-value")


def test_it_is_written_as_csv_that_no_spreadsheet_takes_for_a_formula(tmp_path: Path) -> None:
    report = ImportReport()
    for value in ("=cmd()", "-12", "पुरी"):
        report.warning("odd", Fault("odd", "look", file="a.csv", line=7, column="Name", value=value))
    report.write_csv(tmp_path / "notes.csv")
    rows = list(csv.DictReader((tmp_path / "notes.csv").read_text("utf-8-sig").splitlines()))
    assert [row["value"] for row in rows] == ["'=cmd()", "-12", "पुरी"]
    assert rows[0]["line"] == "7"
    assert rows[0]["severity"] == "warning"


def test_it_is_written_as_ndjson(tmp_path: Path) -> None:
    report = ImportReport()
    report.error("bad-value", Fault("wrong", "mend", file="a.csv", line=3, column="Taps", value="1.5"))
    report.write_ndjson(tmp_path / "notes.ndjson")
    assert [json.loads(line) for line in (tmp_path / "notes.ndjson").read_text().splitlines()] == [
        {
            "kind": "bad-value",
            "severity": "error",
            "message": "wrong",
            "remedy": "mend",
            "file": "a.csv",
            "line": 3,
            "column": "Taps",
            "value": "1.5",
        }
    ]


def test_a_refresh_is_told_in_text_table_and_json() -> None:
    report = RefreshReport("lgd", "lgd-2026", date(2026, 5, 25), "said by the option as_on")
    for code in range(1_200):
        report.add(Section.RESPELLED, Item("district", f"DIS-{code}", "PURI", "Puri"))
    report.add(Section.RENAMED, Item("district", "DIS-293", "KARIMGANJ", "Sribhumi"))
    report.unchanged["district"] = 7
    assert report.table() == [
        ("renamed", "district", 1),
        ("respelled", "district", 1_200),
        ("unchanged", "district", 7),
    ]
    assert "DIS-293 KARIMGANJ -> Sribhumi" in report.text()
    assert "and 1,190 more" in report.text()
    told = json.loads(json.dumps(report.as_json()))
    assert told["respelled"]["count"] == 1_200
    assert len(told["respelled"]["items"]) == 1_000
    assert told["renamed"]["items"] == [{"type": "district", "id": "DIS-293", "was": "KARIMGANJ", "now": "Sribhumi"}]
