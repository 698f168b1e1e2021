"""Files in and out by the command line, and foreign folders through their adapters."""

from __future__ import annotations

import csv
import gzip
import json
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from databases import passable_folder
from nodes import Served, Start, jjm, surroundings

pytestmark = [pytest.mark.usefixtures("places"), pytest.mark.long]


def households(path: Path, count: int, *more: str, name: str = "Sita") -> Path:
    """A CSV file of so many households, with further lines as they stand."""
    rows = [f"VIL-399515,{name} {n},{n % 9},true" for n in range(count)]
    path.write_text("\n".join(["village,head_name,members,has_tap", *rows, *more]) + "\n")
    return path


def test_a_file_is_taken_in_and_counted(served: Served, tmp_path: Path) -> None:
    told = served.run("import", "household", households(tmp_path / "h.csv", 30), "--source", "survey 2026", "--json")
    (file,) = told.json["files"]
    assert (file["lines"], file["created"], file["refused"], file["problems"]) == (30, 30, 0, None)
    found = served.run("list", "household", "--filter", "source = 'survey 2026'", "--limit", "100", "--json").json
    assert len(found["items"]) == 30
    assert not (tmp_path / "h.csv.problems.ndjson").exists()


def test_refused_lines_are_named_with_place_value_and_remedy(served: Served, tmp_path: Path) -> None:
    bad = ("VIL-399515,Ram,many,true", "VIL-0,Ram,3,true")
    file = households(tmp_path / "h.csv", 5, *bad, name="Gita")
    told = served.run("import", "household", file, code=1)
    assert "2 of 7 lines" in told.err
    assert "line 7 members: " in told.err.replace("/", "")
    problems = [json.loads(line) for line in (tmp_path / "h.csv.problems.ndjson").read_text().splitlines()]
    assert [problem["line"] for problem in problems] == [7, 8]
    assert problems[0]["value"] == "many"
    assert all(problem["remedy"] for problem in problems)


def test_a_dry_run_keeps_nothing_and_all_or_nothing_means_it(served: Served, tmp_path: Path) -> None:
    file = households(tmp_path / "h.csv", 4, "VIL-0,Ram,3,true", name="Nandini")
    here = ("import", "household", file, "--problems", tmp_path / "wrong.ndjson")
    dry = served.run(*here, "--dry-run", "--json", code=1).json
    assert (dry["dry_run"], dry["files"][0]["created"], dry["files"][0]["refused"]) == (True, 4, 1)
    assert "Nothing was kept" in served.run(*here, "--dry-run", code=1).err
    refused = served.run(*here, "--mode", "all-or-nothing", "--json", code=2)
    assert refused.json["code"] == "import-refused"
    assert "line 6 /village" in refused.err
    assert json.loads((tmp_path / "wrong.ndjson").read_text())["line"] == 6
    assert "Nandini" not in served.run("list", "household", "--limit", "1000", "--json").out


def test_known_records_are_refused_left_or_changed_as_asked(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "o.ndjson.gz"
    lines = [
        {"code": code, "name": name, "state": "STA-21"} for code, name in (("345", "Anugul"), ("346", "Dhenkanal"))
    ]
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    assert served.run("import", "district", file, "--json", code=1).json["files"][0]["created"] == 1
    assert served.run("import", "district", file, "--json", code=2).json["files"][0]["refused"] == 2
    skipped = served.run("import", "district", file, "--on-duplicate", "skip", "--json").json["files"][0]
    assert skipped["unchanged"] == 2
    update = ("--on-duplicate", "update", "--reason", "Order 7")
    changed = served.run("import", "district", file, *update, "--json").json["files"][0]
    assert (changed["updated"], changed["unchanged"]) == (1, 1)
    assert served.run("get", "district", "DIS-345", "--json").json["_meta"]["reason"] == "Order 7"


def test_known_records_are_corrected_as_asked(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "o.ndjson"
    file.write_text(json.dumps({"code": "399", "name": "Kandhamal", "state": "STA-21"}))
    served.run("import", "district", file, "--valid-from", "2020-01-01")
    file.write_text(json.dumps({"code": "399", "name": "Kandhmal", "state": "STA-21"}))
    known = ("import", "district", file, "--on-duplicate", "update", "--change")
    assert served.run(*known, "correct", "--json").json["files"][0]["updated"] == 1
    then = served.run("get", "district", "DIS-399", "--valid-at", "2020-01-01", "--json").json
    assert (then["name"], then["_meta"]["change"], then["_meta"]["valid_from"]) == ("Kandhmal", "correct", "2020-01-01")
    assert "correct" in served.run(*known, "mend", code=2).err


def test_standard_input_is_taken_too(served: Served) -> None:
    line = json.dumps({"name": "Varsha", "kind": "ngo"})
    told = served.run("import", "organisation", "-", "--json", said=line + "\n").json["files"][0]
    assert (told["file"], told["created"]) == ("-", 1)
    piped = served.run("import", "organisation", "-", "--json", said=line + "\n", apart=True).json["files"][0]
    assert piped["created"] == 1


def test_a_file_that_makes_no_sense_is_refused_as_a_whole(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "h.csv"
    file.write_text("village,colour\nVIL-399515,red\n")
    assert "`colour` is not a field" in served.run("import", "household", file, code=2).err
    assert "no file" in served.run("import", "household", tmp_path / "none.csv", code=2).err
    (tmp_path / "h.docx").write_text("x")
    assert "NDJSON" in served.run("import", "household", tmp_path / "h.docx", code=2).err
    assert "best_effort" in served.run("import", "household", file, "--mode", "half", code=2).err
    assert "for adapters" in served.run("import", "household", file, "--as-on", "2026-01-01", code=2).err


def test_what_was_taken_before_a_file_breaks_off_is_said(served: Served, tmp_path: Path) -> None:
    whole, broken, more = (tmp_path / name for name in ("a.ndjson", "b.ndjson.gz", "c.ndjson"))
    whole.write_text(json.dumps({"name": "Vari", "kind": "ngo"}))
    more.write_text(json.dumps({"name": "Salil", "kind": "ngo"}))
    lines = "\n".join(json.dumps({"name": f"Jal {n * n}", "kind": "ngo"}) for n in range(40_000))
    broken.write_bytes(gzip.compress(lines.encode())[:-500])
    told = served.run("import", "organisation", whole, broken, more, "--json", code=1)
    assert [one["created"] for one in told.json["files"]] == [1]
    made = told.json["problem"]["result"]["created"]
    assert made > 10_000
    assert f"Before that, {made:,} records were made and 0 changed; they stay." in told.err
    assert f"Not sent: {more}." in told.err
    assert "they stay" in served.run("import", "organisation", broken, code=1).err


def test_an_interrupted_import_is_stopped_on_the_node(served: Served, tmp_path: Path) -> None:
    file = households(tmp_path / "h.csv", 600_000, name="Lata")
    command = jjm("import", "household", file, "--data", served.folder)
    began = {"stderr": subprocess.PIPE, "env": surroundings(), "preexec_fn": _as_at_a_terminal}
    with served.client() as client, subprocess.Popen(command, **began) as waiting:
        job = _newest_job(client, "Lata")
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(20) == 130
        assert client.get(job, params={"wait": 20}).json()["state"] == "cancelled"
        assert waiting.stderr is not None and b"what was recorded of it by then stays" in waiting.stderr.read()


def test_of_an_import_whose_node_is_killed_it_is_said_that_it_goes_on(start: Start, tmp_path: Path) -> None:
    file = households(tmp_path / "h.csv", 60_000, name="Hema")
    with passable_folder() as folder:
        node = start(folder / "node", "--port", "0")
        command = jjm("import", "household", file, "--data", node.folder)
        with subprocess.Popen(command, stderr=subprocess.PIPE, env=surroundings()) as waiting:
            with node.client() as client:
                job = _newest_job(client, "Hema")
            node.end(signal.SIGKILL)
            told = " ".join(waiting.communicate(timeout=60)[1].decode().split())
        assert waiting.returncode == 2
        assert f"as {job.rpartition('/')[2]}; when it runs again it goes on by itself" in told
        with start(node.folder, "--port", "0").client() as client:
            assert client.get(job, params={"wait": 30}).json()["state"] in ("done", "failed")


def _as_at_a_terminal() -> None:
    # Tests that run in the background of a shell have inherited that nothing interrupts them.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _newest_job(client: httpx.Client, what: str) -> str:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        jobs = client.get("/api/v1/jobs", params={"limit": 1}).json()["items"]
        if jobs and jobs[0]["state"] == "running":
            return jobs[0]["url"]
        time.sleep(0.02)
    raise AssertionError(f"no job came for {what}")


@pytest.mark.parametrize("name", ["states.ndjson", "states.csv", "states.csv.gz", "states.parquet"])
def test_records_are_written_to_a_file_and_none_is_overwritten(served: Served, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    told = served.run("export", "state", "--to", target, "--json").json
    assert (told["records"], told["files"]) == (36, [str(target)])
    assert {row["name"] for row in _rows(target)} >= {"Odisha", "Assam"}
    assert "already" in served.run("export", "state", "--to", target, code=2).err


def _rows(path: Path) -> list[dict[str, object]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path).to_pylist()
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = content.decode().splitlines()
    return [json.loads(line) for line in lines] if ".ndjson" in path.name else list(csv.DictReader(lines))


def test_an_export_takes_filters_and_what_is_exported_can_be_imported(served: Served, tmp_path: Path) -> None:
    target = tmp_path / "v.ndjson"
    served.run(
        "export", "village", "name=Rampur", "--within", "block/3339", "--fields", "name,code,blocks", "--to", target
    )
    (line,) = target.read_text().splitlines()
    assert json.loads(line)["code"] == "399515"
    again = served.run("import", "village", target, "--on-duplicate", "update", "--json").json["files"][0]
    assert (again["unchanged"], again["refused"]) == (1, 0)
    assert ".parquet" in served.run("export", "village", "--to", tmp_path / "v.xlsx", code=2).err


def test_a_foreign_folder_is_read_by_its_adapter_and_a_second_time_changes_nothing(
    served: Served, tmp_path: Path
) -> None:
    folder = tmp_path / "lgd-2025-04-01"
    folder.mkdir()
    districts = folder / "districts.csv"
    head = "State Code,State Name,District Code,District Name (In English)\n"
    districts.write_text(head + "21,Odisha,900,Paschim Angul\n21,Odisha,901,Purba Angul\n")
    report = tmp_path / "report.json"
    first = served.run("import", "lgd", folder, "--report", report, "--json").json[0]
    assert first["created"]["by_type"] == {"district": 2}
    assert json.loads(report.read_text())[0]["folder"] == "lgd-2025-04-01"
    assert served.run("import", "lgd", folder, "--json").json[0]["unchanged"]["district"] == 2
    districts.write_text(head + "21,Odisha,900,Mahanadi\n21,Odisha,901,Purba Angul\n")
    renamed = served.run("import", "lgd", folder, "--as-on", "2026-01-01")
    assert "renamed" in renamed.err
    then = served.run("get", "district", "DIS-900", "--valid-at", "2025-06-01", "--json").json
    now = served.run("get", "district", "DIS-900", "--json").json
    assert (then["name"], now["name"]) == ("Paschim Angul", "Mahanadi")


def test_an_export_of_a_portal_is_taken_as_it_is_and_changes_nothing_the_second_time(
    served: Served, tmp_path: Path
) -> None:
    folder = tmp_path / "wqmis"
    folder.mkdir()
    head = "Village LGD Code,Village,Chemical parameters,Bacteriologial parameters,Sample tested date\n"
    place = "399515,Rampur"
    (folder / "L2.csv").write_text(f'{head}{place},"Fluoride (as F) (mg/l) : 1.62, pH : 7.1",NA,03/09/2026\n')
    (folder / "L5.csv").write_text("state,total_villages,villages_lab_tested\nOdisha,10,20\n")
    first = served.run("import", "wqmis", folder, "--as-on", "2026-09-12", "--json").json[0]
    assert first["created"]["by_type"] == {"water_quality_test": 1, "reported_figures": 1}
    assert served.run("import", "wqmis", folder, "--as-on", "2026-09-12", "--json").json[0]["created"]["count"] == 0
    (test,) = served.run("list", "water_quality_test", "--json").json["items"]
    assert (test["village"], test["results"][0]) == ("VIL-399515", {"parameter": "f", "value": 1.62})
    figures = served.run("get", "reported_figures", "RPF-STA-21-l5-2026-09-12", "--json").json
    assert figures["figures"][1] == {"figure": "villages_laboratory", "value": 20}


def test_an_adapter_takes_its_own_options_only(served: Served, tmp_path: Path) -> None:
    assert "--dry-run" in served.run("import", "lgd", tmp_path, "--dry-run", code=2).err
    assert "colour" in served.run("import", "lgd", tmp_path, "--option", "colour=red", code=2).err
    assert "nowhere" in served.run("import", "lgd", "nowhere", code=2).err
    assert "no table" in served.run("import", "lgd", tmp_path, code=2).err
